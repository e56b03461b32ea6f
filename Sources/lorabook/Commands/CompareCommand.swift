import ArgumentParser
import BoostStatistics
import LoRASpectra
import Rendering
import SQLiteStore

extension Comparison.Metric: ExpressibleByArgument {}

struct CompareCommand: ParsableCommand {
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
    case rule, profile, rank, alpha, shape, noise
  }

  @Argument(
    help: "Sweeps: ids, names, starts of uuids, or 'latest'.", completion: .sweeps)
  var sweeps: [String]

  @Option(help: "Within one sweep, the setting whose values are the sides. (default: rule)")
  var by: Setting?

  @Option(help: "What is compared.")
  var metric: Comparison.Metric = .error

  @Option(parsing: .unconditional, help: "The level of confidence of the intervals.")
  var level: Double = 0.95

  @OptionGroup var book: BookOptions
  @OptionGroup var output: FormatOption

  func run() throws {
    guard StudentT.twoSided(level: level, degrees: 1) != nil else {
      throw CommandError(
        "--level: '\(level.shortestText)' is out of range. Give a share between 0 and 1, such as 0.95.",
        .usage)
    }
    let book = try book.reading()
    let ids = try sweeps.map { try book.sweepID($0) }
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
    let tables = ComparisonTables(
      try book.compare(ids, by: dimension, metric: metric), level: level)
    let basis = "\(metric.rawValue): \(printable(tables.basis(level: level)))"
    guard output.format.isForPeople else {
      StandardError.write(basis + "\n")
      return try output.format.write(tables.full)
    }
    let layout = output.format.layout(rounding: SweepReport.rounding)
    let text = output.format == .markdown ? markdownEscaped(basis) : basis
    let lines = layout.width.map { folded(text, to: $0) } ?? [text]
    try StandardOutput.write(lines.joined(separator: "\n") + "\n\n")
    let isNarrow = tables.sides.count > 2 || !layout.fitsWhole(tables.glance)
    try output.format.write(
      isNarrow ? tables.narrow : tables.glance, rounding: SweepReport.rounding)
  }
}
