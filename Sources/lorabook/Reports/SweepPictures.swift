import BoostStatistics
import LoRASpectra
import Rendering
import SQLiteStore

/// The kinds of pictures of a sweep.
enum PictureKind: String, CaseIterable {
  case spectrum, error, scale, variance, decomposition, compare, article, curve
  case learningRate = "learning-rate"
  case signal
  case moduleSpectra = "module-spectra"
  case rankByDepth = "rank-by-depth"
  case energyByRank = "energy-by-rank"

  /// Whether it shows trainings.
  var isOfTrainings: Bool { [.curve, .learningRate, .signal].contains(self) }

  /// Whether it shows measured modules.
  var isOfModules: Bool { [.moduleSpectra, .rankByDepth, .energyByRank].contains(self) }
}

/// Reads the data of pictures from a book and makes figures of them.
struct SweepPictures {
  let book: Book
  var selection: FigureSelection
  /// The measured modules that are drawn; nil for all.
  var modules: ModuleSelection?
  let isLogarithmic: Bool
  let level: Double

  /// A picture of one sweep.
  ///
  /// - Throws: `FigureError`, errors of the book.
  func figure(_ kind: PictureKind, of sweepID: Int64) throws -> Figure {
    if kind.isOfTrainings { return try trainingFigure(kind, of: sweepID) }
    if kind.isOfModules { return try moduleFigure(kind, of: sweepID) }
    let cells = try book.cells(ofSweep: sweepID)
    let (name, note, repeats) = try title(of: sweepID)
    guard !cells.rows.isEmpty else { throw FigureError.nothing(reason: "it has no runs") }
    try selection.check(against: cells)
    let figures = SweepFigures(
      sweep: name, cells: cells, repeats: repeats, selection: selection,
      isLogarithmic: isLogarithmic, level: level,
      criticalValue: { StudentT.twoSided(level: level, degrees: $0) },
      notes: [note].compactMap(\.self))
    func answer(_ query: String, _ parameters: [String: String] = [:]) throws -> ResultTable {
      try answers(query, sweepID, parameters)
    }
    func positions() throws -> ResultTable {
      try answer("spectrum-by-position", ["most": "\(Shape.longestSide)"])
    }
    func ranks() throws -> ResultTable {
      try answer("rank-for-variance", ["share": SweepFigures.markedShare.shortestText])
    }
    switch kind {
    case .error: return try figures.error(answer("error-by-rank"))
    case .scale: return try figures.scale()
    case .spectrum: return try figures.spectrum(positions())
    case .variance: return try figures.variance(positions: positions(), ranks: ranks())
    case .decomposition: return try figures.decomposition(answer("error-parts"))
    case .article:
      return try figures.article(
        errors: answer("error-by-rank"), positions: positions(), ranks: ranks())
    case .compare: return try comparison([sweepID], by: .rule, metric: .error)
    case .curve, .learningRate, .signal: return try trainingFigure(kind, of: sweepID)
    case .moduleSpectra, .rankByDepth, .energyByRank:
      return try moduleFigure(kind, of: sweepID)
    }
  }

  /// A picture of the trainings of one sweep.
  private func trainingFigure(_ kind: PictureKind, of sweepID: Int64) throws -> Figure {
    let (name, note, _) = try title(of: sweepID)
    let query =
      switch kind {
      case .curve: "training-curve"
      case .signal: "learning-signal"
      default: "learning-rates"
      }
    let rows = try answers(query, sweepID)
    guard !rows.rows.isEmpty else {
      throw FigureError.nothing(reason: "nothing of it was trained with 'lorabook train'")
    }
    try selection.check(against: rows)
    let figures = TrainingFigures(
      sweep: name, selection: selection, level: level,
      criticalValue: ComparisonTables.criticalValue(level: level),
      notes: [note].compactMap(\.self))
    return switch kind {
    case .curve: try figures.curve(rows)
    case .signal: try figures.signal(rows)
    default: try figures.learningRate(rows)
    }
  }

  /// A picture of the measured modules of one sweep.
  private func moduleFigure(_ kind: PictureKind, of sweepID: Int64) throws -> Figure {
    let (name, note, _) = try title(of: sweepID)
    let figures = ModuleFigures(sweep: name, notes: [note].compactMap(\.self))
    let rows = try answers(kind.rawValue, sweepID, modules.map { ["module": $0.text] } ?? [:])
    return switch kind {
    case .rankByDepth: try figures.rankByDepth(rows)
    case .energyByRank: try figures.energyByRank(rows)
    default: try figures.spectra(rows)
    }
  }

