/// A picture for embedding in a page: parsed as XML, reduced to drawing elements, and rewritten.
///
/// Nothing of the file is copied as it stands. Elements are limited to ``drawing`` and attributes
/// to ``kept``, so that no script, event handler, style or external address gets through; texts and
/// values are escaped. Names get a prefix, so that those of several pictures on a page differ.
/// Colours are written in one form, `#rrggbb`, so that a style can replace them in dark mode.
package struct InlineSVG: Equatable, Sendable {
  /// The picture's width, in its own pixels.
  package let width: Double
  /// Its height.
  package let height: Double
  /// The markup between `<svg>` and `</svg>`.
  package let markup: String

  /// - Parameters:
  ///   - bytes: an SVG file in UTF-8.
  ///   - prefix: the prefix of its names: letters, digits and hyphens.
  /// - Throws: `SVGError`.
  package init(_ bytes: [UInt8], prefix: String) throws {
    let root = try XMLTree.read(bytes)
    guard root.name == "svg" else { throw SVGError.unexpected("the element '\(root.name)'") }
    guard let width = root["width"].flatMap(Double.init), width > 0, width.isFinite,
      let height = root["height"].flatMap(Double.init), height > 0, height.isFinite
    else { throw SVGError.unexpected("a picture without a size") }
    self.width = width
    self.height = height
    var writer = Writer(prefix: prefix, width: width)
    for child in root.children { try writer.write(child, isInText: false) }
    markup = writer.text
  }

  /// The elements that draw, or contain such elements.
  static let drawing: Set = [
    "g", "defs", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan",
  ]
  /// Further elements that gnuplot writes: its own titles, and unused backgrounds of texts.
  static let ignored: Set = ["title", "desc", "filter"]
  /// The attributes that define a drawing's appearance.
  static let kept: Set = [
    "x", "y", "dx", "dy", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height",
    "d", "points", "transform", "fill", "fill-opacity", "stroke", "stroke-opacity",
    "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "color", "opacity",
    "font-size", "font-weight", "font-style", "text-anchor",
  ]

  /// Writes elements as markup.
  private struct Writer {
    let prefix: String
    let width: Double
    var text = ""

    mutating func write(_ node: XMLTree.Node, isInText: Bool) throws {
      switch node {
      case .text(let text): if isInText { self.text += escaped(text) }
      case .element(let element): try write(element, isInText: isInText)
      }
    }

    private mutating func write(_ element: XMLTree.Element, isInText: Bool) throws {
      if ignored.contains(element.name) || isBackground(element) { return }
      guard drawing.contains(element.name) else {
        throw SVGError.unexpected("the element '\(element.name)'")
      }
      var inner = Writer(prefix: prefix, width: width)
      for child in element.children {
        try inner.write(child, isInText: isInText || ["text", "tspan"].contains(element.name))
      }
      // gnuplot writes a group for every change of its pen, even if nothing is drawn with it.
      if element.name == "g", inner.text.isEmpty { return }
      text += "<\(element.name)"
      for (name, value) in element.attributes {
        guard let (name, value) = try attribute(name, value) else { continue }
        text += " \(name)=\"\(escaped(value))\""
      }
      text += inner.text.isEmpty ? "/>" : ">\(inner.text)</\(element.name)>"
    }

    /// The white background of the picture, which takes the page's own colour instead.
    private func isBackground(_ element: XMLTree.Element) -> Bool {
      element.name == "rect" && element["width"].flatMap(Double.init) == width
        && element["fill"].flatMap(SVGColour.normalised) == "#ffffff"
    }

    private func attribute(_ name: String, _ value: String) throws -> (String, String)? {
      switch name {
      case "id": return (name, prefix + value)
      case "href", "xlink:href":
        guard value.hasPrefix("#") else { throw SVGError.unexpected("a link to '\(value)'") }
        return ("href", "#" + prefix + value.dropFirst())
      case "fill", "stroke", "color": return (name, SVGColour.normalised(value) ?? value)
      default: return kept.contains(name) ? (name, value) : nil
      }
    }

    /// By scalars: a quote and a combining mark form one character, which would not equal a quote.
    private func escaped(_ text: String) -> String {
      var result = ""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "&": result += "&amp;"
        case "\"": result += "&quot;"
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }
  }
}

/// Why a picture cannot be embedded.
package enum SVGError: Error, Equatable {
  /// Malformed XML, with Expat's message and the line.
  case malformed(String, line: Int)
  /// It contains something that gnuplot does not write.
  case unexpected(String)
}
