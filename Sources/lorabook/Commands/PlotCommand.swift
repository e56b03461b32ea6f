import ArgumentParser
import BoostStatistics
import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

extension PictureKind: ExpressibleByArgument {}

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw a sweep, or two against each other, with gnuplot.",
    discussion: """
      With -o the picture is a file: its ending says whether SVG, PNG or PDF. Without it the picture is drawn \
      in characters. 'article' draws the article's four pictures on one page: spectra, variance captured, \
      error and scale. 'compare' draws the differences between two sweeps, or between the rules of one, with \
      their intervals.

      Example:  lorabook plot latest --kind article -o article.svg
      """)

  @Argument(
    help: "A sweep, or two to compare: ids, names, starts of uuids, or 'latest'. (default: latest)",
    completion: .sweeps)
  var sweeps: [String] = []

  @Option(help: "What is drawn. (default: error, or compare with two sweeps)")
  var kind: PictureKind?

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "A file that ends in .svg, .png or .pdf, which appears whole or not at all.",
      valueName: "file"),
    completion: .file(extensions: ["svg", "png", "pdf", "gp"]))
  var output: String?

  @Flag(
    help:
      "Write gnuplot's script with its data, for changing the picture, to -o or standard output.")
  var script = false

  @Flag(help: "Draw singular values, errors and scales on a logarithmic axis.")
  var log = false

  @Option(parsing: .unconditional, help: "The level of confidence of the intervals.")
  var level: Double = 0.95

  @Option(help: "For compare and curve: the metric, of your own too.")
  var metric: String?

  @Option(
    help:
      "For compare: the setting, or the parameter of your own, whose values are the sides. (default: rule)",
    completion: .list(SweepComparison.Dimension.settings))
  var by: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: "For compare and curve: pool the runs over this parameter; may be given again.")
  var ignore: [String] = []

  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Selection") var modules: ModuleOption
  @OptionGroup var book: BookOptions

  func run() throws {
    let kind = kind ?? (sweeps.count > 1 ? .compare : .error)
    try check(kind)
    let format = try format()
    Interruption.watch(mayEndAnywhere: true)
    let figure = try figure(kind)
    // A page shows its notes itself; a person who draws many pictures sees them here.
    for note in figure.notes { StandardError.write("lorabook: \(printable(note))\n") }
    let text = GnuplotScript.text(of: figure, as: format)
    let file = try output.flatMap { $0 == "-" ? nil : try AtomicFile(path: $0) }
    if script {
      try write(Array(text.utf8), to: file)
    } else {
      let (picture, warnings) = try Gnuplot.draw(text)
      for line in warnings.split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace)
      {
        StandardError.write("lorabook: gnuplot says: \(printable(String(line)))\n")
      }
      if case .terminal(let columns, let lines, _) = format {
        let hidden = figure.hiddenLines(columns: columns, lines: lines)
          .map { "\(printable($0))\n" }.joined()
        try StandardOutput.write(heading(figure) + PlotCommand.trimmed(picture) + hidden)
      } else {
        try write(picture, to: file)
      }
    }
    try file?.finish()
  }

  /// Refuses conflicting options.
  private func check(_ kind: PictureKind) throws {
    guard StudentT.twoSided(level: level, degrees: 1) != nil else {
      throw CommandError(
        "--level: '\(level.shortestText)' is out of range. Give a share between 0 and 1, such as 0.95.",
        .usage)
    }
    guard sweeps.count <= (kind == .compare ? 2 : 1) else {
      throw CommandError(
        kind == .compare
          ? "\(sweeps.count) sweeps are too many for a picture of differences. Name two."
          : "--kind \(kind.rawValue) draws one sweep, and \(sweeps.count) are named. Name one, or draw their differences with --kind compare.",
        .usage)
    }
    guard modules.module == nil || kind == .compare || kind.isOfModules else {
      throw CommandError(
        "--module is for pictures of modules and for --kind compare, not for --kind \(kind.rawValue). Leave it out.",
        .usage)
    }
    if kind != .compare, by != nil {
      throw CommandError(
        "--by is for --kind compare, not for --kind \(kind.rawValue). Leave it out.", .usage)
    }
    if kind != .compare, kind != .curve,
      let option = metric.map({ _ in "--metric" }) ?? (ignore.isEmpty ? nil : "--ignore")
    {
      throw CommandError(
        "\(option) is for --kind compare and curve, not for --kind \(kind.rawValue). Leave it out.",
        .usage)
    }
    if by == "rank" {
      throw CommandError(
        "--by: 'rank' is the axis of the picture. 'lorabook compare --by rank' compares ranks.",
        .usage)
    }
    if log,
      [.compare, .variance, .decomposition].contains(kind) || kind.isOfModules
        || kind.isOfTrainings && !(kind == .curve && metric != nil)
    {
      throw CommandError(
        kind.isOfTrainings || kind.isOfModules
          ? "--log: the axes of --kind \(kind.rawValue) are chosen for what it shows. Leave it out."
          : "--log: \(kind == .compare ? "differences have signs" : kind == .variance ? "shares run from 0 to 1" : "parts of a sum cannot be stacked"), so --kind \(kind.rawValue) has no logarithmic axis. Leave it out.",
        .usage)
    }
  }

  /// The picture's format.
  private func format() throws -> PictureFormat {
    let asked = output.flatMap { $0 == "-" ? nil : $0 }
    if script {
      if let asked, PictureFormat(path: asked) != nil {
        throw CommandError(
          "--script writes a text, and '\(printable(asked))' is named as a picture. Name it as in picture.gp, or leave --script out.",
          .usage)
      }
      return .svg
    }
    guard let asked else {
      guard output == nil else {
        throw CommandError(
          "-o '-' does not say what picture it is. Name a file that ends in \(PictureFormat.endings.joined(separator: ", ")), or leave -o out.",
          .usage)
      }
      let size = Terminal.size
      // Wide enough for axes, and narrow enough to follow a line.
      let columns = min(max(size.columns, 40), 160)
      return .terminal(
        columns: columns, lines: min(max(size.lines - 3, 16), max(20, columns / 4)),
        isColoured: Terminal.hasColour(STDOUT_FILENO))
    }
    guard let format = PictureFormat(path: asked) else {
      throw CommandError(
        "'\(printable(asked))' does not say what picture it is. Let its name end in \(PictureFormat.endings.joined(separator: ", ")).",
        .usage)
    }
    return format
  }

  private func figure(_ kind: PictureKind) throws -> Figure {
    let book = try book.reading()
    let ids = try book.named(sweeps)
    if ids.count > 1, ids[0] == ids[1] {
      throw CommandError(
        "'\(printable(sweeps[1]))' is a sweep that was named before. Name two, or one to compare its rules.",
        .usage)
    }
    let pictures = SweepPictures(
      book: book, selection: selection.selection,
      modules: try modules.selection(book, ofSweeps: ids), isLogarithmic: log, level: level)
    do {
      try book.check(ignored: ignore, ofSweeps: ids)
      guard kind == .compare else {
        if kind == .curve, let metric = try curveMetric(book, ids[0]) {
          return try pictures.curve(of: metric, sweepID: ids[0], ignoring: ignore)
        }
        return try pictures.figure(kind, of: ids[0])
      }
      let dimension =
        try by.map { try book.dimension($0, ofSweeps: ids) } ?? (ids.count > 1 ? .sweep : .rule)
      return try pictures.comparison(
        ids, by: dimension,
        metric: metric.map { try book.metric(named: $0, ofSweeps: ids) } ?? .error,
        ignoring: ignore)
    } catch let error as FigureError {
      throw CommandError.of(
        error, sweep: sweeps.isEmpty ? "latest" : sweeps.joined(separator: "' and '"), kind: kind)
    }
  }

  /// The metric whose curves are drawn; nil for the curves of what was trained here.
  private func curveMetric(_ book: Book, _ id: Int64) throws -> Metric? {
    let named = try book.namedMetrics(ofSweeps: [id])
    guard let metric else {
      guard !named.isEmpty else { return nil }
      throw CommandError(
        "--kind curve: which metric? Name one with --metric: \(named.map { printable($0.name.shortened(to: 40)) }.joined(separator: ", ")).",
        .usage)
    }
    let found = try book.metric(named: metric, ofSweeps: [id])
    guard named.contains(where: { $0.name == found.name }) else {
      throw CommandError(
        "--metric: '\(printable(metric))' has no steps. --kind curve draws metrics that were logged with --step, and without --metric what was trained here.",
        .usage)
    }
    return found
  }

  /// The heading above the panels in a terminal.
  private func heading(_ figure: Figure) -> String {
    ([figure.title] + figure.subtitle).map { "\(printable($0))\n" }.joined()
  }

  /// The panels without the padding of their lines and pages.
  private static func trimmed(_ picture: [UInt8]) -> String {
    var text = ""
    var isBehindEmpty = false
    for line in String(decoding: picture, as: UTF8.self).replacing("\u{c}", with: "")
      .split(separator: "\n", omittingEmptySubsequences: false)
    {
      let shown = line.replacing(#/\u{1b}\[[0-9;]*m/#, with: "")
      let isEmpty = shown.allSatisfy { $0 == " " }
      let end = line.lastIndex { $0 != " " }
      if !(isEmpty && isBehindEmpty) {
        text += (isEmpty ? "" : end.map { String(line[...$0]) } ?? "") + "\n"
      }
      isBehindEmpty = isEmpty
    }
    if text.hasSuffix("\n\n") { text.removeLast() }
    // The prompt should not keep the last colour.
    return text.contains("\u{1b}") ? text + "\u{1b}[0m" : text
  }

  private func write(_ bytes: [UInt8], to file: AtomicFile?) throws {
    try bytes.withUnsafeBytes { bytes in
      if let file { try file.write(bytes) } else { try StandardOutput.write(bytes) }
    }
  }
}

