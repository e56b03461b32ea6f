import CSQLite
import LoRASpectra

/// Checks a book and changes nothing: whether the file is sound, and whether the records are
/// consistent. Rows are checked one at a time, so that memory does not grow with the book.
package final class Doctor {
  /// The checks, in order.
  package static let checks = [
    "integrity", "foreign keys", "schema", "stale sweeps", "plans", "sums of runs", "runs",
    "spectra",
    "summaries",
  ]

  private let book: Book
  private let connection: Connection
  // The session interrupts a running statement on request.
  private let session: ReadOnlySession
  private let found = Diagnoses()
  private let progress: (String) -> Void

  /// - Parameters:
  ///   - shouldStop: polled.
  ///   - progress: called with the next of ``checks``.
  /// - Throws: `SQLiteError`.
  package init(
    _ book: Book, shouldStop: @escaping () -> Bool = { false },
    progress: @escaping (String) -> Void = { _ in }
  ) throws {
    self.book = book
    self.progress = progress
    // Others may write meanwhile.
    session = try ReadOnlySession(book, isOfOneMoment: true, shouldStop: shouldStop)
    StopCheck(shouldStop).watch(book.connection)
    connection = session.connection
  }

  /// Runs all checks.
  ///
  /// - Returns: the findings, errors first.
  /// - Throws: `SQLiteError` if it was asked to stop, or the book is busy or cannot be read.
  package func examine() throws -> [Diagnosis] {
    try look("integrity", checkIntegrity)
    try look("foreign keys", checkForeignKeys)
    try look("schema", checkSchema)
    try look("stale sweeps", checkStaleSweeps)
    try look("plans", checkPlans)
    for question in DoctorQuestion.all {
      try look(question.check, as: "sums of runs") { try self.ask(question) }
    }
    try look("runs", checkRuns)
    try look("spectra", checkSpectra)
    try look("summaries", checkSummaries)
    return found.all
  }

  /// Runs a check; damage that ends it becomes a finding.
  private func look(
    _ check: String, as name: String? = nil, _ body: () throws -> Void
  ) throws {
    progress(name ?? check)
    do {
      try body()
    } catch let error as SQLiteError where error.kind == .corrupt || error.kind == .other {
      add(.wrong, check, "it cannot be looked at: \(error.message)", Doctor.damaged)
    }
  }

  private static let damaged =
    "copy the file away as it is, then restore a backup; sqlite3's .recover saves what can be read"

  private func add(
    _ severity: Diagnosis.Severity, _ check: String, _ what: String, _ advice: String,
    sweep: (id: Int64, name: String)? = nil, isOneOfMany: Bool = true
  ) {
    found.add(
      Diagnosis(
        severity: severity, check: check, sweepID: sweep?.id, sweep: sweep?.name, what: what,
        advice: advice), isOneOfMany: isOneOfMany)
  }

  /// Uses the book's own connection, because SQLite does not load the CHECK constraints of a file
  /// that was opened read-only (sqlite3AddCheckConstraint in its build.c).
  private func checkIntegrity() throws {
    for fault in try book.connection.integrityFaults() {
      add(.wrong, "integrity", fault, Doctor.damaged, isOneOfMany: false)
    }
    if sqlite3_db_readonly(book.connection.handle, "main") == 1 {
      add(
        .note, "integrity",
        "the book cannot be written from here, and of such a file SQLite does not look at the CHECK constraints",
        "look it over again where it can be written, or look over a copy")
    }
  }

  private func checkForeignKeys() throws {
    try connection.rows(Statements.foreignKeyFaults) { row in
      try add(
        .wrong, "foreign keys",
        "row \(row.value(1).plainText) of '\(row.text(0))' refers to a row of '\(row.text(2))' that is not there",
        "restore a backup; something wrote to the book with foreign keys off")
    }
  }

  private func checkSchema() throws {
    try checkConstants()
    let here = try BookSchema(connection).objects
    // Comparing with the embedded schema is faster than applying the migrations again.
    if here == BookSchema.released.last?.objects { return }
    let made = try BookSchema.made(by: Migration.known)
    let expected = made.objects
    func isNamed(_ object: BookSchema.Object, in objects: Set<BookSchema.Object>) -> Bool {
      objects.contains { $0.type == object.type && $0.name == object.name }
    }
    for object in expected.subtracting(here).sorted(by: { $0.name < $1.name }) {
      let isThere = isNamed(object, in: here)
      add(
        .wrong, "schema",
        "the \(object.type) '\(object.name)' is \(isThere ? "not as lorabook makes it" : "not there")",
        "restore a backup; another program changed the book", isOneOfMany: false)
    }
    for object in here.subtracting(expected).sorted(by: { $0.name < $1.name })
    where !isNamed(object, in: expected) {
      let isTrap = made.isTrapped(by: object)
      add(
        isTrap ? .wrong : .note, "schema",
        "the \(object.type) '\(object.name)' is none of lorabook's",
        isTrap
          ? "drop it with sqlite3: it would act where a command reads or records, and none does before"
          : "leave it, or drop it with sqlite3: another program made it", isOneOfMany: false)
    }
  }

  /// Whether the tables that are the same in every book hold what they should.
  private func checkConstants() throws {
    func constants(_ connection: Connection) throws -> [String: [String]] {
      var rows: [String: [String]] = [:]
      try connection.rows(Statements.doctorConstants) {
        rows[try $0.text(0), default: []].append(try $0.value(1).plainText)
      }
      return rows
    }
    let new = try Connection(inMemory: ())
    try new.execute(EmbeddedSQL.newBook)
    let (here, expected) = try (constants(connection), constants(new))
    for table in Set(here.keys).union(expected.keys).sorted() where here[table] != expected[table] {
      add(
        .wrong, "schema", "the table '\(table)' does not hold what lorabook puts there",
        "restore a backup; another program changed the book", isOneOfMany: false)
    }
  }

  /// Sweeps that are called running while nobody records them.
  private func checkStaleSweeps() throws {
    let judge = SweepJudge(book.connection)
    let gone = try book.connection.runningSweeps().map { ($0, judge.presence(of: $0)) }
    // One that ended between the two looks has said so by now.
    let running = Set(try book.connection.runningSweeps().map(\.sweepID))
    for (sweep, presence) in gone where running.contains(sweep.sweepID) {
      let process = sweep.process.processID.map { "process \($0)" } ?? "a process"
      switch presence {
      case .here: continue
      case .gone:
        add(
          .wrong, "stale sweeps",
          "it is 'running', and \(process) on '\(sweep.process.host)', which recorded it, is gone",
          "finish it with 'lorabook resume \(sweep.sweepID)'; any command that records marks it interrupted",
          sweep: (sweep.sweepID, sweep.name))
      case .unknown:
        add(
          .note, "stale sweeps",
          "it is 'running' on '\(sweep.process.host)', which cannot be asked from here whether it is",
          "look there; if nobody records it, 'lorabook resume \(sweep.sweepID) --force' finishes it",
          sweep: (sweep.sweepID, sweep.name))
      }
    }
  }

  private func sweeps() throws -> [(id: Int64, name: String, isComputed: Bool)] {
    var sweeps: [(id: Int64, name: String, isComputed: Bool)] = []
    try connection.rows(Statements.doctorSweeps) {
      try sweeps.append(($0.integer(0), $0.text(1), $0.integer(2) == 1))
    }
    return sweeps
  }

  /// Whether the plans of computed sweeps match their specs.
  private func checkPlans() throws {
    for sweep in try sweeps() where sweep.isComputed {
      let recorded = try connection.recordedSweep(sweep.id)
      let (runs, seeds): (Int, Int)
      do {
        if recorded.source == "measure" {
          // What its files have is not known without them.
          _ = try recorded.measureSpec()
          continue
        }
        if recorded.source == "train" {
          let grid = try recorded.trainingGrid()
          (runs, seeds) = (grid.runCount, grid.spec.sweep.seeds.count)
        } else {
          let grid = try recorded.grid()
          (runs, seeds) = (grid.runCount, grid.spec.seeds.count)
        }
      } catch {
        let reason =
          if case BookError.unlikeItsSpec(_, let reason) = error { reason } else { "\(error)" }
        add(
          .wrong, "plans", "no grid can be made of its spec: \(reason)", DoctorQuestion.restore,
          sweep: (sweep.id, sweep.name))
        continue
      }
      var cells: Int64 = 0
      try connection.rows(Statements.countCells, ["sweep_id": .integer(sweep.id)]) {
        cells = $0.integer(0)
      }
      let planned = runs / seeds
      // Cells of trainings are made when their first run is.
      let isPlanned =
        recorded.source == "train" && recorded.recordedRuns < runs
        ? cells <= planned : cells == planned
      if recorded.plannedRuns != runs || !isPlanned {
        add(
          .wrong, "plans",
          "it plans \(recorded.plannedRuns) runs at \(cells) settings, and its spec asks for \(runs) at \(planned)",
          DoctorQuestion.restore, sweep: (sweep.id, sweep.name))
      }
    }
  }

  private func ask(_ question: DoctorQuestion) throws {
    try connection.rows(question.sql) { row in
      add(
        question.severity, question.check, try DoctorQuestion.filled(question.what, row),
        try DoctorQuestion.filled(question.advice, row), sweep: try Doctor.sweep(row))
    }
  }

  /// The sweep named in the first two columns.
  private static func sweep(_ row: Statement) throws -> (id: Int64, name: String)? {
    try row.value(0).integer.map { ($0, try row.text(1)) }
  }

  private func checkRuns() throws {
    let statement = try connection.prepare(Statements.doctorMeasurements)
    let columns = try statement.columns
    let questions = RunQuestion.all.map { question in
      (question, Int32(columns.firstIndex(of: question.column) ?? 0))
    }
    while try statement.step() {
      let isComputed = statement.integer(2) == 1
      for (question, column) in questions where statement.integer(column) == 1 {
        try add(
          isComputed ? .wrong : question.elsewhere, question.check,
          DoctorQuestion.filled(question.what, statement),
          isComputed
            ? DoctorQuestion.restore : DoctorQuestion.filled(question.adviceElsewhere, statement),
          sweep: Doctor.sweep(statement))
      }
    }
  }

  private func checkSpectra() throws {
    let blocks = try SpectrumBlocks(connection)
    try connection.rows(Statements.doctorSpectra) { row in
      let values = try blocks.values(of: row.integer(0))
      guard let fault = Doctor.fault(of: values, span: Int(clamping: row.integer(4))) else {
        return
      }
      add(
        .wrong, "spectra",
        "update \(row.integer(0)) (seed \(row.integer(1)), \(row.integer(2))x\(row.integer(3))): \(fault)",
        "restore a backup, or remove the sweeps that recorded it and record them again")
    }
  }

  /// Why singular values cannot belong to an update with `span` of them; nil if they can.
  private static func fault(of values: [Double?], span: Int) -> String? {
    guard values.count == span else {
      return "\(values.count) singular values are recorded, and it has \(span)"
    }
    if let missing = values.firstIndex(where: { $0 == nil }) {
      return "singular value \(missing + 1) is missing"
    }
    let whole = values.compactMap(\.self)
    for (index, pair) in zip(whole, whole.dropFirst()).enumerated() where !(pair.0 >= pair.1) {
      return
        "singular value \(index + 2) is \(pair.1.shortestText), above the one before it, \(pair.0.shortestText)"
    }
    if let first = whole.first, !(first > 0) || !first.isFinite {
      return "the largest singular value is \(first.shortestText)"
    }
    return nil
  }

  private func checkSummaries() throws {
    let audit = try SummaryAudit(connection)
    let places = try CellPlaces(connection)
    for sweep in try sweeps() {
      _ = try audit.forEach(ofSweep: sweep.id) { line in
        let kept = line.kept ?? RunningSummary()
        guard kept != line.summed else { return }
        func text(_ summary: RunningSummary) -> String {
          "n \(summary.count), mean \(summary.mean.shortestText), squared deviations \(summary.squaredDeviations.shortestText)"
        }
        add(
          .wrong, "summaries",
          "\(line.metric.name) in cell \(line.cellID) (\(try places.settings(ofCell: line.cellID))) is summed up as \(text(kept)), and its runs come to \(text(line.summed))",
          "'lorabook verify \(sweep.id)' tells whether a run or the sum was changed; \(DoctorQuestion.restore)",
          sweep: (sweep.id, sweep.name))
      }
    }
  }
}
