import LoRASpectra

/// Queries with a condition in the user's own SQL, and therefore run like a user's query.
extension ReadOnlySession {
  /// Compiles a query with a condition inserted.
  ///
  /// This is the only place that builds SQL from texts: the condition is SQL by nature, and the
  /// connection can only read. The condition is first compiled alone, so that a surplus parenthesis
  /// cannot close the one around it.
  ///
  /// - Parameter check: a statement over the same view, without parameters, to compile the
  ///   condition in.
  /// - Throws: `ReadOnlySessionError`, also for an invalid condition.
  func prepare(
    _ sql: String, where condition: String?, check: String
  ) throws -> Statement {
    guard let condition = condition.map(RunValueFunctions.ofRun) else { return try prepare(sql) }
    func filled(_ sql: String, _ open: String, _ close: String) -> String {
      // The line breaks end a comment at the end of the condition.
      sql.replacing("/* where */ TRUE", with: "\(open)\n\(condition)\n\(close)")
    }
    do {
      guard try prepare(filled(check, "", "")).parameters.isEmpty else {
        throw ReadOnlySessionError.malformedCondition(message: "it holds a parameter")
      }
      return try prepare(filled(sql, "(", ")"))
    } catch ReadOnlySessionError.malformed(let message) {
      // SQLite quotes the text it could not parse, which may extend into the surrounding statement.
      let first = String(message.prefix { $0 != "\n" })
      let near = first.firstMatch(of: /near "(.+)":/)?.output.1
      throw ReadOnlySessionError.malformedCondition(
        message: near.map { condition.contains($0) } == false
          ? "it ends before it is complete" : first)
    }
  }

  /// The rows of `ls`: one per sweep, newest first.
  ///
  /// - Parameters:
  ///   - condition: an SQL expression over the columns of `sweeps`.
  ///   - tags: lists only sweeps that have all of these tags.
  ///   - limit: largest number of rows.
  /// - Throws: `ReadOnlySessionError`.
  package func listSweeps(
    where condition: String? = nil, tags: [String] = [], limit: Int? = nil
  ) throws -> ResultTable {
    let statement = try prepare(
      Statements.listSweeps, where: condition, check: Statements.conditionOnSweeps)
    try statement.bind([
      // No tag has a comma.
      "tags": .text(",\(tags.joined(separator: ",")),"),
      "tag_count": .integer(Int64(Set(tags.map { Array($0.utf8) }).count)),
      "limit": .integer(Int64(limit ?? -1)),
    ])
    var result = ResultTable(columns: try statement.columns, rows: [])
    try rows(of: statement) { result.rows.append(try $0.row) }
    return result
  }

  /// Passes the rows of some sweeps one at a time, from one snapshot of the book.
  ///
  /// - Parameters:
  ///   - condition: an SQL expression over the columns of the view.
  ///   - begin: receives the columns, once, before any row.
  ///   - body: receives the statement on each row; throws to end the export.
  /// - Throws: `ReadOnlySessionError`, errors of the closures.
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
