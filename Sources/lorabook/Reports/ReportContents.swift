import LoRASpectra
import Rendering
import SQLiteStore

/// The contents of a report, read from a book.
struct ReportContents {
  private let book: Book
  private let path: String
  private let sweeps: [SweepFacts]
  private let level: Double
  private let modules: ModuleSelection?
  private let pictures: ReportPictures

  /// - Parameters:
  ///   - path: the book's path, for the commands on the page.
  ///   - ids: the sweeps; others are compared with the first.
  ///   - level: the confidence of the intervals, above 0 and below 1.
  ///   - modules: the modules of measured sweeps that are shown; nil for all.
  /// - Throws: errors of the book.
  init(
    book: Book, path: String, ids: [Int64], level: Double, modules: ModuleSelection? = nil
  ) throws {
    self.modules = modules
    self.book = book
    self.path = path
    self.level = level
    sweeps = try ids.map { try SweepFacts(book: book, sweepID: $0) }
    pictures = ReportPictures(
      drawing: SweepPictures(
        book: book, selection: FigureSelection(), modules: modules, isLogarithmic: false,
        level: level))
  }

  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func page() throws -> ReportPage {
    ReportPage(
      title: sweeps.map(\.name).joined(separator: ", "),
      made: "Made \(Host.now) by lorabook \(lorabookVersion) from the book \(name: path).",
      sections: sweeps.count == 1 ? try sectionsOfOne(sweeps[0]) : try sectionsOfSeveral())
  }

  /// What a sweep found, and the sections on it.
  private typealias Parts = (found: [ReportPage.Block], sections: [ReportPage.Section])

  private func sectionsOfOne(_ sweep: SweepFacts) throws -> [ReportPage.Section] {
    let parts = try parts(of: sweep)
    return found(parts.found) + parts.sections + [repeating, run]
  }

  private func sectionsOfSeveral() throws -> [ReportPage.Section] {
    let (verdicts, blocks) = try comparison(sweeps.map(\.sweepID), by: .sweep)
    let parts = try sweeps.map(parts)
    let comparison = ReportPage.Section(
      id: "comparison", heading: "The sweeps against each other", blocks: blocks)
    let each = zip(sweeps, parts).enumerated().map { number, sweep in
      ReportPage.Section(
        id: "sweep-\(number + 1)", heading: "\(name: sweep.0.name)",
        blocks: sweep.1.sections.flatMap { [.heading($0.heading.text)] + $0.blocks })
    }
    let ownFindings = zip(sweeps, parts).flatMap { sweep, parts in
      parts.found.isEmpty ? [] : [.heading(sweep.name)] + parts.found
    }
    return found((verdicts.isEmpty ? [] : [points(verdicts)]) + ownFindings) + [comparison]
      + each.filter { !$0.blocks.isEmpty } + [repeating, run]
  }

  private func points(_ sentences: [String]) -> ReportPage.Block {
    .points(sentences.map { "\($0)" })
  }

  /// The section that the page begins with, unless it is empty.
  private func found(_ blocks: [ReportPage.Block]) -> [ReportPage.Section] {
    blocks.isEmpty
      ? [] : [ReportPage.Section(id: "findings", heading: "What was found", blocks: blocks)]
  }

  private func parts(of sweep: SweepFacts) throws -> Parts {
    let (sentences, sections) = try contents(of: sweep)
    return (notices(sweep) + (sentences.isEmpty ? [] : [points(sentences)]), sections)
  }

  private func contents(
    of sweep: SweepFacts
  ) throws -> (sentences: [String], sections: [ReportPage.Section]) {
    let id = sweep.sweepID
    if sweep.recordedRuns == 0 { return ([], []) }
    if sweep.source == "train" {
      let answers = try TrainingSections.answers(book, id, level: level)
      return (answers.findings, try trainings(of: sweep).sections(answers))
    }
    if sweep.source == "measure" {
      let answers = try book.moduleAnswers(ofSweep: id, modules)
      return (answers.findings, try modules(of: sweep).sections(answers))
    }
    let tables = MetricTables(
      cells: try book.cells(ofSweep: id), metrics: try book.metricSummaries(ofSweep: id),
      criticalValue: ComparisonTables.criticalValue(level: level))
    let metrics = try MetricSections(level: level, pictures: pictures).sections(
      of: sweep, tables, compare: { try comparison([id], by: .rule, metric: $0).blocks })
    return (
      SweepFindings.sentences(tables.cells) + tables.findings,
      metrics + [
        ReportPage.Section(
          id: "comparison", heading: "The rules against each other",
          blocks: try comparison(of: sweep)),
        ReportPage.Section(id: "pictures", heading: "Pictures", blocks: try drawings(sweep)),
        ReportPage.Section(
          id: "tables", heading: "Tables", blocks: try self.tables(sweep, tables.cells)),
      ]
    )
  }

