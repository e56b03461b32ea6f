import Foundation
import Testing

@Suite("RELIABILITY.md")
struct ReliabilityTests {
  @Test("names for every promise tests that are there")
  func promisesAreHeld() throws {
    let text = try String(
      contentsOf: SourceTree.package.appending(path: "RELIABILITY.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| **") }
    #expect(rows.count > 10)
    for row in rows {
      let named = row.matches(of: /"([^"]+)" \(`(Tests\/[^`]+\.swift)`\)/)
      #expect(!named.isEmpty, "\(row)")
      for test in named {
        let file = SourceTree.package.appending(path: String(test.output.2))
        let source = try? String(contentsOf: file, encoding: .utf8)
        #expect(source?.contains("\"\(test.output.1)\"") == true, "\(test.output.0)")
      }
      // Every mention of a test has the form matched above.
      #expect(row.matches(of: /`Tests\//).count == named.count, "\(row)")
    }
  }
}
