import LoRASpectra
import Testing

@testable import SQLiteStore

@Suite("The head of a named query")
struct NamedQueryHeadTests {
  private func read(_ sql: String) throws -> NamedQuery {
    try NamedQuery(name: "mine", sql: sql, file: "mine.sql")
  }

  @Test("is its first paragraph, its parameters and whatever else")
  func everything() throws {
    let query = try read(
      """
      -- What it answers,
      --   on two lines.
      --
      -- :sweep sweep = latest  the sweep
      --:rank integer           the rank
      --                        that is meant
      -- :share real = -0.5e-3  a share
      -- :name text = null      a name
      -- :title text = 'it''s  a title'  quoted
      -- :empty text = '' nothing
      --
      -- Notes: like this.

      -- :late text = 'null' after an empty line
      SELECT 1 -- :not a parameter
      -- :nor this
      """)
    #expect(query.name == "mine")
    #expect(query.summary == "What it answers, on two lines.")
    typealias Parameter = NamedQuery.Parameter
    #expect(
      query.parameters == [
        Parameter(name: "sweep", type: .sweep, fallback: .text("latest"), meaning: "the sweep"),
        Parameter(
          name: "rank", type: .integer, fallback: nil, meaning: "the rank that is meant"),
        Parameter(name: "share", type: .real, fallback: .text("-0.5e-3"), meaning: "a share"),
        Parameter(name: "name", type: .text, fallback: .null, meaning: "a name"),
        Parameter(
          name: "title", type: .text, fallback: .text("it's  a title"), meaning: "quoted"),
        Parameter(name: "empty", type: .text, fallback: .text(""), meaning: "nothing"),
        Parameter(
          name: "late", type: .text, fallback: .text("null"), meaning: "after an empty line"),
      ])
  }

  @Test("may end its lines as Windows does, and may be all there is")
  func lineEnds() throws {
    let query = try read("-- Answers.\r\n-- :a text what\r\nSELECT :a\r\n")
    #expect(query.summary == "Answers.")
    #expect(query.parameters.map(\.name) == ["a"])
    #expect(try read("-- Answers.").parameters.isEmpty)
  }

  @Test(
    "names the line and what is wrong with it",
    arguments: [
      ("SELECT 1", 1, "it does not begin with a comment that says what it answers"),
      ("", 1, "it does not begin with a comment that says what it answers"),
      ("--\n--\nSELECT 1", 1, "it does not begin with a comment that says what it answers"),
      (
        "-- :a text what", 1, "a parameter stands before the line that says what the query answers"
      ),
      ("-- A.\n-- :1a text x", 2, "':1a' is no parameter's name; write letters, digits and _"),
      ("-- A.\n-- : a text x", 2, "':' is no parameter's name; write letters, digits and _"),
      ("-- A.\n-- :a-b text x", 2, "':a-b' is no parameter's name; write letters, digits and _"),
      (
        "-- A.\n-- :a number x", 2,
        "':a' has the type 'number'; the types are text, integer, real, sweep"
      ),
      ("-- A.\n-- :a", 2, "':a' has the type ''; the types are text, integer, real, sweep"),
      ("-- A.\n\n-- :a text", 3, "it does not say what ':a' is"),
      ("-- A.\n-- :a text = x", 2, "it does not say what ':a' is"),
      ("-- A.\n-- :a text =", 2, "':a' has no default after its ="),
      ("-- A.\n-- :a text = 'x y", 2, "the default of ':a' has no closing '"),
      ("-- A.\n-- :a integer = 1.5 x", 2, "the default of ':a', '1.5', is no integer"),
      ("-- A.\n-- :a real=one x", 2, "the default of ':a', 'one', is no real"),
      ("-- A.\n-- :a real = nan x", 2, "the default of ':a', 'nan', is no real"),
      ("-- A.\n-- :a sweep = '' x", 2, "the default of ':a', '', is no sweep"),
      ("-- A.\n-- :a text x\n-- :a text x", 3, "':a' is declared twice"),
    ])
  func malformed(sql: String, line: Int, reason: String) {
    #expect(throws: NamedQueryError.malformed(file: "mine.sql", line: line, reason: reason)) {
      try read(sql)
    }
  }

  @Test("lets a name be what stands before .sql: small letters, digits and -")
  func names() {
    for name in ["a", "best-alpha", "2", "a-1"] { #expect(NamedQuery.isName(name)) }
    for name in ["", "A", "a b", "a_b", "é", "a.b", "../a"] { #expect(!NamedQuery.isName(name)) }
  }
}

@Suite("The values of a named query")
struct NamedQueryValueTests {
  private let query: NamedQuery

  init() throws {
    query = try NamedQuery(
      name: "mine",
      sql: """
        -- Answers.
        -- :sweep sweep = latest the sweep
        -- :rank integer the rank
        -- :share real = 0.9 a share
        -- :label text = null a label
        """, file: "mine.sql")
  }

  private func values(_ texts: [String: String]) throws -> [String: Value] {
    try query.values(from: texts) { $0 == "latest" ? 7 : 8 }
  }

  @Test("are those given, in their types, and else the defaults")
  func given() throws {
    #expect(
      try values(["rank": "-3"]) == [
        "sweep": .integer(7), "rank": .integer(-3), "share": .real(0.9), "label": .absent,
      ])
    #expect(
      try values(["rank": "8", "sweep": "a", "share": "1", "label": "12"]) == [
        "sweep": .integer(8), "rank": .integer(8), "share": .real(1), "label": .text("12"),
      ])
  }

  @Test("of another type are refused, and so are unknown and missing ones")
  func refused() throws {
    let rank = query.parameters[1]
    for text in ["x", "", "1.5", "9223372036854775808", " 1", "nan"] {
      #expect(throws: NamedQueryError.unreadableValue(text, parameter: rank)) {
        try values(["rank": text])
      }
    }
    for text in ["x", "", "inf", "0x1p3", "1e999"] {
      #expect(throws: NamedQueryError.unreadableValue(text, parameter: query.parameters[2])) {
        try values(["rank": "1", "share": text])
      }
    }
    #expect(throws: NamedQueryError.missingParameter(rank, query: query)) { try values([:]) }
    #expect(throws: NamedQueryError.unknownParameter("ranks", query: query)) {
      try values(["ranks": "1"])
    }
  }
}