  private func modules(of sweep: SweepFacts) -> ModuleSections {
    ModuleSections(sweep: sweep, pictures: pictures, commands: commands)
  }

  private func trainings(of sweep: SweepFacts) -> TrainingSections {
    TrainingSections(sweep: sweep, pictures: pictures, commands: commands)
  }

  private var commands: ReportCommands { ReportCommands(path: path, modules: modules) }

  // MARK: - What was run

  /// What a reader has to know before all findings.
  private func notices(_ sweep: SweepFacts) -> [ReportPage.Block] {
    var blocks: [ReportPage.Block] = []
    if sweep.recordedRuns == 0 {
      blocks.append(.notice("No run is recorded (\(sweep.status)): there is nothing to show yet."))
    } else if sweep.status != "finished" {
      blocks.append(
        .notice(
          "This sweep is \(sweep.status): \(String(sweep.recordedRuns)) of \(String(sweep.plannedRuns)) runs are recorded, and the page shows those."
        ))
    }
    if let modules, sweep.source == "measure" {
      blocks.append(.notice("Of its modules these alone are shown: \(name: modules.text)."))
    }
    return blocks
  }

  private var run: ReportPage.Section {
    ReportPage.Section(
      id: "run", heading: "What was run",
      blocks: sweeps.flatMap { (sweeps.count > 1 ? [.heading($0.name)] : []) + facts($0) })
  }

  private func facts(_ sweep: SweepFacts) -> [ReportPage.Block] {
    var blocks: [ReportPage.Block] = []
    if !sweep.isComputed {
      blocks.append(
        .paragraph(
          "Its runs were measured elsewhere and \(sweep.text("source") == "log" ? "logged" : "imported"); they are shown as they were recorded."
        ))
    }
    let machine: Set = ["uuid", "command", "commit"]
    let all =
      [
        ("sweep", "\(sweep.name) (\(sweep.status))"),
        (
          "runs",
          sweep.isComputed
            ? "\(sweep.recordedRuns) of \(sweep.plannedRuns) planned"
            : "\(sweep.recordedRuns)\(sweep.leftOut)"
        ),
      ] + sweep.settings + sweep.provenance + [("uuid", sweep.text("uuid") ?? "")]
    blocks.append(
      .folded(
        "Settings and provenance",
        all.map { ReportPage.Fact($0.0, $0.1, isCode: machine.contains($0.0)) }))
    return blocks
  }

  // MARK: - Comparison

  private func comparison(of sweep: SweepFacts) throws -> [ReportPage.Block] {
    try comparison([sweep.sweepID], by: .rule).blocks
      + (sweep.isComputed
        ? [
          .paragraph(
            "Rules scale the same best rank-r approximation of the same updates, so truncation costs both sides the same: their errors differ by the scale s alone. They say which rule comes nearer to s = 1 here, not which trains better."
          )
        ] : [])
  }

  /// - Returns: the verdicts, none where nothing is compared; and what they rest on.
  private func comparison(
    _ ids: [Int64], by dimension: SweepComparison.Dimension, metric: Metric = .error
  ) throws -> (verdicts: [String], blocks: [ReportPage.Block]) {
    let comparison: SweepComparison
    do {
      comparison = try book.compare(ids, by: dimension, metric: metric, modules: modules)
    } catch ComparisonError.tooSparse(let sides, let places, let cells) {
      let notice = ReportPage.Block.notice(
        "\(String(sides)) sides at \(String(places)) places have \(String(cells)) cells between them: there is next to nothing to set side by side."
      )
      return ([], [notice])
    }
    let tables = ComparisonTables(comparison, level: level)
    guard tables.sides.count > 1 else {
      let only = tables.sides.first ?? "none"
      let alone = ReportPage.Block.paragraph(
        ids.count > 1
          ? "\(name: only) alone has runs, so there is nothing to compare it with."
          : "\(name: only) is the only scaling rule of the sweep, so there is nothing to compare it with."
      )
      return ([], [alone])
    }
    let words = ComparisonWords(tables.withShapes, level: level)
    var blocks = words.accounts.flatMap { account -> [ReportPage.Block] in
      [.paragraph(account.overview)] + (account.details.isEmpty ? [] : [.points(account.details)])
    }
    guard words.isAnythingCompared else { return ([], blocks) }
    let compared = sweeps.filter { ids.contains($0.sweepID) }
    blocks += try pictures.comparison(of: tables, ids, by: dimension) {
      commands.plot(compared, .compare, $0, metric: metric)
    }
    let better =
      metric.name == Metric.error.name
      ? "The lower error is the better one."
      : "\(comparison.comparison.isBetterLarger ? "Higher" : "Lower") \(metric.isBetterLarger == nil ? "is taken for better" : "is better")."
    let table = PageTable(
      title: "\(name: metric.name) of each side and their difference, cell by cell",
      note:
        "\(tables.basis(level: level)) \(better) Each interval is for its cell alone: among many, some exclude 0 by chance.\(metric.name == Metric.error.name ? " Error mixes truncation and scaling; the tables of a sweep tell them apart." : "")",
      tables.sides.count > 2 ? tables.withShapes.narrow : tables.withShapes.glance,
      rounding: SweepReport.rounding)
    blocks.append(.table(table))
    var verdicts = conclusions(tables, by: metric.name)
    if comparison.rates.contains(where: { $0.contains { $0 != nil } }) {
      let best = try atBestRates(ids, by: dimension, beside: (tables, comparison.rates))
      blocks.append(.table(best.table))
      verdicts =
        conclusions(tables, by: "\(metric.name) at one learning rate")
        + conclusions(best.tables, by: "\(metric.name), each at its best learning rate")
    }
    if table.isCut {
      blocks.append(.command(commands.compare(compared, metric: metric), does: "All cells:"))
    }
    return (verdicts, blocks)
  }