extension CommandError {
  /// The error message for a picture of a sweep that cannot be drawn.
  fileprivate static func of(_ error: FigureError, sweep: String, kind: PictureKind) -> CommandError
  {
    func quoted(_ values: [String]) -> String {
      let shown = values.prefix(8).map { "'\($0.shortened(to: 40))'" }.joined(separator: ", ")
      return shown + (values.count > 8 ? " and \(values.count - 8) more" : "")
    }
    switch error {
    case .nothing(let reason):
      return CommandError(
        "there is nothing to draw of '\(sweep)' with --kind \(kind.rawValue): \(reason). 'lorabook show' prints what is recorded.",
        .failure)
    case .unknownValue(let value, let setting, let known):
      let nearest = nearestName(to: value, among: known)
      return CommandError(
        "--\(setting.rawValue): no cell of '\(sweep)' has '\(value)'. "
          + (nearest.map { "Did you mean '\($0)'? " } ?? "")
          + "There is \(quoted(known)).", .usage)
    case .tooMany(let what, let count, let limit, let choices):
      let ways = choices.map { "--\($0.setting.rawValue) (\(quoted($0.values)))" }
      guard limit > 1 else {
        return CommandError(
          "\(what) shows one shape, one noise level and one α, and '\(sweep)' has \(count) combinations. Select with \(ways.joined(separator: " or ")).",
          .usage)
      }
      let advice =
        ways.isEmpty
        ? "No option selects fewer. What was trained is drawn with --kind learning-rate, curve or signal, and 'lorabook export' writes rows for other programs."
        : "Select with \(ways.joined(separator: " or "))."
      return CommandError(
        "\(count) \(what) are more than the \(limit) that can be read. \(advice)", .usage)
    }
  }
}
