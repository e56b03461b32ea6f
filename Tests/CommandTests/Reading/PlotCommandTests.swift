import Foundation
import FoundationXML
import Testing

@Suite("lorabook plot")
struct PlotCommandTests {
  static let kinds = [
    "spectrum", "error", "scale", "variance", "decomposition", "compare", "article",
  ]
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let sweep = try scratch.lorabook(
      "sweep", "--seeds", "0-3", "--ranks", "1,2,4,8", "--shapes", "16x12", "--quiet")
    #expect(sweep.status == 0, "\(sweep.errors)")
  }

  /// The bytes of a picture that a line of bash writes to a file.
  private func picture(_ line: String, _ file: String) throws -> Data {
    let result = try scratch.bash("\(line) -o \(file)")
    #expect(result.status == 0 && result.errors == "" && result.output == "", "\(result.errors)")
    return try Data(contentsOf: scratch.folder.appending(path: file))
  }

  @Test("draws every kind as SVG, PNG and PDF, and as characters", arguments: kinds)
  func everyKind(kind: String) throws {
    let svg = try picture("lorabook plot article --kind \(kind)", "a.svg")
    let parts = try #require(SVGParts(svg))
    #expect(parts.scripts == 0)
    #expect(parts.elements > 50)
    #expect(
      parts.text.contains(kind == "spectrum" ? "position i" : "rank r"), "\(parts.text)")
    #expect(
      !parts.text.contains("20:") && !String(decoding: svg, as: UTF8.self).contains("<script"))

    let png = try picture("lorabook plot article --kind \(kind)", "a.PNG")
    #expect(png.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
    // The width in the header is twice that of a page for a screen.
    let width = png[16..<20].reduce(0) { $0 << 8 | Int($1) }
    #expect(width >= 1520)

    let pdf = try picture("lorabook plot article --kind \(kind)", "a.pdf")
    #expect(pdf.starts(with: Data("%PDF-".utf8)))
    #expect(pdf.count > 4000)

    let text = try scratch.lorabook("plot", "article", "--kind", kind)
    #expect(text.status == 0 && text.errors == "")
    #expect(text.lines.count > 15)
    #expect(text.lines.allSatisfy { $0.count <= 100 && $0.last != " " })
    #expect(!text.output.contains("\u{1b}") && !text.output.contains("\u{c}"))
    #expect(text.output.contains(kind == "spectrum" ? "position i" : "rank r"))
    #expect(try scratch.files() == ["a.PNG", "a.pdf", "a.svg", "lorabook.db"])
  }

  @Test("says the sweep, its seeds and settings, and names the axes and the lines")
  func words() throws {
    let error = try #require(SVGParts(picture("lorabook plot article", "a.svg")))
    for text in [
      "Error by rank and rule: article", "Mean of 4 seeds, 16x12, noise 0.01, α = 16.",
      "Bars: 95 % confidence interval of the mean (Student's t).", "style", "facts", "lora",
      "rslora", "truncation (floor)", "error (fraction of ‖ΔW‖)",
    ] {
      #expect(error.texts.contains(text), "\(text): \(error.texts)")
    }
    let variance = try #require(
      SVGParts(picture("lorabook plot 1 --kind variance", "v.svg")))
    let ranks = try scratch.lorabook(
      "query", "rank-for-variance", "--format", "csv", "--param", "sweep=1")
    let facts = try #require(ranks.lines.last).split(
      separator: ",", omittingEmptySubsequences: false)
    let (least, most) = (facts[8], facts[9])
    let words = least == most ? "\(least)" : "\(least) to \(most)"
    #expect(variance.texts.contains("facts: 90 % at rank \(words)"), "\(variance.texts)")
    let level = try #require(
      SVGParts(picture("lorabook plot article --level 0.5", "l.svg")))
    #expect(level.text.contains("Bars: 50 % confidence"))
  }

  @Test("gives the same script and the same SVG for the same book")
  func deterministic() throws {
    let scripts = try (0..<2).map { _ in
      try scratch.lorabook("plot", "article", "--kind", "article", "--script").output
    }
    #expect(scripts[0] == scripts[1])
    let pictures = try ["a.svg", "b.svg"].map { try picture("lorabook plot article", $0) }
    #expect(pictures[0] == pictures[1])
  }

  @Test("writes the script with its data, which gnuplot alone draws again")
  func script() throws {
    let result = try scratch.bash(
      """
      lorabook plot article --kind article --script -o a.gp && lorabook plot article --kind article -o a.svg &&
      mkdir elsewhere && cp a.gp elsewhere && cd elsewhere && gnuplot a.gp > b.svg && cmp ../a.svg b.svg
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    let text = try scratch.read("a.gp")
    // The numbers are the book's.
    let error = try scratch.sqlite(
      """
      SELECT avg(error) FROM runs WHERE profile = 'style' AND rule = 'lora' AND rank = 4
      """)
    #expect(text.contains("\n4 \(error.prefix(12))"), "\(error)")
    let named = try scratch.lorabook("plot", "article", "--script", "-o", "a.svg")
    #expect(named.status == 64)
  }

  @Test("compares two sweeps on the updates that both have, and is compare's default")
  func twoSweeps() throws {
    _ = try scratch.lorabook(
      "sweep", "--seeds", "2-9", "--ranks", "1,2,4,8", "--shapes", "16x12", "--alphas", "16,8",
      "--name", "other", "--quiet")
    let result = try scratch.bash("lorabook plot article other -o a.svg")
    #expect(result.status == 0)
    #expect(
      result.errors == "lorabook: 16 cells have values on one side alone and cannot be compared.\n")
    let parts = try #require(SVGParts(Data(scratch.read("a.svg").utf8)))
    #expect(
      parts.texts.contains(
        "Differences other − article, paired on the 2 updates that both have."), "\(parts.texts)")
    // A difference of zero is exactly 0, despite rounding.
    let script = try scratch.lorabook("plot", "article", "other", "--script").output
    #expect(script.contains("\n8 0 0 0\n"))
    let rules = try scratch.lorabook("plot", "other", "--kind", "compare", "--script").output
    let mean = try scratch.lorabook("compare", "other", "--format", "csv")
    let row = try #require(mean.lines.dropFirst().first).split(
      separator: ",", omittingEmptySubsequences: false)
    let header = mean.lines[0].split(separator: ",", omittingEmptySubsequences: false)
    let column = try #require(header.firstIndex(of: "mean_difference"))
    #expect(rules.contains(" \(row[column]) \(row[column + 1]) \(row[column + 2])\n"))
  }

  @Test("keeps to what is selected, and shows other cells in other panels")
  func selection() throws {
    _ = try scratch.lorabook(
      "sweep", "--name", "grid", "--ranks", "2,4", "--shapes", "8x8,9x7", "--alphas", "8,16",
      "--noise", "0,0.1", "--quiet")
    let many = try scratch.lorabook("plot", "grid")
    #expect(many.status == 64)
    #expect(many.errors.contains("16 panels of error"))
    #expect(many.errors.contains("--shape ('8x8', '9x7')"))
    #expect(many.errors.contains("--alpha ('8', '16')"))
    let few = try #require(
      SVGParts(
        picture("lorabook plot grid --shape 9x7 --alpha 16.0 --noise 0 --noise 0.1", "a.svg"))
    )
    #expect(few.texts.contains("style, noise 0.1") && few.texts.contains("facts, noise 0"))
    #expect(few.text.contains("1 seed, 9x7, α = 16."))
    let article = try scratch.lorabook("plot", "grid", "--kind", "article")
    #expect(article.status == 64)
    #expect(article.errors.contains("--noise ('0', '0.1')"))
    let none = try scratch.lorabook("plot", "grid", "--profile", "stile")
    #expect(none.status == 64)
    #expect(none.errors.contains("Did you mean 'style'?"))
  }

  @Test("fits the terminal's width, in colour on a terminal alone and never with NO_COLOR")
  func terminal() throws {
    let narrow = try scratch.bash("COLUMNS=60 lorabook plot article --kind scale")
    let wide = try scratch.bash("COLUMNS=120 lorabook plot article --kind scale")
    func width(_ result: Scratch.Result) -> Int {
      result.lines.filter { $0.contains("+--") }.map(\.count).max() ?? 0
    }
    #expect((50...60).contains(width(narrow)))
    #expect((110...120).contains(width(wide)))
    // script(1) of util-linux gives a program a terminal.
    func onTerminal(_ environment: String) throws -> String {
      try scratch.bash(
        "script -qec '\(environment) lorabook plot article --kind scale' /dev/null < /dev/null"
      ).output
    }
    let coloured = try onTerminal("env -u NO_COLOR TERM=xterm")
    #expect(coloured.contains("\u{1b}[38;5;"))
    #expect(coloured.trimmingCharacters(in: .whitespacesAndNewlines).hasSuffix("\u{1b}[0m"))
    #expect(!coloured.contains("\u{c}"))
    for environment in ["NO_COLOR=1 TERM=xterm", "TERM=dumb"] {
      let plain = try onTerminal("env \(environment)")
      #expect(plain.contains("rank r") && !plain.contains("\u{1b}"))
    }
    let piped = try scratch.bash("lorabook plot article | head -n 1; echo ${PIPESTATUS[0]}")
    #expect(piped.lines == ["Error by rank and rule: article", "0"])
  }

  @Test("draws what the README shows")
  func readmePicture() throws {
    _ = try scratch.lorabook("sweep", "--db", "demo.db", "--quiet")
    let drawn = try #require(
      SVGParts(picture("lorabook plot latest --kind article --db demo.db", "a.svg")))
    let file = Scratch.project.appending(path: "docs/pictures/article.svg")
    let kept = try #require(SVGParts(Data(contentsOf: file)))
    // The padding of tick marks depends on gnuplot's version.
    func words(_ parts: SVGParts) -> [String] {
      parts.texts.map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(words(kept) == words(drawn))
  }

  @Test("shows an example in its help that works")
  func helpExample() throws {
    let help = try scratch.lorabook("plot", "--help").output
    let example = try #require(help.firstMatch(of: /Example:  (lorabook plot .*)/))
    let result = try scratch.bash(String(example.output.1))
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.files().contains("article.svg"))
  }
}

/// Parses an SVG: whether it is XML, its texts, and that it has no active content.
final class SVGParts: NSObject, XMLParserDelegate {
  private(set) var texts: [String] = []
  private(set) var elements = 0
  private(set) var scripts = 0
  private var current: String?

  var text: String { texts.joined(separator: "\n") }

  /// nil if it is not well-formed XML.
  init?(_ data: Data) {
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements += 1
    if name.lowercased() == "script" || attributes.keys.contains(where: { $0.hasPrefix("on") }) {
      scripts += 1
    }
    if name == "text" { current = "" }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { current? += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "text", let current {
      texts.append(current)
      self.current = nil
    }
  }
}