  /// The verdict on each side, and how many seeds would give one where there is none.
  private func conclusions(_ tables: ComparisonTables, by what: String) -> [String] {
    tables.verdicts.map { "\(what): \($0)" }
      + SeedsToTell(level: level, effect: nil).sentences(tables)
  }

  /// Trained runs are compared at one learning rate and with each side at its best, never one without the
  /// other.
  private func atBestRates(
    _ ids: [Int64], by dimension: SweepComparison.Dimension, beside same: RateChoiceTables.Group
  ) throws -> (tables: ComparisonTables, table: PageTable) {
    let best = try book.compare(ids, by: dimension, metric: .error, rates: .best)
    let choices = RateChoiceTables(
      same: same, best: (ComparisonTables(best, level: level), best.rates))
    let table = PageTable(
      title: "The same with each side at its best learning rate",
      note: "The intervals ignore that the rates were chosen.",
      choices.bestTable(isNarrow: choices.best.tables.sides.count > 2),
      rounding: SweepReport.rounding)
    return (choices.best.tables, table)
  }

  // MARK: - Pictures and tables

  private func drawings(_ sweep: SweepFacts) throws -> [ReportPage.Block] {
    try [PictureKind.spectrum, .variance, .error, .scale, .decomposition].flatMap { kind in
      try pictures.picture(
        kind, of: sweep, command: { commands.plot([sweep], kind, $0) })
    }
  }

  private func tables(
    _ sweep: SweepFacts, _ cells: ResultTable
  ) throws -> [ReportPage.Block] {
    let id = sweep.sweepID
    let sections = SweepTables.sections(
      cells: cells, spectra: try book.largestSingularValues(ofSweep: id, limit: 8),
      hasFixedFactors: sweep.hasFixedFactors)
    let all = CellTable(
      errors: try pictures.drawing.answers("error-by-rank", id),
      parts: sweep.hasFixedFactors
        ? try pictures.drawing.answers("error-parts", id) : ResultTable(columns: [], rows: []),
      cells: cells, level: level,
      criticalValue: ComparisonTables.criticalValue(level: level))
    let shared = all.shared.joined(separator: ", ")
    var tables = sections.filter { !$0.table.rows.isEmpty }.map {
      PageTable(title: "\($0.title)", $0.table, rounding: SweepReport.rounding)
    }
    tables.append(
      PageTable(
        title: "Every cell\(shared.isEmpty ? "" : ": ")\(name: shared)",
        note:
          "n: how many finite errors the mean is over; the interval is of the mean (Student's t), and there is none for one."
          + (sweep.hasFixedFactors
            ? " Without scaling the error would be the truncation error." : ""),
        all.table, rounding: SweepReport.rounding))
    var blocks: [ReportPage.Block] = [
      .paragraph(
        sweep.hasFixedFactors
          ? "With Δᵣ the best rank-r approximation of the update ΔW, and s the scale of the rule: error = ‖ΔW − s·Δᵣ‖ / ‖ΔW‖, and error² = (1 − s)² · variance captured + truncation error². What truncation loses, no scaling wins back. An error of 1 is that of no update at all."
          : "The errors were measured of trained factors, for which no formula gives them from the scale. An error of 1 is that of no update at all."
      )
    ]
    blocks += tables.map { .table($0) }
    if tables.contains(where: \.isCut) {
      blocks.append(
        .command(commands.cells(sweep), does: "All rows and columns:"))
    }
    return blocks
  }

  // MARK: - How to repeat it

  private var repeating: ReportPage.Section {
    return ReportPage.Section(
      id: "repeat", heading: "How to repeat it, and ask more",
      blocks: sweeps.flatMap { sweep in
        (sweeps.count > 1 ? [.heading(sweep.name)] : []) + commands.blocks(of: sweep)
      })
  }
}
