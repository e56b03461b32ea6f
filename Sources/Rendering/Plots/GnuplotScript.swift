import LoRASpectra

/// A figure as a gnuplot script that contains its data: `gnuplot SCRIPT > picture` draws it again.
///
/// The same figure gives the same bytes. Every text is in single quotes, and the data consists of
/// numbers alone, so that gnuplot never runs any text of a book as a command. It requires gnuplot
/// 5.2 or newer.
package struct GnuplotScript {
  let figure: Figure
  let format: PictureFormat
  private var lines: [String] = []

  /// The script's text.
  package static func text(of figure: Figure, as format: PictureFormat) -> String {
    var script = GnuplotScript(figure: figure, format: format)
    script.write()
    return script.lines.joined(separator: "\n") + "\n"
  }

  private init(figure: Figure, format: PictureFormat) {
    self.figure = figure
    self.format = format
  }

  private mutating func write() {
    let layout = PageLayout(figure)
    lines += ["# Drawn by lorabook. To draw it again:  gnuplot THIS-FILE > PICTURE", "reset"]
    lines += ["set encoding utf8", "set terminal \(terminal(layout))"]
    // A point outside all axes, for lines that only the key shows.
    lines += ["$nowhere << EOD", "-9 -9 -9 -9", "EOD"]
    for (number, panel) in figure.panels.enumerated() {
      for (index, series) in panel.series.enumerated() where isDrawn(series) {
        lines += ["\(block(number, index)) << EOD"] + rows(series) + ["EOD"]
      }
    }
    if format.isPage {
      lines += [
        "set border 3 lc rgb '#404040'", "set tics nomirror out scale 0.6",
        "set grid ytics back lt 1 lw 0.6 lc rgb '#dddddd'", "set multiplot",
      ]
      writeTexts(layout)
    }
    // The first panel carries the page's texts.
    for index in figure.panels.indices { write(panel: index, layout) }
    if format.isPage {
      if figure.sharesKey { writeKey(layout) }
      lines.append("unset multiplot")
    }
  }

  private func terminal(_ layout: PageLayout) -> String {
    func size(_ factor: Double) -> String {
      let sides = [layout.width, layout.height].map { ($0 * factor).rounded().shortestText }
      return sides.joined(separator: ",")
    }
    let lines = "noenhanced background '#ffffff' linewidth"
    return switch format {
    case .svg: "svg size \(size(1)) \(lines) 1 font 'sans-serif,12'"
    // The font size is in points: three quarters of its pixels.
    case .png:
      "pngcairo size \(size(2)) \(lines) 2 pointscale 2 dashlength 0.6 font 'sans,9' fontscale 2"
    // 72 points to the inch against a screen's 96 pixels: the font size is three quarters of its
    // points.
    case .pdf:
      "pdfcairo size \(GnuplotText.coordinate(layout.width / 96))in,\(GnuplotText.coordinate(layout.height / 96))in \(lines) 1.4 pointscale 0.75 dashlength 1 font 'sans,6.75' fontscale 1"
    case .terminal(let columns, let lines, let isColoured):
      "dumb nofeed noenhanced size \(columns),\(lines) \(isColoured ? "ansi256" : "mono")"
    }
  }

  /// The headline, the lines under it, and the notes at the foot.
  private mutating func writeTexts(_ layout: PageLayout) {
    func label(_ text: String, _ y: Double, _ style: String) -> String {
      "set label \(quoted(text)) at screen \(GnuplotText.coordinate(layout.textX)),\(GnuplotText.coordinate(y)) left \(style)"
    }
    for (index, text) in layout.headline.enumerated() {
      lines.append(label(text, layout.headlineY(index), font(15)))
    }
    for (index, text) in layout.subtitle.enumerated() {
      lines.append(label(text, layout.subtitleY(index), "\(font(12)) tc rgb '#404040'"))
    }
    for (index, text) in layout.notes.enumerated() {
      lines.append(label(text, layout.noteY(index), "\(font(11)) tc rgb '#404040'"))
    }
  }

  private mutating func write(panel index: Int, _ layout: PageLayout) {
    var panel = figure.panels[index]
    let box = layout.box(ofPanel: index)
    var across = layout.charactersAcross
    if case .terminal(let columns, let lines, _) = format {
      across = columns - 12
      panel = figure.panelWithRoom(index, columns: columns, lines: lines)
    }
    if format.isPage {
      lines += place(box)
      lines += margins(panel, layout)
    }
    if format.isPage {
      lines += [
        "set title \(quoted(printable(panel.title).shortened(to: across + 4))) offset 0,-0.3",
        "set xlabel \(quoted(panel.x.label)) offset 0,0.4",
        "set ylabel \(quoted(panel.y.label)) offset \(titleOffset(panel.y)),0",
      ]
    } else {
      // Text in a terminal cannot be turned, so the name of the y axis is above.
      let title = [panel.y.label, panel.title].filter { !$0.isEmpty }.joined(separator: ": ")
      lines += [
        "set title \(quoted(printable(title).shortened(to: across)))",
        "set xlabel \(quoted(panel.x.label))",
      ]
    }
    lines += axis("x", panel.x, across: across) + axis("y", panel.y, across: 1000)
    let hasKey = panel.series.contains { !$0.label.isEmpty } && !(format.isPage && figure.sharesKey)
    lines.append(
      hasKey ? "set key below \(keyStyle(rows: layout.keyRows))" : "unset key")
    for guide in panel.guides {
      let y = GnuplotText.number(guide.y)
      lines.append(
        "set arrow from graph 0, first \(y) to graph 1, first \(y) nohead back lc rgb '\(PlotStyle.floor.colour.rawValue)' dt 4"
      )
      if !guide.label.isEmpty {
        lines.append(
          "set label \(quoted(guide.label)) at \(format.isPage ? "graph 1.015, first \(y) left" : "graph 0.99, first \(y) right offset 0,1") \(smallText)"
        )
      }
    }
    for caption in panel.captions {
      lines.append(
        "set label \(quoted(caption.text)) at first \(GnuplotText.number(caption.x)), first \(GnuplotText.number(caption.y)) center front offset 0,\(format.isPage ? "0.6" : "1") \(smallText)"
      )
    }
    let drawn = panel.series.indices.filter { isDrawn(panel.series[$0]) }
    // Series that look the same are drawn with the same characters.
    var styles: [PlotStyle] = []
    for index in drawn where !styles.contains(panel.series[index].style) {
      styles.append(panel.series[index].style)
    }
    let elements = drawn.flatMap { number in
      element(
        panel.series[number], block(index, number),
        number: (styles.firstIndex(of: panel.series[number].style) ?? 0) + 1,
        shift: panel.shift(ofSeries: number))
    }
    lines.append("plot " + elements.joined(separator: ", \\\n     "))
    lines += ["unset arrow", "unset label"]
  }

  /// How far a y axis's title is moved towards the axis, in characters: gnuplot takes powers of ten
  /// for shorter than they are.
  private func titleOffset(_ axis: Axis) -> String {
    axis.powersOfTen != nil ? "-0.6" : axis.low < 0 ? "0.5" : "1.5"
  }

  /// A key with a given number of lines: by default gnuplot would stack keys that fit side by side.
  private func keyStyle(rows: Int) -> String {
    format.isPage
      ? "vertical maxrows \(max(1, rows)) center Left reverse samplen 2.5 spacing 1.1"
      : "horizontal center samplen 3"
  }

  private func margins(_ panel: Panel, _ layout: PageLayout) -> [String] {
    let left = panel.y.scale == .linear && panel.y.low >= 0 ? 10 : 11.5
    let right: Double = panel.guides.contains { !$0.label.isEmpty } ? 7 : 3
    let bottom = 3.3 + Double(layout.keyRows) * 1.25
    return [
      "set lmargin \(left.shortestText)", "set rmargin \(right.shortestText)",
      "set tmargin 1.8", "set bmargin \(bottom.shortestText)",
    ]
  }

  private var smallText: String { format.isPage ? "\(font(10.5)) tc rgb '#404040'" : "" }

  /// A font size, given in pixels of the page.
  private func font(_ pixels: Double) -> String {
    let unit = format == .svg ? 1 : format == .png ? 0.75 : 0.5625
    return "font ',\((pixels * unit).shortestText)'"
  }

  /// One key for all panels, on a separate strip without axes.
  private mutating func writeKey(_ layout: PageLayout) {
    var seen: Set<ExactText> = []
    var elements: [String] = []
    for panel in figure.panels {
      for series in panel.series where !series.label.isEmpty && isDrawn(series) {
        if seen.insert(ExactText(series.label)).inserted {
          elements += element(series.withoutIntervals, "$nowhere", number: 1, shift: nil)
        }
      }
    }
    lines += place(layout.keyBox)
    lines += [
      "unset title", "unset xlabel", "unset ylabel", "unset tics", "unset border", "unset grid",
      "unset logscale", "set margins 0,0,0,0", "set xrange [0:1]", "set yrange [0:1]",
      "set key center center \(keyStyle(rows: layout.sharedKeyRows))",
      "plot " + elements.joined(separator: ", \\\n     "),
    ]
  }

  private func place(_ box: PageLayout.Box) -> [String] {
    let place = [box.x, box.y].map(GnuplotText.coordinate).joined(separator: ",")
    let size = [box.width, box.height].map(GnuplotText.coordinate).joined(separator: ",")
    return ["set origin \(place)", "set size \(size)"]
  }

  private func axis(_ name: String, _ axis: Axis, across: Int) -> [String] {
    let range = [axis.low, axis.high].map(GnuplotText.number).joined(separator: ":")
    var result = ["set \(name)range [\(range)]"]
    switch axis.scale {
    case .linear: result.append("unset logscale \(name)")
    case .logarithmic(let base): result.append("set logscale \(name) \(base)")
    }
    var axis = axis
    axis.ticks = axis.ticks ?? axis.powersOfTen
    guard let ticks = axis.ticks else {
      // gnuplot's own notation of powers has digits by the smallest: 10.0000000 beside 0.0000001.
      let notation = axis.scale == .linear ? "" : " '% g'"
      return result + ["set \(name)tics autofreq", "set format \(name)\(notation)"]
    }
    let texts = axis.labelled(across: across).map { tick, isLabelled in
      isLabelled
        ? "\(quoted(tick.text)) \(GnuplotText.number(tick.at))"
        : "'' \(GnuplotText.number(tick.at)) 1"
    }
    return result
      + (ticks.isEmpty
        ? ["unset \(name)tics"] : ["set \(name)tics (\(texts.joined(separator: ", ")))"])
  }

  func quoted(_ text: String) -> String { GnuplotText.quoted(text, for: format) }

  private func block(_ panel: Int, _ series: Int) -> String { "$panel\(panel + 1)_\(series + 1)" }

  /// Whether a terminal can draw the series; characters have no shades.
  private func isDrawn(_ series: Series) -> Bool {
    (format.isPage || series.form != .band) && series.hasPoints
  }

  /// The data of a series. Bars of characters have a line for each half of a column, because gnuplot
  /// would draw their outlines alone.
  private func rows(_ series: Series) -> [String] {
    guard series.form == .bars, case .terminal(let columns, let lines, _) = format else {
      return series.points.map(row)
    }
    let across = Double(Panel.cells(columns: columns, lines: lines).across)
    let bars = max(1, series.points.map(\.x).max() ?? 1)
    let steps = max(1, (1.52 * across / bars).rounded(.up))
    return series.points.flatMap { point -> [String] in
      guard let low = point.low, let high = point.high, high > low else { return [] }
      return stride(from: 0, through: steps, by: 1).flatMap { step in
        let x = GnuplotText.number(point.x + 0.76 * (step / steps - 0.5))
        return ["\(x) \(GnuplotText.number(low))", "\(x) \(GnuplotText.number(high))", ""]
      }
    }
  }

  /// x y low high; an empty line breaks a line, and an unknown interval has length 0.
  private func row(_ point: Series.Point) -> String {
    guard let y = point.y else { return "" }
    return [point.x, y, point.low ?? y, point.high ?? y].map(GnuplotText.number)
      .joined(separator: " ")
  }
}
