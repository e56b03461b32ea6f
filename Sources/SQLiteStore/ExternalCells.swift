import LoRASpectra

/// The cells of runs measured elsewhere, found or made as runs come, with their summaries.
final class ExternalCells {
  /// One cell and the summaries of all its runs.
  final class Cell {
    let id: Int64
    var error = RunningSummary()
    var truncationError = RunningSummary()
    var varianceCaptured = RunningSummary()
    var isChanged = false

    init(id: Int64) { self.id = id }
  }

  /// What tells a cell from another.
  private struct Key: Hashable {
    var sweepID: Int64
    var prescription: Int64
    var shape: Shape
    var noise: Double?
    var rank: Int
    var alpha: Double
    var rule: ExactText
    var scale: Double
  }

  /// How many cells are remembered.
  static let most = 50_000

  private let most: Int
  private let connection: Connection
  private let find: Statement
  private let insert: Statement
  private let findSummaries: Statement
  private let summaries: SummaryWriter
  private var cells: [Key: Cell] = [:]

  init(_ connection: Connection, most: Int = ExternalCells.most) throws {
    self.connection = connection
    self.most = most
    find = try connection.prepare(Statements.findCell)
    insert = try connection.prepare(Statements.insertCell)
    findSummaries = try connection.prepare(Statements.findSummaries)
    summaries = try SummaryWriter(connection)
  }

  func cell(of run: ExternalRun, sweepID: Int64, prescription: Int64) throws -> Cell {
    let key = Key(
      sweepID: sweepID, prescription: prescription, shape: run.shape, noise: run.noise,
      rank: run.rank, alpha: run.alpha, rule: ExactText(run.rule), scale: run.scale)
    if let cell = cells[key] { return cell }
    if cells.count >= most {
      try putSummaries()
      cells.removeAll(keepingCapacity: true)
    }
    let cell = try findOrInsert(key)
    cells[key] = cell
    return cell
  }

  func add(_ run: ExternalRun, to cell: Cell) {
    cell.isChanged = true
    if let error = run.error { cell.error.add(error) }
    if let error = run.truncationError { cell.truncationError.add(error) }
    if let captured = run.varianceCaptured { cell.varianceCaptured.add(captured) }
  }

  /// Puts the summaries of what has changed in the book.
  func putSummaries() throws {
    let changed = cells.values.filter(\.isChanged).sorted { $0.id < $1.id }
    for cell in changed {
      try summaries.put(cell.error, cell: cell.id, metric: .error)
      try summaries.put(cell.truncationError, cell: cell.id, metric: .truncationError)
      try summaries.put(cell.varianceCaptured, cell: cell.id, metric: .varianceCaptured)
      cell.isChanged = false
    }
  }

  private func findOrInsert(_ key: Key) throws -> Cell {
    for statement in [find, insert] {
      try statement.bind(1, key.sweepID)
      try statement.bind(2, key.prescription)
      try statement.bind(3, Int64(key.shape.d))
      try statement.bind(4, Int64(key.shape.k))
      try statement.bind(5, key.noise.map(Value.real) ?? .absent)
      try statement.bind(6, Int64(key.rank))
      try statement.bind(7, key.alpha)
      try statement.bind(8, key.rule.text)
      try statement.bind(9, key.scale)
    }
    defer { find.reset() }
    guard try find.step() else {
      _ = try insert.step()
      return Cell(id: connection.lastInsertedID)
    }
    let cell = Cell(id: find.integer(0))
    try findSummaries.bind(1, cell.id)
    while try findSummaries.step() {
      let summary = RunningSummary(
        count: Int(findSummaries.integer(1)), mean: findSummaries.real(2),
        squaredDeviations: findSummaries.real(3))
      switch try findSummaries.text(0) {
      case "error": cell.error = summary
      case "truncation_error": cell.truncationError = summary
      default: cell.varianceCaptured = summary
      }
    }
    return cell
  }
}
