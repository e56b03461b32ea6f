import CSQLite

extension Connection {
  /// The faults of the file's pages, indexes and constraints, in SQLite's words
  /// (sqlite.org/pragma.html#pragma_integrity_check): at most a hundred, none if the file is sound.
  ///
  /// SQLite reports the faults of pages as lines of one row, below a line that names the database.
  ///
  /// - Throws: `SQLiteError`, also if a page could not be read, because that can cause other
  ///   faults.
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
  /// The error for a message of `PRAGMA integrity_check` about a page that could not be read
  /// (btree.c); nil for a message about damage. SQLite reports both as findings.
  init?(integrity word: String) {
    var codes = word.matches(of: #/unable to get the page\. error code=(\d+)/#)
      .compactMap { Int32($0.output.1) }
    // For an unused page the message has no code; a page number that does not exist has another
    // message.
    if word.contains(#/failed to get page \d/#) { codes.append(SQLITE_IOERR | (1 << 8)) }
    let errors = codes.map { SQLiteError(nil, code: $0) }
    guard let error = errors.first(where: { $0.kind != .corrupt && $0.kind != .other })
    else { return nil }
    self = error
  }
}
