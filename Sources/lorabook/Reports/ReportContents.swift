import LoRASpectra
import Rendering
import SQLiteStore

/// The contents of a report, read from a book.
struct ReportContents {
  private let book: Book
  private let path: String
  private let sweeps: [SweepFacts]
  private let level: Double
  private let pictures: ReportPictures

  /// - Parameters:
  ///   - path: the book's path, for the commands on the page.
  ///   - ids: the sweeps; others are compared with the first.
  ///   - level: the confidence of the intervals, above 0 and below 1.
  /// - Throws: errors of the book.
  init(book: Book, path: String, ids: [Int64], level: Double) throws {
    self.book = book
    self.path = path
    self.level = level
    sweeps = try ids.map { try SweepFacts(book: book, sweepID: $0) }
    pictures = ReportPictures(
      drawing: SweepPictures(
        book: book, selection: FigureSelection(), isLogarithmic: false, level: level))
  }

  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func page() throws -> ReportPage {
    ReportPage(
      title: sweeps.map(\.name).joined(separator: ", "),
      made: "Made \(Host.now) by lorabook \(lorabookVersion) from the book \(name: path).",
      sections: sweeps.count == 1 ? try sectionsOfOne(sweeps[0]) : try sectionsOfSeveral())
  }

  private func sectionsOfOne(_ sweep: SweepFacts) throws -> [ReportPage.Section] {
    var sections = [
      ReportPage.Section(id: "run", heading: "What was run", blocks: facts(sweep))
    ]
    if sweep.recordedRuns > 0, sweep.source == "train" {
      sections += try trainings(of: sweep).sections()
    } else if sweep.recordedRuns > 0, sweep.source == "measure" {
      sections += try modules(of: sweep).sections()
    } else if sweep.recordedRuns > 0 {
      sections += try metricSections(sweep)
      sections += [
        ReportPage.Section(
          id: "comparison", heading: "The rules against each other",
          blocks: try comparison(of: sweep)),
        ReportPage.Section(id: "pictures", heading: "Pictures", blocks: try drawings(sweep)),
        ReportPage.Section(id: "tables", heading: "Tables", blocks: try tables(sweep)),
      ]
    }
    return sections + [repeating]
  }

  private func metricSections(_ sweep: SweepFacts) throws -> [ReportPage.Section] {
    try MetricSections(book: book, level: level, pictures: pictures).sections(of: sweep) {
      try comparison([sweep.sweepID], by: .rule, metric: $0)
    }
  }

  private func sectionsOfSeveral() throws -> [ReportPage.Section] {
    let comparison = ReportPage.Section(
      id: "comparison", heading: "The sweeps against each other",
      blocks: try comparison(sweeps.map(\.sweepID), by: .sweep))
    let each = try sweeps.enumerated().map { number, sweep in
      var blocks: [ReportPage.Block] = [.heading("What was run")]
      blocks += facts(sweep)
      if sweep.recordedRuns > 0, sweep.source == "train" {
        blocks += try trainings(of: sweep).blocks()
      } else if sweep.recordedRuns > 0, sweep.source == "measure" {
        blocks += try modules(of: sweep).blocks()
      } else if sweep.recordedRuns > 0 {
        blocks.append(.heading("The rules against each other"))
        blocks += try self.comparison(of: sweep)
        for section in try metricSections(sweep) {
          blocks.append(.heading("Metrics of the runs"))
          blocks += section.blocks
        }
        blocks.append(.heading("Pictures"))
        blocks += try drawings(sweep)
        blocks.append(.heading("Tables"))
        blocks += try tables(sweep)
      }
      return ReportPage.Section(
        id: "sweep-\(number + 1)", heading: "\(name: sweep.name)", blocks: blocks)
    }
    return [comparison] + each + [repeating]
  }

  private func modules(of sweep: SweepFacts) -> ModuleSections {
    ModuleSections(
      book: book, sweep: sweep, pictures: pictures, commands: ReportCommands(path: path))
  }

  private func trainings(of sweep: SweepFacts) -> TrainingSections {
    TrainingSections(
      book: book, sweep: sweep, level: level, pictures: pictures,
      commands: ReportCommands(path: path))
  }

  // MARK: - What was run

