import LoRASpectra

/// The positions of a picture's parts on its page, in pixels of a screen with 96 to the inch.
struct PageLayout {
  /// The height of a line of text.
  private static let line = 17.0
  /// The average width of a character of the page's texts.
  static let character = 6.6

  let width: Double
  let height: Double
  /// Wrapped to fit the width.
  let headline: [String]
  let subtitle: [String]
  let notes: [String]
  let columns: Int
  let rows: Int
  /// The height of the key that all panels share; 0 if each has its own.
  let keyHeight: Double
  /// Number of lines of the shared key; 0 if each panel has its own.
  let sharedKeyRows: Int
  /// Number of lines of the key below each panel; 0 if all panels share one.
  let keyRows: Int
  private let header: Double
  private let footer: Double

  init(_ figure: Figure) {
    columns = max(1, min(figure.columns, figure.panels.count))
    rows = (figure.panels.count + columns - 1) / columns
    let isAlone = figure.panels.count == 1
    width = isAlone ? 760 : max(760, Double(columns) * 430)
    let characters = Int((width - 40) / PageLayout.character)
    headline = GnuplotText.wrapped(figure.title, width: Int((width - 40) / 8.6))
    subtitle = figure.subtitle.flatMap { GnuplotText.wrapped($0, width: characters) }
    notes = figure.notes.flatMap { GnuplotText.wrapped($0, width: characters) }
    header = 36 + Double(headline.count) * 20 + Double(subtitle.count) * PageLayout.line
    let sharesKey = figure.sharesKey
    sharedKeyRows =
      sharesKey ? PageLayout.keyRows(figure.panels.flatMap(\.series), across: width - 40) : 0
    keyHeight = sharesKey ? 12 + Double(sharedKeyRows) * PageLayout.line : 0
    let panelWidth = width / Double(columns)
    footer = 8 + Double(notes.count) * PageLayout.line
    keyRows =
      sharesKey
      ? 0
      : figure.panels.map { PageLayout.keyRows($0.series, across: panelWidth - 100) }.max() ?? 0
    height =
      header + keyHeight + footer
      + Double(rows) * ((isAlone ? 400 : 295) + Double(keyRows) * PageLayout.line)
  }

  private static func keyRows(_ series: [Series], across width: Double) -> Int {
    let labels = Set(series.filter(\.hasPoints).map { ExactText($0.label) }).map(\.text)
      .filter { !$0.isEmpty }
    let widest = Double(min(48, labels.map(\.count).max() ?? 0)) * character + 50
    let inRow = max(1, Int(width / widest))
    return (labels.count + inRow - 1) / inRow
  }

  /// A part of the page in gnuplot's screen coordinates: from 0 to 1, from below.
  struct Box {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }

  func box(ofPanel index: Int) -> Box {
    let panelHeight = (height - header - keyHeight - footer) / Double(rows)
    let top = header + Double(index / columns) * panelHeight
    return Box(
      x: Double(index % columns) / Double(columns), y: 1 - (top + panelHeight) / height,
      width: 1 / Double(columns), height: panelHeight / height)
  }

  var keyBox: Box { Box(x: 0, y: footer / height, width: 1, height: keyHeight / height) }

  /// The heights of the lines of the header and the footer, from below.
  func headlineY(_ index: Int) -> Double { 1 - (24 + Double(index) * 20) / height }
  func subtitleY(_ index: Int) -> Double {
    1 - (26 + Double(headline.count) * 20 + Double(index) * PageLayout.line) / height
  }
  func noteY(_ index: Int) -> Double {
    (footer - 10 - Double(index) * PageLayout.line) / height
  }
  /// The left end of texts.
  var textX: Double { 20 / width }
  /// Number of characters of a tick's font size that fit along a panel's axis.
  var charactersAcross: Int { Int((width / Double(columns) - 90) / PageLayout.character) }
}
