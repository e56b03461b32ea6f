/// A text compared by its bytes.
///
/// Swift treats texts as equal if only their accents are composed differently; SQLite, file systems
/// and a book's names do not.
package struct ExactText: Hashable, Sendable {
  /// The text.
  package let text: String

  /// - Parameter text: any text.
  package init(_ text: String) { self.text = text }

  package static func == (a: ExactText, b: ExactText) -> Bool {
    a.text.utf8.count == b.text.utf8.count && a.text.utf8.elementsEqual(b.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(text.utf8.count)
  }
}
