import Foundation
import TestSupport
import Testing

@Suite("README")
struct ReadmeTests {
  @Test(
    "Every command block prints what it says, where … stands for anything",
    arguments: try ConsolePage.paths())
  func blocks(path: String) throws {
    let page = try ConsolePage(path)
    for surprise in try page.run(in: Scratch()) { Issue.record("\(path): \(surprise)") }
  }

  @Test("has blocks, and so has every example")
  func pages() throws {
    #expect(try ConsolePage("README.md").examples.count > 8)
    let folder = Scratch.project.appending(path: "Examples").path
    let examples = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(examples.count >= 3)
    for name in examples {
      let path = "Examples/\(name)"
      #expect(try ConsolePage(path).examples.count > 3, "\(path)")
      for page in ["README.md", "docs/README.md"] {
        let text = try String(contentsOf: Scratch.project.appending(path: page), encoding: .utf8)
        #expect(text.contains(path), "\(page) has no link to \(path)")
      }
    }
  }

  @Test("and a block that prints something else is seen")
  func surprises() throws {
    let scratch = try Scratch()
    #expect(try ConsolePage(text: "```console\n$ echo one\ntwo\n```").run(in: scratch).count == 1)
    #expect(try ConsolePage(text: "```console\n$ false\n```").run(in: scratch).count == 1)
    #expect(try ConsolePage(text: "```console\n$ echo one\no…\n```").run(in: scratch).isEmpty)
  }

  @Test("The numbers that the examples draw from the article's tables are the recorded ones")
  func claims() throws {
    let scratch = try Scratch()
    _ = try scratch.lorabook("sweep", "--quiet")
    let text = try String(
      contentsOf: Scratch.project.appending(path: "Examples/article.md"), encoding: .utf8)
    let start = try #require(text.range(of: "The article's own numbers"))
    let end = try #require(text.range(of: "That is no accident"))
    let section = text[start.upperBound..<end.lowerBound]
    let recorded = Set(
      try scratch.sqlite(
        """
        SELECT printf('%.4f', error) FROM runs UNION SELECT printf('%.4f', truncation_error) FROM runs
        UNION SELECT printf('%.4f', variance_captured) FROM runs
        """
      ).split(separator: "\n"))
    let claimed = section.matches(of: #/\d\.\d{4}/#).map(\.output)
    #expect(claimed.count > 12)
    for number in claimed { #expect(recorded.contains(number), "\(number) is not recorded") }
    #expect(
      try scratch.sqlite(
        "SELECT min(scale) > 1, min(error) > 1 FROM runs WHERE rule = 'rslora'") == "1|1")
    #expect(
      try scratch.sqlite(
        "SELECT max(abs(error - 1)) < 1e-12 FROM runs WHERE rule = 'lora' AND rank = 8") == "1")
  }
}
