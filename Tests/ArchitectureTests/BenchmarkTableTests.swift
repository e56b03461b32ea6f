import Foundation
import Testing

@Suite("The documented table of benchmarks")
struct BenchmarkTableTests {
  /// The rows of a file's first table that has this column, by column name.
  private static func table(in file: String, with column: String) throws -> [[String: String]] {
    let text = try String(
      contentsOf: SourceTree.package.appending(path: file), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.contains("| \(column) |") }, "\(file)")
    let rows = lines[start...].prefix { $0.hasPrefix("|") }.map { line in
      line.dropFirst().dropLast().split(separator: " | ", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let names = try #require(rows.first)
    return try rows.dropFirst(2).map { row in
      try #require(row.count == names.count, "\(row)")
      return Dictionary(uniqueKeysWithValues: zip(names, row))
    }
  }

  @Test("says what the last whole run found, and leaves out no target, held or missed")
  func quotesTheResults() throws {
    let quoted = try Self.table(in: "docs/speed.md", with: "holds?")
    let found = try Self.table(in: "Benchmarks/results.md", with: "holds?")
    #expect(found.count > 15)
    for row in quoted {
      let isFound = found.contains { other in
        row.allSatisfy { name, cell in other[name] == cell }
      }
      #expect(isFound, "\(row)")
    }
    for row in found where row["target"] != "" {
      let isQuoted = quoted.contains { $0["work"] == row["work"] && $0["beside"] == row["beside"] }
      #expect(isQuoted, "\(row)")
    }
  }
}
