import Testing

extension Scratch {
  /// The columns of a sweep's row for the time and the process of the recording.
  private static let volatile = [
    "uuid", "started_at", "finished_at", "applied_at", "execution_id",
  ]

  /// The tables of a book, each with the columns that are equal in two books of the same sweeps.
  private func tables(of book: String) throws -> [(name: String, columns: String)] {
    let hidden = Scratch.volatile.map { "'\($0)'" }.joined(separator: ",")
    return try sqlite(
      """
      SELECT t.name, (SELECT group_concat(c.name) FROM pragma_table_info(t.name) AS c
        WHERE c.name NOT IN (\(hidden)))
      FROM sqlite_schema AS t WHERE t.type = 'table' AND t.name <> 'execution' ORDER BY t.name
      """, book: book
    ).split(separator: "\n").map { line in
      let parts = line.split(separator: "|", maxSplits: 1).map(String.init)
      return (parts[0], parts[1])
    }
  }

  /// Expects that two books have the same rows in every table, to the bit.
  func expectSameTables(
    _ book: String, as reference: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let tables = try tables(of: reference)
    try #require(tables.count > 8, sourceLocation: sourceLocation)
    let differences = tables.map { name, columns in
      """
      SELECT '\(name)', (SELECT count(*) FROM main.\(name)), (SELECT count(*) FROM other.\(name)),
        (SELECT count(*) FROM (SELECT \(columns) FROM main.\(name) EXCEPT SELECT \(columns) FROM other.\(name))),
        (SELECT count(*) FROM (SELECT \(columns) FROM other.\(name) EXCEPT SELECT \(columns) FROM main.\(name)))
      """
    }
    let counts = try sqlite(
      "ATTACH '\(reference)' AS other; " + differences.joined(separator: " UNION ALL "), book: book)
    for line in counts.split(separator: "\n") {
      let fields = line.split(separator: "|")
      #expect(
        fields[1] == fields[2] && fields[3] == "0" && fields[4] == "0",
        "\(book) has other rows than \(reference): \(line)", sourceLocation: sourceLocation)
    }
  }

  /// Expects that every row of a measured update in a book is also in another book.
  func expectRowsAmongThose(
    of reference: String, in book: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    // The sums and the sweep's own row change until the end.
    let tables = try tables(of: reference).filter {
      !["sweep", "cell_summary", "sqlite_sequence"].contains($0.name)
    }
    let strange = tables.map { name, columns in
      "SELECT count(*) FROM (SELECT \(columns) FROM main.\(name) EXCEPT SELECT \(columns) FROM other.\(name))"
    }
    #expect(
      try sqlite(
        "ATTACH '\(reference)' AS other; SELECT sum(n) FROM (SELECT 0 AS n UNION ALL "
          + strange.joined(separator: " UNION ALL ") + ")", book: book) == "0",
      sourceLocation: sourceLocation)
  }

  /// Expects that each cell's counts and means are those of its runs, and that cells without runs
  /// have none.
  func expectSumsOfRuns(in book: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let wrong = try sqlite(
      """
      WITH
      measured (cell_id, metric, value) AS (
        SELECT cell_id, 'error', error FROM run
        UNION ALL SELECT cell_id, 'truncation_error', truncation_error FROM run
        UNION ALL SELECT cell_id, 'variance_captured', variance_captured FROM run
      ),
      summed (cell_id, metric, n, mean) AS MATERIALIZED (
        SELECT cell_id, metric, count(*), avg(value) FROM measured
        WHERE value IS NOT NULL GROUP BY cell_id, metric
      )
      SELECT summed.cell_id, summed.metric, summed.n, summed.mean, kept.n, kept.mean
      FROM summed LEFT JOIN cell_summary AS kept USING (cell_id, metric)
      WHERE kept.n IS NOT summed.n
        OR NOT abs(kept.mean - summed.mean) <= 1e-12 * max(1.0, abs(summed.mean))
      UNION ALL
      SELECT kept.cell_id, kept.metric, 0, NULL, kept.n, kept.mean
      FROM cell_summary AS kept LEFT JOIN summed USING (cell_id, metric) WHERE summed.n IS NULL
      LIMIT 3
      """, book: book)
    #expect(wrong == "", "\(book)", sourceLocation: sourceLocation)
  }
}
