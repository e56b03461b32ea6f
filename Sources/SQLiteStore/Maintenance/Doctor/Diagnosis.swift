import LoRASpectra

/// A finding of `doctor`.
package struct Diagnosis: Equatable, Sendable {
  /// The severity of a finding.
  package enum Severity: String, Sendable {
    /// The record is damaged or contradicts itself.
    case wrong
    /// Worth knowing; the record is sound.
    case note
  }

  /// The severity.
  package var severity: Severity
  /// The check that found it.
  package var check: String
  /// The sweep's id, if the finding concerns one.
  package var sweepID: Int64?
  /// The sweep's name.
  package var sweep: String?
  /// The finding, with ids and values.
  package var what: String
  /// The remedy.
  package var advice: String
}

/// Collects findings: if a check finds many in one sweep, the first and their number.
final class Diagnoses {
  private struct Key: Hashable {
    var severity: Diagnosis.Severity
    var check: String
    var sweepID: Int64?
  }

  private var first: [Diagnosis] = []
  private var places: [Key: Int] = [:]
  private var further: [Int] = []

  /// - Parameter isOneOfMany: false if each finding is listed.
  func add(_ diagnosis: Diagnosis, isOneOfMany: Bool = true) {
    let key = Key(
      severity: diagnosis.severity, check: diagnosis.check, sweepID: diagnosis.sweepID)
    if isOneOfMany, let place = places[key] {
      further[place] += 1
      return
    }
    places[key] = first.count
    first.append(diagnosis)
    further.append(0)
  }

  /// All findings, errors before notes.
  var all: [Diagnosis] {
    let told = zip(first, further).map { diagnosis, further in
      var diagnosis = diagnosis
      if further > 0 { diagnosis.what += "; and so \(further) more" }
      return diagnosis
    }
    return told.filter { $0.severity == .wrong } + told.filter { $0.severity == .note }
  }
}
