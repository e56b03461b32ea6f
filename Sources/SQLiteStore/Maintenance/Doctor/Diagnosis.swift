import LoRASpectra

/// Something that `doctor` found.
package struct Diagnosis: Equatable, Sendable {
  /// How bad it is.
  package enum Severity: String, Sendable {
    /// What is recorded is damaged, or contradicts itself.
    case wrong
    /// Worth knowing; nothing is wrong with what is recorded.
    case note
  }

  /// How bad it is.
  package var severity: Severity
  /// The check that found it.
  package var check: String
  /// The sweep's id, where it is of one.
  package var sweepID: Int64?
  /// The sweep's name.
  package var sweep: String?
  /// What is so, with ids and values.
  package var what: String
  /// What to do about it.
  package var advice: String
}

/// Collects what is found: of what a check finds many times in a sweep, the first and the number of all.
final class Diagnoses {
  private struct Key: Hashable {
    var severity: Diagnosis.Severity
    var check: String
    var sweepID: Int64?
  }

  private var first: [Diagnosis] = []
  private var places: [Key: Int] = [:]
  private var further: [Int] = []

  /// - Parameter isOneOfMany: false where each is told.
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

  /// What was found, what is wrong before what is a note.
  var all: [Diagnosis] {
    let told = zip(first, further).map { diagnosis, further in
      var diagnosis = diagnosis
      if further > 0 { diagnosis.what += "; and so \(further) more" }
      return diagnosis
    }
    return told.filter { $0.severity == .wrong } + told.filter { $0.severity == .note }
  }
}
