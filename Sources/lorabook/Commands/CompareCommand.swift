import ArgumentParser
import BoostStatistics
import LoRASpectra
import Rendering
import SQLiteStore

extension Metric.Key: ExpressibleByArgument {
  /// The metric with a name.
  package init?(argument: String) { self.init(named: argument) }

  /// Its name.
  package var defaultValueDescription: String { name }

  /// The names, in the order of help pages.
  package static var allValueStrings: [String] { allCases.map(\.name) }
}

struct CompareCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Summarise repeats and set them side by side.",
    discussion: """
      Several sweeps are compared with the first of them; within one sweep the rules are, or what --by names. \
      Two sides are compared on the updates that both have; where they share none, unpaired (Welch). The \
      lower error, and the higher variance captured, is the better.

      Example:  lorabook compare latest --by rule
      """)

  /// The settings that can be compared within one sweep.
  enum Setting: String, CaseIterable, ExpressibleByArgument {
    case rule, profile, rank, alpha, shape, noise, optimizer
    case learningRate = "learning_rate"
    case initialisation = "init"
    case schedule, batch
  }

  @Argument(
    help: "Sweeps: ids, names, starts of uuids, or 'latest'. (default: latest)",
    completion: .sweeps)
  var sweeps: [String] = []

  @Option(help: "Within one sweep, the setting whose values are the sides. (default: rule)")
  var by: Setting?

  @Option(help: "What is compared.")
  var metric: Metric.Key = .error

  @Option(parsing: .unconditional, help: "The level of confidence of the intervals.")
  var level: Double = 0.95

  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  func run() throws {
    guard StudentT.twoSided(level: level, degrees: 1) != nil else {
      throw CommandError(
        "--level: '\(level.shortestText)' is out of range. Give a share between 0 and 1, such as 0.95.",
        .usage)
    }
    let book = try book.reading()
    let ids = try book.named(sweeps)
    if let twice = ids.indices.first(where: { ids[..<$0].contains(ids[$0]) }) {
      throw CommandError(
        "'\(printable(sweeps[twice]))' is a sweep that was named before. Name every sweep once.",
        .usage)
    }
    if ids.count > 1, let by {
      throw CommandError(
        "--by: '\(by.rawValue)' is for one sweep; several are compared with each other. Name one sweep, or leave --by out.",
        .usage)
    }
    let dimension =
      ids.count > 1
      ? .sweep : SweepComparison.Dimension(rawValue: (by ?? .rule).rawValue) ?? .rule
    let found = try book.compare(ids, by: dimension, metric: metric.metric)
    let tables = ComparisonTables(found, level: level)
    // Compared by the rate itself, sides have no best one.
    if dimension != .learningRate, found.rates.contains(where: { $0.contains { $0 != nil } }) {
      let best = try book.compare(ids, by: dimension, metric: metric.metric, at: .best)
      return try write(
        RateChoiceTables(
          same: (tables, found.rates), best: (ComparisonTables(best, level: level), best.rates)))
    }
    let basis = "\(metric.name): \(printable(tables.basis(level: level)))"
    guard output.format.isForPeople else {
      StandardError.write(basis + "\n")
      return try output.write(tables.full)
    }
    try write(basis, tables)
  }

  /// Prints the comparison of trained runs at one learning rate and at each side's best one.
  private func write(_ choices: RateChoiceTables) throws {
    func basis(_ group: RateChoiceTables.Group, _ rates: String) -> String {
      "\(metric.name), \(rates): \(printable(group.tables.basis(level: level)))"
    }
    let same = basis(choices.same, "at one learning rate")
    let best =
      basis(choices.best, "each side at its best learning rate")
      + " The intervals ignore that the rates were chosen."
    guard output.format.isForPeople else {
      StandardError.write(same + "\n" + best + "\n")
      return try output.write(choices.full)
    }
    try write(same, choices.same.tables)
    try StandardOutput.write("\n")
    let layout = output.layout(rounding: SweepReport.rounding)
    let isNarrow =
      choices.best.tables.sides.count > 2
      || !layout.fitsWhole(choices.bestTable(isNarrow: false))
    try write(best, choices.bestTable(isNarrow: isNarrow))
  }

  private func write(_ basis: String, _ tables: ComparisonTables) throws {
    let layout = output.layout(rounding: SweepReport.rounding)
    let isNarrow = tables.sides.count > 2 || !layout.fitsWhole(tables.glance)
    try write(basis, isNarrow ? tables.narrow : tables.glance)
  }

  private func write(_ basis: String, _ table: ResultTable) throws {
    let layout = output.layout(rounding: SweepReport.rounding)
    let text = output.format == .markdown ? markdownEscaped(basis) : basis
    let lines = layout.width.map { folded(text, to: $0) } ?? [text]
    try StandardOutput.write(lines.joined(separator: "\n") + "\n\n")
    try output.write(table, rounding: SweepReport.rounding)
  }
}
