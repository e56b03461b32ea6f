import LoRASpectra
import Testing

@testable import SQLiteStore

@Suite("The query plan")
struct QueryPlanTests {
  let open: OpenBook

  init() throws {
    open = try OpenBook()
    let grid = try Grid.handMade()
    for name in ["one", "two"] {
      try open.start(grid, name: name).record(grid.measuredUpdates())
    }
  }

  /// SQLite's query plan, a step per line (sqlite.org/eqp.html).
  private func plan(_ sql: String) throws -> [String] {
    try open.rows("EXPLAIN QUERY PLAN " + sql).compactMap(\.last?.text)
  }

  /// Statements by which commands reach rows, each with its name for failure messages.
  static let paths = [
    ("show-cells", Statements.showCells), ("show-spectra", Statements.showSpectra),
    ("show-sweep", Statements.showSweep), ("export-runs", Statements.exportRuns),
    ("export-spectra", Statements.exportSpectra), ("export-sweeps", Statements.exportSweeps),
    ("find-spectrum", Statements.findSpectrum), ("find-update", Statements.findUpdate),
    ("find-origin", Statements.findOrigin), ("last-run", Statements.lastRun),
    ("extend-recording", Statements.extendRecording),
    ("find-prescription", Statements.findPrescription),
    ("resolve-sweep", Statements.resolveSweep), ("list-sweeps", Statements.listSweeps),
    ("finish-sweep", Statements.finishSweep), ("compare-cells", Statements.compareCells),
    ("compare-recordings", Statements.compareRecordings),
    ("compare-runs", Statements.compareRuns), ("merged-runs", Statements.mergedRuns),
    ("merged-sweep", Statements.mergedSweep), ("merged-cell", Statements.mergedCell),
    ("merged-cells", Statements.mergedCells), ("merged-update", Statements.mergedUpdate),
    ("merged-profiles", Statements.mergedProfiles), ("same-profile", Statements.sameProfile),
    ("blocks-of-update", Statements.blocksOfUpdate),
    ("the runs of a sweep by id", "SELECT avg(error) FROM runs WHERE sweep_id = 1 GROUP BY rule"),
    ("one run", "SELECT * FROM runs WHERE run_id = 1"),
    ("the runs of a seed", "SELECT * FROM runs WHERE seed = 3"),
    ("the runs of a sweep by name", "SELECT * FROM runs WHERE sweep = 'one'"),
    ("the spectra of a sweep by name", "SELECT * FROM spectra WHERE sweep = 'one'"),
    ("the trainings of a sweep", "SELECT * FROM trainings WHERE sweep_id = 1"),
    ("the curves of a sweep", "SELECT * FROM curves WHERE sweep_id = 1"),
    ("the curve of a run", "SELECT * FROM curves WHERE run_id = 1"),
    ("the metrics of a sweep", "SELECT * FROM metrics WHERE sweep_id = 1"),
    ("the parameters of a sweep", "SELECT * FROM params WHERE sweep_id = 1"),
    ("the modules of a sweep", "SELECT * FROM modules WHERE sweep_id = 1"),
    ("the executions of a sweep", "SELECT * FROM executions WHERE sweep_id = 1"),
    ("find-cell", Statements.findCell), ("recorded-sweep", Statements.recordedSweep),
    ("errors-of-sweep", Statements.errorsOfSweep), ("errors-by-update", Statements.errorsByUpdate),
    ("contests-of-cells", Statements.contestsOfCells), ("cells-of-sweep", Statements.cellsOfSweep),
    ("spectra-of-sweep", Statements.spectraOfSweep), ("kind-of-origin", Statements.kindOfOrigin),
  ]

  @Test("never goes through all of a table that grows with the runs", arguments: paths)
  func largeTablesAreSearched(name: String, sql: String) throws {
    let large = [
      "measured_run", "divergence", "recording", "spectrum_block", "delta", "origin", "cell",
      "cell_summary", "execution", "training", "training_run", "training_step", "logged_run",
      "run_metric", "curve_point", "run_info", "parameter", "module", "sweep_module",
      "prescription", "sweep_profile",
    ]
    let steps = try plan(sql)
    #expect(!steps.isEmpty)
    for step in steps {
      let words = step.split(separator: " ").map(String.init)
      let scansLarge = words.first == "SCAN" && large.contains(words.dropFirst().first ?? "")
      #expect(!scansLarge, "\(name): \(step)")
      #expect(!step.contains("AUTOMATIC"), "\(name): \(step)")
    }
  }

  @Test(
    "of an export gives rows in their order, and sorts no more than one spectrum",
    arguments: [
      ("export-runs", Statements.exportRuns), ("export-spectra", Statements.exportSpectra),
    ])
  func exportsAreNotSorted(name: String, sql: String) throws {
    let steps = try plan(sql)
    let sorts = steps.filter { $0.contains("TEMP B-TREE") }
    #expect(
      sorts.allSatisfy { name == "export-spectra" && $0.contains("RIGHT PART OF ORDER BY") },
      "\(name): \(steps)")
  }

  @Test("finds a sweep by id, name and start of a uuid through an index")
  func referencesAreSearched() throws {
    let steps = try plan(Statements.resolveSweep)
    for index in ["INTEGER PRIMARY KEY", "(name=?)", "(uuid>? AND uuid<?)"] {
      let isUsed = steps.contains { $0.hasPrefix("SEARCH sweep") && $0.contains(index) }
      #expect(isUsed, "\(index) in \(steps)")
    }
  }

  @Test("finds an update by the whole of its identity")
  func updatesAreSearched() throws {
    for sql in [Statements.findUpdate, Statements.findSpectrum] {
      let steps = try plan(sql)
      #expect(steps.contains { $0.contains("(seed=? AND origin_id=?)") }, "\(steps)")
    }
    for sql in [Statements.findOrigin, Statements.findSpectrum] {
      let steps = try plan(sql)
      let isUsed = steps.contains {
        $0.contains("origin_identity (<expr>=?") && $0.hasPrefix("SEARCH")
      }
      #expect(isUsed, "\(steps)")
    }
  }
}
