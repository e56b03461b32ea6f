import LoRASpectra
import Rendering
import SQLiteStore

/// What options name of the runs of sweeps: metrics, settings and parameters.
extension Book {
  /// The metric with a name.
  ///
  /// - Throws: `CommandError` if no run has it.
  func metric(named name: String, ofSweeps ids: [Int64]) throws -> Metric {
    let known = try metrics(ofSweeps: ids)
    if let metric = known.first(where: { ExactText($0.name) == ExactText(name) }) { return metric }
    throw refusal("--metric", name, "no run has the metric", among: known.map(\.name))
  }

  /// The setting or parameter with a name.
  ///
  /// - Throws: `CommandError` if no run has it.
  func dimension(
    _ name: String, ofSweeps ids: [Int64]
  ) throws -> SweepComparison.Dimension {
    if let dimension = try dimension(named: name, ofSweeps: ids) { return dimension }
    throw refusal(
      "--by", name, "no run has the setting or the parameter",
      among: SweepComparison.Dimension.settings + (try parameterNames(ofSweeps: ids)))
  }

  /// Refuses to ignore what is no parameter.
  ///
  /// - Throws: `CommandError`.
  func check(ignored names: [String], ofSweeps ids: [Int64]) throws {
    let known = try parameterNames(ofSweeps: ids)
    for name in names where !known.contains(where: { ExactText($0) == ExactText(name) }) {
      throw refusal("--ignore", name, "no run has the parameter", among: known)
    }
  }

  private func refusal(
    _ option: String, _ name: String, _ problem: String, among known: [String]
  ) -> CommandError {
    let nearest = nearestName(to: name, among: known).map { "Did you mean '\(printable($0))'? " }
    let all = known.map { printable($0.shortened(to: 40)) }.joined(separator: ", ")
    return CommandError(
      "\(option): \(problem) '\(printable(name.shortened(to: 80)))'. \(nearest ?? "")\(known.isEmpty ? "There is none." : "There are \(all).")",
      .usage)
  }
}
