import Testing

@testable import SQLiteStore

/// SQLite parses the whole schema before it reads the first row, so one newer keyword anywhere in
/// it would keep an older client from the views. The lists come from SQLite's release log
/// (sqlite.org/changes.html).
@Suite("A client with SQLite 3.37, and no extension, can read the book")
struct OldestReaderTests {
  /// The functions of every build of 3.37; those for mathematics and JSON were optional.
  private static let functions: Set<String> = [
    "abs", "avg", "char", "coalesce", "count", "date", "datetime", "glob", "group_concat", "hex",
    "ifnull", "iif", "instr", "julianday", "length", "like", "lower", "ltrim", "max", "min",
    "nullif", "printf", "quote", "replace", "round", "rtrim", "strftime", "substr", "sum", "time",
    "total", "trim", "typeof", "unicode", "upper",
  ]

  /// The definitions of all tables, indexes and views, without their comments.
  private func definitions() throws -> [String] {
    try OpenBook().rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").compactMap {
      $0.first?.text?.replacing(/--[^\n]*/, with: "")
    }
  }

  @Test("The schema calls no function that came later or by an option")
  func functionsAreOld() throws {
    let known = try OpenBook().rows("SELECT DISTINCT lower(name) FROM pragma_function_list")
      .compactMap { $0.first?.text }
    #expect(known.contains("group_concat"))
    let newer = Set(known).subtracting(Self.functions)
    let definitions = try definitions()
    #expect(definitions.count > 15)
    for definition in definitions {
      let called = definition.lowercased().matches(of: /\b([a-z_0-9]+)\(/).map {
        String($0.output.1)
      }
      #expect(newer.isDisjoint(with: called), "\(definition)")
    }
  }

  @Test("The schema has no syntax that came later")
  func syntaxIsOld() throws {
    let newer: [(version: String, pattern: Regex<Substring>)] = [
      ("3.38", /->/), ("3.39", /\b(?:RIGHT|FULL)\s+(?:OUTER\s+)?JOIN\b/),
      ("3.39", /\bDISTINCT\s+FROM\b/), ("3.46", /\b[0-9]+_[0-9]/),
      ("3.44", /\b(?:avg|count|group_concat|max|min|sum|total)\s*\([^()]*\bORDER\s+BY\b/),
    ]
    for definition in try definitions() {
      for (version, pattern) in newer {
        let isOld = !definition.contains(pattern.ignoresCase())
        #expect(isOld, "SQLite \(version): \(definition)")
      }
    }
  }
}
