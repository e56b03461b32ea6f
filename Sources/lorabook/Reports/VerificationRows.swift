import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore

/// The rows that `verify` prints: one for each kind compared, and one for all of them together.
enum VerificationRows {
  static let columns = [
    "sweep_id", "sweep", "compared", "against", "numbers", "exact", "deviating", "largest",
    "tolerance", "recorded", "expected", "place",
  ]

  /// - Parameter isForPeople: whether numbers that nearly agree are written with all digits.
  static func of(_ verification: SweepVerification, isForPeople: Bool) -> [[Value]] {
    func shown(_ value: Value?) -> Value {
      guard let value else { return .absent }
      return isForPeople && value.number != nil ? .text(value.plainText) : value
    }
    return verification.agreements.map { agreement in
      // The place is named only if something deviates.
      let worst = agreement.deviating > 0 ? agreement.worst : nil
      return [
        .integer(verification.recorded.sweepID), .text(verification.recorded.name),
        .text(agreement.subject.name), .text(agreement.standard.rawValue),
        .integer(Int64(agreement.compared)), .integer(Int64(agreement.exact)),
        .integer(Int64(agreement.deviating)), shown(agreement.largest.map(Value.real)),
        shown(agreement.tolerance.map(Value.real)), shown(worst?.recorded), shown(worst?.expected),
        worst.map { .text($0.place) } ?? .absent,
      ]
    }
  }
}

/// The verdict of `verify` in words.
struct VerificationVerdict {
  private var numbers = 0
  private var deviating = 0
  private var largest = 0.0
  private var worst: (sweep: String, what: String)?
  private var sweeps = 0
  private var remarks: [String] = []

  /// Whether nothing deviates.
  var isGood: Bool { deviating == 0 }

  mutating func add(_ verification: SweepVerification) throws {
    guard let overall = verification.agreements.last else { return }
    let recorded = verification.recorded
    let name = "sweep \(recorded.sweepID) '\(printable(recorded.name))'"
    sweeps += 1
    numbers += overall.compared
    deviating += overall.deviating
    largest = max(largest, overall.largest ?? 0)
    if worst == nil, let found = overall.worst, overall.deviating > 0 {
      worst = (
        name,
        "\(printable(found.place)): recorded is \(printable(found.recorded.plainText)), expected \(printable(found.expected.plainText))"
      )
    }
    try remark(verification, name)
  }

  private mutating func remark(_ verification: SweepVerification, _ name: String) throws {
    let recorded = verification.recorded
    guard recorded.isComputed else {
      // Those of a metric that all agree but for rounding contradict nothing.
      let contradicting = verification.agreements
        .filter { $0.standard == .identity && ($0.largest ?? 0) > Contrast.rounding }
        .map { $0.compared - $0.exact }.reduce(0, +)
      remarks.append(
        "\(name) was measured elsewhere, so nothing of it can be recomputed: only its scales, sums and counts were checked"
          + (contradicting > 0
            ? "; \(contradicting) of its measurements are not what the formulas give for the best approximation, as measured ones may not be"
            : ""))
      return
    }
    if recorded.status != "finished" {
      remarks.append(
        "\(name) is \(recorded.status): \(recorded.recordedRuns) of its \(recorded.plannedRuns) runs were verified"
      )
    }
    if let remark = verification.trainedRemark { remarks.append("of \(name) \(remark)") }
    let builds = verification.lapackBuilds
    if builds.count > 1 {
      remarks.append(
        "\(name) was computed with \(builds.count) builds of BLAS, whose last digits may differ: \(printable(builds.joined(separator: "; ")))"
      )
      return
    }
    let differences = try recorded.provenance.differences(from: Host.provenance(jobs: 1))
    if !differences.isEmpty {
      let pairs = differences.map { "'\(printable($0.0))' then, '\(printable($0.1))' now" }
      remarks.append(
        "\(name) was computed by another machine or program, whose last digits may differ: \(pairs.joined(separator: "; "))"
      )
      return
    }
    for agreement in verification.agreements
    where agreement.subject == .singularValue && agreement.standard == .redrawnUpdate
      && agreement.deviating == 0 && agreement.exact < agreement.compared
    {
      remarks.append(
        "\(agreement.compared - agreement.exact) singular values of \(name) differ within the tolerance, by up to \((agreement.largest ?? 0).shortestText), though this program on this processor computed them"
      )
    }
  }

  /// Prints the verdict on standard error.
  ///
  /// - Throws: `CommandError` if something deviates.
  func tell(isQuiet: Bool) throws {
    if !isQuiet { for remark in remarks { StandardError.write("note: \(remark).\n") } }
    let count = "\(numbers) numbers of \(sweeps) sweep\(sweeps == 1 ? "" : "s")"
    guard let worst else {
      return StandardError.write(
        "\(count) verified; the largest deviation is \(largest.shortestText)\n")
    }
    throw CommandError(
      "\(deviating) of \(count) deviate\(deviating == 1 ? "s" : ""), foremost in \(worst.sweep), \(worst.what). Restore a backup, or record the sweep again.",
      .failure)
  }
}