  private func facts(_ sweep: SweepFacts) -> [ReportPage.Block] {
    var blocks: [ReportPage.Block] = []
    if sweep.recordedRuns == 0 {
      blocks.append(.notice("No run is recorded (\(sweep.status)): there is nothing to show yet."))
    } else if sweep.status != "finished" {
      blocks.append(
        .notice(
          "This sweep is \(sweep.status): \(String(sweep.recordedRuns)) of \(String(sweep.plannedRuns)) runs are recorded, and the page shows those."
        ))
    }
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
      .facts(
        all.map { ReportPage.Fact($0.0, $0.1, isCode: machine.contains($0.0)) }))
    return blocks
  }

  // MARK: - Comparison

  private func comparison(of sweep: SweepFacts) throws -> [ReportPage.Block] {
    try comparison([sweep.sweepID], by: .rule)
      + (sweep.isComputed
        ? [
          .paragraph(
            "Rules scale the same best rank-r approximation of the same updates, so truncation costs both sides the same: their errors differ by the scale s alone. They say which rule comes nearer to s = 1 here, not which trains better."
          )
        ] : [])
  }

  private func comparison(
    _ ids: [Int64], by dimension: SweepComparison.Dimension, metric: Metric = .error
  ) throws -> [ReportPage.Block] {
    let comparison: SweepComparison
    do {
      comparison = try book.compare(ids, by: dimension, metric: metric)
    } catch ComparisonError.tooSparse(let sides, let places, let cells) {
      return [
        .notice(
          "\(String(sides)) sides at \(String(places)) places have \(String(cells)) cells between them: there is next to nothing to set side by side."
        )
      ]
    }
    let tables = ComparisonTables(comparison, level: level)
    guard tables.sides.count > 1 else {
      let only = tables.sides.first ?? "none"
      return [
        .paragraph(
          ids.count > 1
            ? "\(name: only) alone has runs, so there is nothing to compare it with."
            : "\(name: only) is the only scaling rule of the sweep, so there is nothing to compare it with."
        )
      ]
    }
    let words = ComparisonWords(tables.withShapes, level: level)
    var blocks = words.accounts.flatMap { account -> [ReportPage.Block] in
      [.paragraph(account.overview)] + (account.details.isEmpty ? [] : [.points(account.details)])
    }
    guard words.isAnythingCompared else { return blocks }
    let commands = ReportCommands(path: path)
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
    if comparison.rates.contains(where: { $0.contains { $0 != nil } }) {
      blocks.append(.table(try atBestRates(ids, by: dimension, beside: (tables, comparison.rates))))
    }
    if table.isCut {
      blocks.append(.command(commands.compare(compared, metric: metric), does: "All cells:"))
    }
    return blocks
  }

  /// Trained runs are compared at one learning rate and with each side at its best, never one without the
  /// other.
  private func atBestRates(
    _ ids: [Int64], by dimension: SweepComparison.Dimension, beside same: RateChoiceTables.Group
  ) throws -> PageTable {
    let best = try book.compare(ids, by: dimension, metric: .error, rates: .best)
    let choices = RateChoiceTables(
      same: same, best: (ComparisonTables(best, level: level), best.rates))
    return PageTable(
      title: "The same with each side at its best learning rate",
      note: "The intervals ignore that the rates were chosen.",
      choices.bestTable(isNarrow: choices.best.tables.sides.count > 2),
      rounding: SweepReport.rounding)
  }

  // MARK: - Pictures and tables

  private func drawings(_ sweep: SweepFacts) throws -> [ReportPage.Block] {
    try [PictureKind.spectrum, .variance, .error, .scale, .decomposition].flatMap { kind in
      try pictures.picture(
        kind, of: sweep, command: { ReportCommands(path: path).plot([sweep], kind, $0) })
    }
  }

  private func tables(_ sweep: SweepFacts) throws -> [ReportPage.Block] {
    let id = sweep.sweepID
    let cells = try book.cells(ofSweep: id)
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
        .command(ReportCommands(path: path).cells(sweep), does: "All rows and columns:"))
    }
    return blocks
  }

  // MARK: - How to repeat it

  private var repeating: ReportPage.Section {
    let commands = ReportCommands(path: path)
    return ReportPage.Section(
      id: "repeat", heading: "How to repeat it, and ask more",
      blocks: sweeps.flatMap { sweep in
        (sweeps.count > 1 ? [.heading(sweep.name)] : []) + commands.blocks(of: sweep)
      })
  }
}
