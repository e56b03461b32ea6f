import ArgumentParser
import BoostStatistics
import LoRASpectra
import Rendering
import SQLiteStore

struct CompareCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Summarise repeats and set them side by side.",
    discussion: """
      Several sweeps are compared with the first of them; within one sweep the rules are, or what --by names. \
      With several sweeps and --by their runs are pooled. Two sides are compared on the updates that both \
      have, logged runs on the seeds; where they share none, unpaired (Welch). Of a metric of your own the \
      lower value is the better, unless you said --higher-is-better once.

      Example:  lorabook compare latest --by rule
      """)

  @Argument(
    help: "Sweeps: ids, names, starts of uuids, or 'latest'. (default: latest)",
    completion: .sweeps)
  var sweeps: [String] = []

  @Option(
    help:
      "The setting, or the parameter of your own, whose values are the sides. (default: rule; of several sweeps the sweeps)",
    completion: .list(SweepComparison.Dimension.settings))
  var by: String?

  @Option(help: "What is compared: any metric that the runs have.")
  var metric = Metric.error.name

  @Option(
    help:
      "The step that counts: last, least, greatest or a number. (default: the end value, else the last step)",
    completion: .list(["last", "least", "greatest"]))
  var at: String?

  @Flag(help: "Higher values of the metric are better; the book keeps that.")
  var higherIsBetter = false

  @Flag(help: "Lower values of the metric are better; the book keeps that.")
  var lowerIsBetter = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: "Pool the runs over this parameter: may be given again.")
  var ignore: [String] = []

  @Flag(help: "Print one row a cell and side.")
  var long = false

  @Option(parsing: .unconditional, help: "The level of confidence of the intervals.")
  var level: Double = 0.95

  @Option(
    parsing: .unconditional,
    help:
      "The size of the difference that more seeds should tell, in the metric's unit. (default: the one seen)"
  )
  var effect: Double?

  @OptionGroup var modules: ModuleOption
  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  func run() throws {
    guard StudentT.twoSided(level: level, degrees: 1) != nil else {
      throw CommandError(
        "--level: '\(level.shortestText)' is out of range. Give a share between 0 and 1, such as 0.95.",
        .usage)
    }
    if let effect, !(effect > 0 && effect.isFinite) {
      throw CommandError(
        "--effect: '\(effect.shortestText)' is no size of a difference. Give a number above 0, in the unit of the metric.",
        .usage)
    }
    let book = try book.reading()
    let ids = try book.namedOnce(sweeps)
    let metric = try directed(book.metric(named: metric, ofSweeps: ids))
    guard at == nil || !Metric.builtIn.contains(where: { $0.name == metric.name }) else {
      throw CommandError(
        "--at: '\(metric.name)' is measured once a run and has no steps. Leave --at out.", .usage)
    }
    try book.check(ignored: ignore, ofSweeps: ids)
    let dimension =
      try by.map { try book.dimension($0, ofSweeps: ids) } ?? (ids.count > 1 ? .sweep : .rule)
    let modules = try modules.selection(book, ofSweeps: ids)
    let found = try book.compare(
      ids, by: dimension, metric: metric, at: place(), ignoring: ignore, modules: modules)
    let tables = ComparisonTables(found, level: level)
    if tables.isEmpty { suggest(try book.namedMetrics(ofSweeps: ids), insteadOf: metric) }
    // Compared by the rate itself, sides have no best one.
    if dimension != .learningRate, found.rates.contains(where: { $0.contains { $0 != nil } }) {
      let best = try book.compare(
        ids, by: dimension, metric: metric, at: place(), ignoring: ignore, rates: .best)
      return try write(
        RateChoiceTables(
          same: (tables, found.rates), best: (ComparisonTables(best, level: level), best.rates)))
    }
    let basis = basis(of: tables)
    guard output.format.isForPeople, !long else {
      StandardError.write(conclusions(tables).map { $0 + "\n" }.joined() + basis + "\n")
      return try output.write(long ? tables.long : tables.full)
    }
    try write(conclusions(tables) + [basis], tables)
  }

  /// The verdict on each side, and how many seeds would give one where there is none.
  private func conclusions(_ tables: ComparisonTables) -> [String] {
    tables.verdicts.map(printable)
      + SeedsToTell(level: level, effect: effect).sentences(tables).map(printable)
  }

  /// The point of a curve that stands for a run.
  private func place() throws -> CurvePlace {
    guard let at else { return .last }
    guard let place = CurvePlace(parsing: at) else {
      throw CommandError(
        "--at: '\(printable(at))' is no step. Give last, least, greatest, or a step of 0 or above.",
        .usage)
    }
    return place
  }

  /// The metric, with the direction that is asked for, which the book keeps.
  private func directed(_ metric: Metric) throws -> Metric {
    guard higherIsBetter || lowerIsBetter else { return metric }
    guard !(higherIsBetter && lowerIsBetter) else {
      throw CommandError(
        "--higher-is-better and --lower-is-better contradict each other. Leave one out.", .usage)
    }
    guard metric.isBetterLarger != higherIsBetter else { return metric }
    do {
      try book.changing().setDirection(of: metric.name, isBetterLarger: higherIsBetter)
    } catch MetricDirectionError.builtIn(let name) {
      throw CommandError(
        "--\(higherIsBetter ? "higher" : "lower")-is-better: '\(name)' is a metric of lorabook's own, of which that is known. Leave it out.",
        .usage)
    }
    return Metric(
      metric.name, unit: metric.unit, isBetterLarger: higherIsBetter, range: metric.range)
  }

  /// Says which metrics there are where the compared one is nowhere.
  private func suggest(_ named: [Metric], insteadOf metric: Metric) {
    guard !named.isEmpty else { return }
    let names = named.map { printable($0.name.shortened(to: 40)) }.joined(separator: ", ")
    StandardError.write(
      "lorabook: no run has a value of \(metric.name)\(at.map { " at \($0)" } ?? ""). --metric names another: \(names).\n"
    )
  }

  /// What was compared, and how.
  private func basis(of tables: ComparisonTables, _ rates: String? = nil) -> String {
    let metric = tables.comparison.metric
    let what = [metric.name, at.map { "at \($0)" }, rates].compactMap(\.self)
    return "\(printable(what.joined(separator: ", "))): \(printable(tables.basis(level: level)))"
      + (metric.isBetterLarger == nil
        ? " Lower is taken for better; --higher-is-better says otherwise." : "")
  }

  /// Prints the comparison of trained runs at one learning rate and at each side's best one.
  private func write(_ choices: RateChoiceTables) throws {
    let same = basis(of: choices.same.tables, "at one learning rate")
    let best =
      basis(of: choices.best.tables, "each side at its best learning rate")
      + " The intervals ignore that the rates were chosen."
    let sameLines = conclusions(choices.same.tables) + [same]
    let bestLines = conclusions(choices.best.tables) + [best]
    guard output.format.isForPeople, !long else {
      StandardError.write((sameLines + bestLines).map { $0 + "\n" }.joined())
      return try output.write(long ? choices.long : choices.full)
    }
    try write(sameLines, choices.same.tables)
    try StandardOutput.write("\n")
    let layout = output.layout(rounding: SweepReport.rounding)
    let isNarrow =
      choices.best.tables.sides.count > 2
      || !layout.fitsWhole(choices.bestTable(isNarrow: false))
    try write(bestLines, choices.bestTable(isNarrow: isNarrow))
  }

  private func write(_ paragraphs: [String], _ tables: ComparisonTables) throws {
    let layout = output.layout(rounding: SweepReport.rounding)
    let isNarrow = tables.sides.count > 2 || !layout.fitsWhole(tables.glance)
    try write(paragraphs, isNarrow ? tables.narrow : tables.glance)
  }

  private func write(_ paragraphs: [String], _ table: ResultTable) throws {
    let layout = output.layout(rounding: SweepReport.rounding)
    for paragraph in paragraphs {
      let text = output.format == .markdown ? markdownEscaped(paragraph) + "\n" : paragraph
      let lines = layout.width.map { folded(text, to: $0) } ?? [text]
      try StandardOutput.write(lines.joined(separator: "\n") + "\n")
    }
    if output.format != .markdown { try StandardOutput.write("\n") }
    try output.write(table, rounding: SweepReport.rounding)
  }
}
