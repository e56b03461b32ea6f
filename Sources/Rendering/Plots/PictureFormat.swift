/// The formats of pictures.
package enum PictureFormat: Equatable, Sendable {
  case svg, png, pdf
  /// Text, `columns` × `lines` per panel, in colour or without.
  case terminal(columns: Int, lines: Int, isColoured: Bool)

  /// The file name endings, in the order a message lists them.
  package static let endings = [".svg", ".png", ".pdf"]

  /// The format of a file's ending; nil for any other ending.
  package init?(path: String) {
    let name = path.lowercased()
    if name.hasSuffix(".svg") {
      self = .svg
    } else if name.hasSuffix(".png") {
      self = .png
    } else if name.hasSuffix(".pdf") {
      self = .pdf
    } else {
      return nil
    }
  }

  /// Whether panels share a page, rather than follow each other in a stream of text.
  var isPage: Bool {
    if case .terminal = self { false } else { true }
  }
}
