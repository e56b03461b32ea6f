import LoRASpectra

/// Readings that take a condition in the user's own SQL, and so are asked like any question.
extension ReadOnlySession {
  /// Compiles a reading with a condition in its place.
  ///
  /// This is the one place where SQL is put together: the condition is SQL by its nature, and the connection
  /// can only read. It is compiled on its own first, where a parenthesis too many ends nothing.
  ///
  /// - Parameter check: a statement that the condition has to fit in, of the same view and no parameters.
  /// - Throws: `ReadOnlySessionError`, also for a condition that is none.
  private func prepare(
    _ sql: String, where condition: String?, check: String
  ) throws -> Statement {
    guard let condition else { return try prepare(sql) }
    func filled(_ sql: String, _ open: String, _ close: String) -> String {
      // The line breaks keep a comment in the condition to itself.
      sql.replacing("/* where */ TRUE", with: "\(open)\n\(condition)\n\(close)")
    }
    do {
      guard try prepare(filled(check, "", "")).parameters.isEmpty else {
        throw ReadOnlySessionError.malformedCondition(message: "it holds a parameter")
      }
      return try prepare(filled(sql, "(", ")"))
    } catch ReadOnlySessionError.malformed(let message) {
      // SQLite quotes what it could not read, which may go on into the statement around the condition.
      throw ReadOnlySessionError.malformedCondition(message: String(message.prefix { $0 != "\n" }))
    }
  }

  /// What `ls` shows: one row a sweep, newest first.
  ///
  /// - Parameters:
  ///   - condition: an SQL expression over the columns of `sweeps`.
  ///   - tag: lists only sweeps that have it.
  ///   - limit: how many at the most.
  /// - Throws: `ReadOnlySessionError`.
  package func listSweeps(
    where condition: String? = nil, tag: String? = nil, limit: Int? = nil
  ) throws -> ResultTable {
    let statement = try prepare(
      Statements.listSweeps, where: condition, check: Statements.conditionOnSweeps)
    try statement.bind([
      "tag": tag.map(Value.text) ?? .absent, "limit": .integer(Int64(limit ?? -1)),
    ])
    var result = ResultTable(columns: try statement.columns, rows: [])
    try rows(of: statement) { result.rows.append(try $0.row) }
    return result
  }

  /// Gives the rows of some sweeps one after another, as the book is at one moment, none of them kept.
  ///
  /// - Parameters:
  ///   - condition: an SQL expression over the columns of the view.
  ///   - begin: sees the columns, once, before any row.
  ///   - body: sees the statement on its row; throws to end the export.
  /// - Throws: `ReadOnlySessionError`, what the closures throw.
  package func export(
    _ export: Book.Export, sweeps ids: [Int64], where condition: String? = nil,
    begin: ([String]) throws -> Void = { _ in }, body: (Statement) throws -> Void
  ) throws {
    let statement = try prepare(export.sql, where: condition, check: export.conditionCheck)
    try begin(statement.columns)
    try atOneMoment {
      for id in ids {
        try statement.bind(["sweep_id": .integer(id)])
        try rows(of: statement, body)
      }
    }
  }
}
