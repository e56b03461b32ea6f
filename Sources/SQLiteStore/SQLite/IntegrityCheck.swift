import CSQLite

extension Connection {
  /// What is wrong with the file's pages, indexes and constraints, in SQLite's words
  /// (sqlite.org/pragma.html#pragma_integrity_check): a hundred faults at most, none where it is whole.
  ///
  /// SQLite tells the faults of pages on lines of one row, below a line that names the database.
  ///
  /// - Throws: `SQLiteError`, also where a page could not be read, for then faults may follow from that.
  func integrityFaults() throws -> [String] {
    var faults: [String] = []
    try rows(Statements.doctorIntegrity) {
      faults += try $0.text(0).split(separator: "\n").map(String.init)
    }
    guard faults != ["ok"] else { return [] }
    if let unread = faults.lazy.compactMap(SQLiteError.init(integrity:)).first { throw unread }
    let told = faults.filter { !$0.hasPrefix("*** in database ") }
    return told.isEmpty ? ["SQLite does not say that the file is whole"] : told
  }
}

extension SQLiteError {
  /// What `PRAGMA integrity_check` says of a page that could not be read (btree.c), nil where it says that there
  /// is damage: to it both are findings.
  init?(integrity word: String) {
    var codes = word.matches(of: #/unable to get the page\. error code=(\d+)/#)
      .compactMap { Int32($0.output.1) }
    // Of an unused page it gives no code; a number that no page has is told in other words.
    if word.contains(#/failed to get page \d/#) { codes.append(SQLITE_IOERR | (1 << 8)) }
    let errors = codes.map { SQLiteError(nil, code: $0) }
    guard let error = errors.first(where: { $0.kind != .corrupt && $0.kind != .other })
    else { return nil }
    self = error
  }
}
