import LoRASpectra
import Testing

@testable import SQLiteStore

@Suite("A sweep's name")
struct SweepNameTests {
  let open: OpenBook
  let grid: Grid

  init() throws {
    open = try OpenBook()
    grid = try Grid.small(seeds: [1])
  }

  @Test("gets the first free number behind it where it was not asked for")
  func freeName() throws {
    for expected in ["article", "article-2", "article-3"] {
      #expect(try open.start(grid, name: "article").session.name == expected)
    }
    #expect(try open.start(grid, name: "article-2").session.name == "article-2-2")
    try open.book.connection.execute("DELETE FROM sweep WHERE name = 'article-2'")
    #expect(try open.start(grid, name: "article").session.name == "article-2")
  }

  @Test("is refused where it was asked for and is taken, and nothing is recorded")
  func nameTaken() throws {
    _ = try open.start(grid, name: "baseline")
    #expect(throws: BookError.nameTaken("baseline")) {
      try open.start(grid, name: "baseline", isAsked: true)
    }
    #expect(try open.value("SELECT count(*) FROM sweep") == .integer(1))
    #expect(try open.start(grid, name: "Baseline", isAsked: true).session.name == "Baseline")
  }

  @Test(
    "is refused where no reference could reach it",
    arguments: [
      "", "latest", "7", "0042", "a\nb", "\u{1b}[2J", "\0", String(repeating: "x", count: 201),
      " a", "a ", " ", "\u{a0}a", "a\u{3000}",
    ])
  func unusableName(name: String) throws {
    let error = #expect(throws: BookError.self) { try open.start(grid, name: name) }
    guard case .unusableName = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try open.value("SELECT count(*) FROM sweep") == .integer(0))
  }

  @Test(
    "may be any other text",
    arguments: ["a", "latest-2", "7b", "-1", "Ä ö 試験", "it's; DROP TABLE sweep", "100%_", "a b"])
  func usableName(name: String) throws {
    let writer = try open.start(grid, name: name, isAsked: true)
    #expect(writer.session.name == name)
    #expect(try open.book.sweepID(name) == writer.session.sweepID)
  }
}

@Suite("A reference to a sweep")
struct SweepReferenceTests {
  let open: OpenBook

  init() throws {
    open = try OpenBook()
    let grid = try Grid.small(seeds: [1])
    _ = try open.start(grid, name: "first", uuid: "aaaa1111-0000-4000-8000-000000000001")
    _ = try open.start(grid, name: "second", uuid: "aaaa2222-0000-4000-8000-000000000002")
    _ = try open.start(grid, name: "aaaa", uuid: "12345678-0000-4000-8000-000000000003")
    _ = try open.start(grid, name: "last", uuid: "ffff2222-0000-4000-8000-000000000004")
  }

  @Test(
    "may be an id, a name, 'latest' or the start of a uuid",
    arguments: [
      ("1", 1), ("first", 1), ("aaaa1", 1), ("AAAA1111-0000-4000-8000-000000000001", 1),
      ("aaaa2222", 2), ("2", 2), ("latest", 4), ("ffff", 4), ("FFFF", 4), ("1234", 3),
      ("ffff2222-0000-4000-8000-000000000004", 4),
      // A name that also starts two uuids means the name.
      ("aaaa", 3),
    ])
  func references(text: String, id: Int64) throws {
    #expect(try open.book.sweepID(text) == id)
  }

  @Test("that starts several uuids is refused with them")
  func ambiguous() throws {
    try open.book.connection.execute("UPDATE sweep SET name = 'third' WHERE name = 'aaaa'")
    #expect(
      throws: BookError.ambiguousSweep(
        "aaaa",
        uuids: ["aaaa1111-0000-4000-8000-000000000001", "aaaa2222-0000-4000-8000-000000000002"])
    ) { try open.book.sweepID("aaaa") }
  }

  @Test(
    "that nothing answers to is refused, with the nearest name where one is near",
    arguments: [
      ("frist", "first"), ("secnd", "second"), ("lats", "last"), ("nothing like it", nil),
      ("5", nil), ("01", nil), ("fff", nil), ("", nil), ("first ", "first"), ("0", nil),
      ("aaaa1111-0000-4000-8000-0000000000010", nil), ("aaa%", "aaaa"),
      ("99999999999999999999", nil),
    ])
  func unknown(text: String, nearest: String?) throws {
    #expect(throws: BookError.noSuchSweep(text, nearest: nearest)) {
      try open.book.sweepID(text)
    }
  }

  @Test("is never 'latest' in a book without sweeps")
  func emptyBook() throws {
    let empty = try OpenBook()
    #expect(throws: BookError.noSuchSweep("latest", nearest: nil)) {
      try empty.book.sweepID("latest")
    }
  }

  @Test("follows the order in which sweeps were made, oldest first and newest listed first")
  func order() throws {
    #expect(try open.book.sweepIDs() == [1, 2, 3, 4])
    let list = try ReadOnlySession(open.book).listSweeps()
    #expect(
      list.rows.map { list.value("name", in: $0).text } == ["last", "aaaa", "second", "first"])
  }

  @Test("by id is never given to another sweep once its own is gone")
  func idsAreNotReused() throws {
    try open.book.connection.execute("DELETE FROM sweep WHERE sweep_id = 4")
    #expect(try open.start(Grid.small(seeds: [1]), name: "new").session.sweepID == 5)
  }
}
