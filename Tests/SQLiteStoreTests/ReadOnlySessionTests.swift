import CSQLite
import LoRASpectra
import Testing

@testable import SQLiteStore

@Suite("What SQLite calls back")
struct ReadOnlySessionTests {
  @Test("is there as long as the connection and its statements, and not only the session")
  func outlives() throws {
    let open = try OpenBook()
    var asked = 0
    func make() throws -> (Connection, Statement) {
      let session = try ReadOnlySession(open.book) {
        asked += 1
        return true
      }
      return (
        session.connection,
        try session.prepare(
          "WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c) SELECT sum(x) FROM c")
      )
    }
    let (connection, statement) = try make()
    let refusal = #expect(throws: SQLiteError.self) {
      try connection.execute("DELETE FROM sweep")
    }
    #expect(refusal?.message.contains("not authorized") == true)
    let stop = #expect(throws: SQLiteError.self) { try statement.step() }
    #expect(stop?.kind == .interrupted && asked == 1)
  }
}

@Suite("A page that cannot be read")
struct UnreadPageTests {
  @Test(
    "is told from one that is damaged in what integrity_check says",
    arguments: [
      ("*** in database main ***\nPage 17: unable to get the page. error code=266", SQLITE_IOERR),
      ("Tree 5 page 17: unable to get the page. error code=7", SQLITE_NOMEM),
      ("Tree 5 page 17: unable to get the page. error code=11", nil),
      ("Freelist: failed to get page 12", SQLITE_IOERR),
      ("Page 3: btreeInitPage() returns error code 11", nil),
      ("row 3 missing from index error code=10", nil), ("NULL value in sweep.name", nil),
    ] as [(String, Int32?)])
  func integrity(word: String, code: Int32?) {
    #expect(SQLiteError(integrity: word)?.code == code)
  }
}
