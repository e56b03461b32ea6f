/// What a picture is drawn as.
package enum PictureFormat: Equatable, Sendable {
  case svg, png, pdf
  /// Characters, `columns` × `lines` a panel; in the terminal's colours, or in none.
  case terminal(columns: Int, lines: Int, isColoured: Bool)

  /// The endings of file names, in the order a message lists them.
  package static let endings = [".svg", ".png", ".pdf"]

  /// The format that a file's name asks for, or nil where it asks for none.
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

  /// Whether panels stand on one page, rather than one below the other in a stream of text.
  var isPage: Bool {
    if case .terminal = self { false } else { true }
  }
}
