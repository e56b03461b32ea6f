import LoRASpectra

/// A check in one statement: each row is a finding.
struct DoctorQuestion {
  /// The check's name.
  var check: String
  var severity: Diagnosis.Severity = .wrong
  /// Returns `sweep_id`, `sweep` and the columns used in the sentences below.
  var sql: String
  /// The finding; `{column}` stands for the row's value.
  var what: String
  /// The remedy, with the same placeholders.
  var advice: String

  /// The sentence for a row.
  static func filled(_ template: String, _ row: Statement) throws -> String {
    var text = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      text += rest[..<open]
      let name = rest[rest.index(after: open)..<close]
      let column = try row.columns.firstIndex { $0 == name }
      text +=
        try column.map { try row.value(Int32($0)).plainText.shortened(to: 120) } ?? "{\(name)}"
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }

  static let restore =
    "restore a backup, or remove the sweep with 'lorabook rm' and record it again"

  /// The checks of the tables that connect sweeps, updates and runs.
  static let all = [
    DoctorQuestion(
      check: "recorded runs", sql: Statements.doctorRecordedRuns,
      what: "it counts {recorded_runs} runs, and {runs} are recorded",
      advice: "look at 'lorabook verify {sweep_id}'; \(restore)"),
    DoctorQuestion(
      check: "status", sql: Statements.doctorStatus,
      what: "it is '{status}' with {recorded_runs} runs of {planned_runs} planned",
      advice: "look at 'lorabook verify {sweep_id}'; \(restore)"),
    DoctorQuestion(
      check: "holes", severity: .note, sql: Statements.doctorHoles,
      what: "{missing} items in {gaps} gaps before its last one are not recorded",
      advice: "'lorabook resume {sweep_id}' computes them, or merge the books that have them"),
    DoctorQuestion(
      check: "source", sql: Statements.doctorSource,
      what: "its source is '{source}', and it has {spec} and {generator}",
      advice: restore),
    DoctorQuestion(
      check: "profiles from elsewhere", sql: Statements.doctorExternalProfiles,
      what: "the profile '{label}' was measured elsewhere, and is recorded as '{definition}'",
      advice: restore),
    DoctorQuestion(
      check: "executions", sql: Statements.doctorExecutions,
      what: "recording {recording_id} {fault}", advice: restore),
    DoctorQuestion(
      check: "parameters", sql: Statements.doctorParameters,
      what: "cell {cell_id} {fault}", advice: restore),
    DoctorQuestion(
      check: "overlapping recordings", sql: Statements.doctorOverlaps,
      what: "recording {recording_id} with {runs} runs reaches into recording {next}",
      advice: restore),
    DoctorQuestion(
      check: "missing runs", sql: Statements.doctorMissingRuns,
      what: "recording {recording_id} counts {runs} runs, and {found} are there",
      advice: restore),
    DoctorQuestion(
      check: "runs of no recording", sql: Statements.doctorRunsOfNone,
      what:
        "{found} runs, from run {run_id} on, are of no recording, so that no question sees them",
      advice: "restore a backup; what other sweeps hold is as it was"),
    DoctorQuestion(
      check: "divergences", sql: Statements.doctorDivergences,
      what: "{metric} of run {run_id} is {number} and '{value}' at once",
      advice: restore),
    DoctorQuestion(
      check: "duplicate runs", sql: Statements.doctorUpdatesTwice,
      what: "update {update_id} (seed {seed}) is recorded {times} times",
      advice: restore),
    DoctorQuestion(
      check: "duplicate runs", sql: Statements.doctorCellsTwice,
      what: "recording {recording_id} has {runs} runs at {cells} settings",
      advice: restore),
    DoctorQuestion(
      check: "trainings", sql: Statements.doctorTrainings, what: "run {run_id} {fault}",
      advice: "look at 'lorabook verify {sweep_id}'; \(restore)"),
    DoctorQuestion(
      check: "unused trainings", severity: .note, sql: Statements.doctorUnusedTrainings,
      what: "no run was trained with {optimizer} at {learning_rate} (training {training_id})",
      advice: "leave it: the next 'lorabook rm' takes it away"),
    DoctorQuestion(
      check: "unused updates", severity: .note, sql: Statements.doctorUnusedUpdates,
      what: "no sweep has recorded update {update_id} (seed {seed})",
      advice: "leave it: a sweep that draws the same update will use its spectrum"),
    DoctorQuestion(
      check: "unused origins", severity: .note, sql: Statements.doctorUnusedOrigins,
      what: "no update comes from origin {origin_id} ({d}x{k}, noise {noise})",
      advice: "leave it: the next 'lorabook rm' takes it away"),
    DoctorQuestion(
      check: "unused profiles", severity: .note, sql: Statements.doctorUnusedPrescriptions,
      what: "no sweep and no origin uses prescription {prescription_id}, '{definition}'",
      advice: "leave it: the next 'lorabook rm' takes it away"),
  ]
}

/// A check of single runs, by its column in `doctor-measurements.sql`.
struct RunQuestion {
  /// The check's name.
  var check: String
  var column: String
  /// The finding.
  var what: String
  /// The severity for a run that was measured elsewhere.
  var elsewhere: Diagnosis.Severity = .wrong
  /// The condition that finds all such runs measured elsewhere, each of which can be removed alone;
  /// nil if that would not help.
  var condition: String?

  static let run = "run {run_id} (seed {seed}, rank {rank}, {rule}): "

  static let all = [
    RunQuestion(
      check: "cells of other sweeps", column: "cell_of_other_sweep",
      what: "run {run_id} (seed {seed}) is in cell {cell_id}, which is not this sweep's"),
    RunQuestion(
      check: "cells of other updates", column: "cell_of_other_update",
      what: run + "cell {cell_id} has another shape, profile or noise than the run's update"),
    RunQuestion(
      check: "variance captured", column: "variance_out_of_range",
      what: run + "variance_captured is {variance_captured}, which is no share from 0 to 1",
      condition: "variance_captured NOT BETWEEN 0 AND 1"),
    RunQuestion(
      check: "negative errors", column: "negative_error",
      what: run
        + "error is {error} and truncation_error {truncation_error}; a norm is never below 0",
      condition: "error < 0 OR truncation_error < 0"),
    RunQuestion(
      check: "truncation and variance", column: "truncation_contradicts",
      what: run
        + "truncation_error {truncation_error} squared is not 1 - variance_captured {variance_captured}",
      elsewhere: .note),
    RunQuestion(
      check: "errors", column: "error_contradicts",
      what: run
        + "error {error} contradicts scale {scale}, variance_captured {variance_captured} and truncation_error {truncation_error}",
      elsewhere: .note),
    RunQuestion(
      check: "missing measurements", column: "not_recorded",
      what: run
        + "error is {error}, truncation_error {truncation_error}, variance_captured {variance_captured}, and a run that is computed has all three"
    ),
  ]
}

extension RunQuestion {
  /// The remedy for a run that was measured elsewhere; `{column}` stands for the row's value.
  var adviceElsewhere: String {
    if elsewhere == .note {
      return "nothing, if it was measured so: what was trained need not be the best approximation"
    }
    guard let condition else {
      return
        "remove the sweep with 'lorabook rm', mend the value where it was measured, and record it again"
    }
    return
      "remove it with 'lorabook rm --run {run_id}' and record it again with the right value; all such runs are listed by 'lorabook export {sweep_id} --where \"\(condition)\"'"
  }
}
