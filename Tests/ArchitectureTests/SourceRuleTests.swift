import Testing

@Suite("Sources")
struct SourceRuleTests {
  let files: [SourceTree.File]

  init() throws {
    files = try SourceTree.swiftFiles()
    try #require(files.count > 30)
  }

  /// Expects that a pattern does not occur in the code of targets, except the exempt ones.
  private func expectNone(
    of pattern: Regex<Substring>, whereTargetIsNot exempt: Set<String> = [], _ what: String
  ) {
    for file in files where !exempt.contains(file.target) {
      let found = SwiftSource(file.text).code.matches(of: pattern).map { String($0.output) }
      #expect(found.isEmpty, "\(file.path) \(what): \(found)")
    }
  }

  @Test("hold no SQL in string literals, but for one-line constants of the store that ask nothing")
  func noSQLInSwift() {
    let patterns: [Regex<Substring>] = [
      /\bSELECT\b[\s\S]*\b(?:FROM|WHERE)\b/, /\bSELECT\s+[a-z0-9:*(]/, /\bINSERT\s+(?:OR|INTO)\b/,
      /\bREPLACE\s+INTO\b/, /\bUPDATE\s+\S+\s+SET\b/, /\bDELETE\s+FROM\b/,
      /\bCREATE\s+(?:TABLE|VIEW|INDEX)\b/, /\bPRAGMA\s+\w/,
    ]
    for file in files {
      let constants = Set(
        file.text.matches(of: /static let \w+ =\s+"((?:INSERT|UPDATE|DELETE|PRAGMA) [^"\\\n]*)"/)
          .map { String($0.output.1) })
      for literal in SwiftSource(file.text).literals {
        if file.target == "SQLiteStore", constants.contains(literal) { continue }
        // A help page shows a person the text to type.
        let text = literal.replacing(/Example:  lorabook .*/, with: "")
        let isSQL = patterns.contains { text.contains($0) }
        #expect(!isSQL, "\(file.path): \(literal)")
      }
    }
  }

  @Test("never end in a crash of their own making")
  func noCrashes() {
    expectNone(
      of:
        /\btry!|\bas!|\b(?:fatalError|preconditionFailure|precondition|assert|assertionFailure)\(/,
      "can crash")
  }

  @Test("print through StandardOutput and StandardError")
  func noPrint() {
    for file in files where file.target != "embed-files" {
      let calls = SwiftSource(file.text).code
        .matches(of: /(?:\bfunc |\)\.)?\b(?:print|debugPrint|dump|puts|putchar)\(/)
        .map { String($0.output) }
        // A type's own method of that name is allowed.
        .filter { !$0.hasPrefix("func ") && !$0.hasPrefix(").") }
      #expect(calls.isEmpty, "\(file.path): \(calls)")
    }
  }

  @Test("read arguments, write to the terminal and exit in the command line alone")
  func onlyTheCommandLineTalks() {
    expectNone(
      of:
        /\bCommandLine\b|\bSTD(?:OUT|ERR|IN)_FILENO\b|\bstd(?:out|err|in)\b|\b_?exit\(|\bgetenv\(/,
      whereTargetIsNot: ["lorabook", "embed-files"], "is for the command line")
  }

  @Test("see SQLite in the store alone, and where its migrations are embedded")
  func onlyTheStoreSeesSQLite() {
    expectNone(
      of: /\bsqlite3_\w+|\bSQLITE_\w+|\bOpaquePointer\b/,
      whereTargetIsNot: ["SQLiteStore", "embed-files"], "sees SQLite")
  }

  @Test("keep every file to one idea: 400 lines at most")
  func shortFiles() throws {
    let tests = try SourceTree.files(in: "Tests", endingIn: ".swift")
    for file in files + tests {
      #expect(file.lines.count <= 401, "\(file.path)")
    }
  }

  @Test("hold no type of its module's own name, which would hide the module")
  func noTypeNamedAsItsModule() {
    for file in files {
      let module = file.target.replacing("-", with: "_")
      let types = SwiftSource(file.text).code
        .matches(of: /\b(?:struct|class|enum|actor|protocol|typealias) (\w+)/)
        .map { String($0.output.1) }
      #expect(!types.contains(module), "\(file.path)")
    }
  }

  @Test("have no file or type that says nothing of what it holds")
  func tellingNames() {
    for file in files {
      let names =
        SwiftSource(file.text).code
        .matches(of: /\b(?:struct|class|enum|actor|protocol) (\w+)/).map { String($0.output.1) }
        + [file.path.split(separator: "/").last?.dropLast(".swift".count)].compactMap {
          $0.map(String.init)
        }
      for name in names {
        let isVague = name.contains(/(?:Utils?|Utilities|Helpers?|Manager|Core)$/)
        #expect(!isVague, "\(file.path): \(name)")
      }
    }
  }
}