  /// A metric that was logged step by step: its mean over the repeats of each setting.
  ///
  /// - Parameter ignored: parameters that tell no settings apart.
  /// - Throws: `FigureError`, errors of the book.
  func curve(
    of metric: Metric, sweepID: Int64, ignoring ignored: [String] = []
  ) throws -> Figure {
    let cells = try book.cells(ofSweep: sweepID, ignoring: ignored).table
    let (name, note, repeats) = try title(of: sweepID)
    try selection.check(against: cells)
    return try SweepFigures(
      sweep: name, cells: cells, repeats: repeats, selection: selection,
      isLogarithmic: isLogarithmic, level: level,
      criticalValue: ComparisonTables.criticalValue(level: level),
      notes: [note].compactMap(\.self)
    ).curve(
      answers(
        "metric-curve", sweepID,
        ["metric": metric.name, "ignore": ParameterColumns.array(ignored)]), of: metric.name)
  }

  /// Compares several sweeps, or the values of one setting within one, with the first of them.
  ///
  /// - Throws: `FigureError`, errors of the book.
  func comparison(
    _ ids: [Int64], by dimension: SweepComparison.Dimension, metric: Metric,
    ignoring ignored: [String] = []
  ) throws -> Figure {
    for id in ids { try selection.check(against: book.cells(ofSweep: id)) }
    return try comparison(
      of: ComparisonTables(
        book.compare(
          ids, by: dimension, metric: metric, ignoring: ignored, modules: modules), level: level),
      ids, by: dimension)
  }

  /// A picture of a comparison that is in memory.
  ///
  /// - Throws: `FigureError`, errors of the book.
  func comparison(
    of tables: ComparisonTables, _ ids: [Int64], by dimension: SweepComparison.Dimension
  ) throws -> Figure {
    let titles = try ids.map(title)
    let measured = tables.comparison.metric.name.replacing("_", with: " ")
    return try CompareFigure.figure(
      of: tables, by: CellSetting(rawValue: dimension.column),
      headline: dimension == .sweep
        ? "Difference of \(measured): \(titles.map(\.name).joined(separator: " and "))"
        : "Difference of \(measured) by \(dimension.name): \(titles.map(\.name).joined(separator: ", "))",
      selection: selection, level: level, notes: titles.compactMap(\.note))
  }

  /// A sweep's name, a note if it does not have all of its runs, and what its repeats are.
  private func title(
    of id: Int64
  ) throws -> (name: String, note: String?, repeats: SweepFigures.Repeat) {
    let table = try book.sweep(id)
    guard let row = table.rows.first else {
      throw BookError.noSuchSweep("\(id)", nearest: nil)
    }
    let name = table.value("name", in: row).text ?? "\(id)"
    let status = table.value("status", in: row).text ?? ""
    let repeats: SweepFigures.Repeat =
      switch table.value("source", in: row).text {
      case "sweep", "train": .seed
      case "measure": .module
      default: .run
      }
    let counts = ["recorded_runs", "planned_runs"].map { table.value($0, in: row).integer ?? 0 }
    return (
      name,
      status == "finished"
        ? nil
        : "'\(name)' is \(status): \(counts[0]) of \(counts[1]) runs are recorded.",
      repeats
    )
  }

  /// The rows of a built-in named query.
  func answers(
    _ name: String, _ sweepID: Int64, _ parameters: [String: String] = [:]
  ) throws -> ResultTable {
    guard let query = try NamedQuery.builtIn().first(where: { $0.name == name }) else {
      throw NamedQueryError.unknown(name, nearest: nil)
    }
    let values = try query.values(
      from: parameters.merging(["sweep": "\(sweepID)"]) { $1 }
    ) { _ in sweepID }
    let session = try ReadOnlySession(book, shouldStop: { Interruption.isAsked })
    let statement = try query.prepare(on: session, file: "queries/\(name).sql")
    try session.bind(values, to: statement)
    var table = ResultTable(columns: try statement.columns, rows: [])
    try session.rows(of: statement) { table.rows.append(try $0.row) }
    return table
  }
}

extension ComparisonTables {
  /// The tables of a comparison, with intervals of a level of confidence.
  init(_ found: SweepComparison, level: Double) {
    self.init(
      placeColumns: found.placeColumns, places: found.places, sides: found.sides,
      comparison: found.comparison, notes: found.notes,
      criticalValue: Self.criticalValue(level: level))
  }

  /// The critical t of a level of confidence, by degrees of freedom.
  static func criticalValue(level: Double) -> (Double) -> Double? {
    { StudentT.twoSided(level: level, degrees: $0) }
  }
}
