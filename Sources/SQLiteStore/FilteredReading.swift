import LoRASpectra

/// Readings that take a condition in the user's own SQL, and so are asked like any question.
extension Inquiry {
  /// The rows of a reading, in the format's columns.
  ///
  /// - Throws: `InquiryError`, also for a condition that is none.
  private func prepare(_ sql: String, where condition: String?) throws -> Statement {
    // The one place where SQL is put together: the condition is SQL by its nature, and the connection can
    // only read. The line breaks keep a comment in it to itself.
    try prepare(
      condition.map { sql.replacing("/* where */ TRUE", with: "(\n\($0)\n)") } ?? sql)
  }

  /// What `ls` shows: one row a sweep, newest first.
  ///
  /// - Parameters:
  ///   - condition: an SQL expression over the columns of `sweeps`.
  ///   - tag: lists only sweeps that have it.
  ///   - limit: how many at the most.
  /// - Throws: `InquiryError`.
  package func listSweeps(
    where condition: String? = nil, tag: String? = nil, limit: Int? = nil
  ) throws -> ResultTable {
    let statement = try prepare(Statements.listSweeps, where: condition)
    try statement.bind([
      "tag": tag.map(Value.text) ?? .absent, "limit": .integer(Int64(limit ?? -1)),
    ])
    var result = ResultTable(columns: statement.columns, rows: [])
    try rows(of: statement) { result.rows.append($0.row) }
    return result
  }

  /// Gives the rows of some sweeps one after another, none of them kept.
  ///
  /// - Parameters:
  ///   - condition: an SQL expression over the columns of the view.
  ///   - begin: sees the columns, once, before any row.
  ///   - body: sees the statement on its row; throws to end the export.
  /// - Throws: `InquiryError`, what the closures throw.
  package func export(
    _ export: Book.Export, sweeps ids: [Int64], where condition: String? = nil,
    begin: ([String]) throws -> Void = { _ in }, body: (Statement) throws -> Void
  ) throws {
    let statement = try prepare(export.sql, where: condition)
    try begin(statement.columns)
    for id in ids {
      try statement.bind(["sweep_id": .integer(id)])
      try rows(of: statement, body)
    }
  }
}
