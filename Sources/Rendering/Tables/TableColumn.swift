import LoRASpectra

/// One column of a table, with a layout computed from its first values.
struct TableColumn {
  /// Its width in terminal columns.
  var width = 0
  /// The name, with control characters escaped.
  let name: String
  private let style: TableWriter.Style
  private let isNumeric: Bool
  /// Whether no text may be cut, like a number: a date, a shape, a module's name.
  private let isWhole: Bool
  private let decimals: DecimalText
  /// Length of the longest fraction, including the point.
  private var fraction = 0
  /// The widest cell.
  private var cells = 0

  init(name: String, sample: [Value], style: TableWriter.Style, rounding: Double) {
    self.style = style
    isNumeric = sample.contains { $0.number != nil }
    // Modules of a model begin alike.
    isWhole =
      name == "module"
      || sample.allSatisfy { value in
        value.text.map { $0.first?.isWholeNumber ?? true } ?? true
      }
    decimals = DecimalText(
      among: sample.compactMap { value in
        if case .real(let number) = value, number.isFinite { number } else { nil }
      }, rounding: rounding)
    self.name = TableColumn.escaped(printable(name), style)
    if isNumeric { fraction = sample.map { TableColumn.fraction(of: text($0)) }.max() ?? 0 }
    cells = sample.map { displayWidth(aligned($0)) }.max() ?? 0
    width = max(cells, displayWidth(self.name))
  }

  /// The columns of a table.
  static func all(
    _ names: [String], _ sample: [[Value]], style: TableWriter.Style, rounding: Double
  ) -> [TableColumn] {
    names.indices.map { index in
      TableColumn(
        name: names[index], sample: sample.map { $0[index] }, style: style, rounding: rounding)
    }
  }

  /// The width with the header on several lines, and no cell cut.
  var widthOfWrappedHeader: Int { max(cells, widestPiece) }

  /// The least width: texts may be cut, but not numbers and texts that begin with one.
  var leastWidth: Int {
    isNumeric || isWhole
      ? max(cells, widestPiece) : max(widestPiece, min(cells, TableLayout.narrowest))
  }

  /// The header at the column's width, on as many lines as necessary.
  var header: [String] {
    var lines: [String] = []
    var line = ""
    for piece in pieces {
      if !line.isEmpty, displayWidth(line) + displayWidth(piece) > width {
        lines.append(line)
        line = ""
      }
      line += piece
    }
    return (lines + [line]).map { padded(cut(trimmed($0), to: width)) }
  }

  /// The line below a markdown header.
  var rule: String {
    let dashes = String(repeating: "-", count: width)
    return isNumeric ? " \(dashes):" : " \(dashes) "
  }

  /// A value at the column's width; a text is cut if `isCut`.
  func cell(_ value: Value, isCut: Bool) -> String {
    let text = aligned(value)
    return padded(isCut && value.number == nil ? cut(text, to: max(1, width)) : text)
  }

  /// A value, unpadded.
  func text(_ value: Value) -> String {
    switch value {
    case .absent: ""
    case .integer(let number): String(number)
    case .real(let number): number.isFinite ? decimals.text(number) : number.shortestText
    case .text(let text): TableColumn.escaped(printable(text), style)
    }
  }

  /// The name's words, each with the space, `_`, `-` or `:` that ends it.
  private var pieces: [String] {
    var pieces = [""]
    for character in name {
      pieces[pieces.count - 1].append(character)
      if " _-:".contains(character) { pieces.append("") }
    }
    return pieces.filter { !$0.isEmpty }
  }

  private var widestPiece: Int { pieces.map { displayWidth(trimmed($0)) }.max() ?? 0 }

  private func trimmed(_ text: String) -> String {
    text.hasSuffix(" ") ? String(text.dropLast()) : text
  }

  private func padded(_ text: String) -> String {
    let padding = String(repeating: " ", count: max(0, width - displayWidth(text)))
    return isNumeric ? padding + text : text + padding
  }

  /// A number padded so that decimal points are aligned.
  private func aligned(_ value: Value) -> String {
    let text = text(value)
    guard isNumeric else { return text }
    return text
      + String(repeating: " ", count: max(0, fraction - TableColumn.fraction(of: text)))
  }

  private static func escaped(_ text: String, _ style: TableWriter.Style) -> String {
    style == .markdown ? markdownEscaped(text) : text
  }

  private static func fraction(of text: String) -> Int {
    text.utf8.firstIndex(of: UInt8(ascii: ".")).map { displayWidth(text[$0...]) } ?? 0
  }
}
