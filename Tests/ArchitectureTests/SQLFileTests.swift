import Testing

@Suite("SQL files")
struct SQLFileTests {
  @Test("of migrations are numbered without gaps and named for what they bring")
  func migrationsAreNumbered() throws {
    let files = try SourceTree.files(in: "migrations", endingIn: "")
    #expect(!files.isEmpty)
    for (index, file) in files.enumerated() {
      let match = try #require(
        file.path.wholeMatch(of: /migrations\/([0-9]{4})_[a-z][a-z0-9_]*\.sql/), "\(file.path)")
      #expect(Int(match.1) == index + 1, "\(file.path)")
    }
  }

  @Test("of migrations leave the version at their number, in the last one")
  func lastMigrationSetsTheVersion() throws {
    let files = try SourceTree.files(in: "migrations", endingIn: ".sql")
    let last = try #require(files.last)
    let versions = last.text.matches(of: /PRAGMA user_version = ([0-9]+);/).map { Int($0.output.1) }
    #expect(versions == [files.count])
  }

  @Test("of views make one view each, of the file's name")
  func viewsAreNamed() throws {
    let files = try SourceTree.files(in: "views", endingIn: "")
    #expect(files.count > 10)
    for file in files {
      let name = try #require(file.path.wholeMatch(of: /views\/([a-z_]+)\.sql/)?.1, "\(file.path)")
      let made = file.text.matches(of: /(?m)^CREATE VIEW ([a-z_]+) AS$/).map(\.output.1)
      #expect(made == [name], "\(file.path)")
    }
  }

  @Test("can be embedded in Swift as raw literals")
  func filesCanBeEmbedded() throws {
    let folders = ["migrations", "queries", "views", "Sources/SQLiteStore"]
    for file in try folders.flatMap({ try SourceTree.files(in: $0, endingIn: ".sql") }) {
      #expect(!file.text.contains("\"##") && !file.text.contains("\\##"), "\(file.path)")
      #expect(file.text.hasSuffix("\n") && !file.text.contains("\r"), "\(file.path)")
    }
  }

  @Test("of the store have names of their own in lower case, of which constants are made")
  func storeFilesAreNamed() throws {
    let files = try SourceTree.files(in: "Sources/SQLiteStore", endingIn: ".sql")
    #expect(files.count > 50)
    for file in files {
      #expect(file.path.contains(/\/[a-z]+(?:-[a-z]+)*\.sql$/), "\(file.path)")
    }
    let names = files.compactMap { $0.path.split(separator: "/").last }
    #expect(Set(names).count == names.count)
  }
}
