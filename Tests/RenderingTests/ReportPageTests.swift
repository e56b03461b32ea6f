import LoRASpectra
import Testing

@testable import Rendering

@Suite("A report's page")
struct ReportPageTests {
  private func page(_ blocks: [ReportPage.Block], title: String = "a") throws -> String {
    try ReportPage(
      title: title, made: "Made by \(name: title).",
      sections: [ReportPage.Section(id: "one", heading: "\(name: title)", blocks: blocks)]
    ).html(version: "9")
  }

  /// The contents of the table bodies of a page.
  private func body(_ html: String) -> String {
    html.split(separator: "<tbody>").last?.split(separator: "</tbody>").first.map(String.init) ?? ""
  }

  @Test(
    "shows what is put into it as text, in every place",
    arguments: [
      "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "</title><b>",
      "{{title}}",
      "{{{style}}}", "{{#sections}}", "\" onload=\"alert(1)", "' onload='alert(1)", "&lt;", "]]>",
      // One character each for Swift, and two for a browser.
      "\"\u{301} onload=alert(1) x=\"", "<\u{338}b>", "&\u{301}lt;", ">\u{301}",
    ])
  func hostile(text: String) throws {
    let table = ResultTable(columns: [text, "n"], rows: [[.text(text), .integer(1)]])
    let html = try page(
      [
        .heading(text), .notice("\(name: text)"), .paragraph("\(text)"), .points(["\(name: text)"]),
        .facts([ReportPage.Fact(text, text), ReportPage.Fact(text, text, isCode: true)]),
        .folded(text, [ReportPage.Fact(text, text)]),
        .picture(ReportPage.Picture(title: text, markup: "<g/>", width: 1, height: 1)),
        .table(PageTable(title: "\(name: text)", note: "\(text)", table)),
        .command(text, does: "\(name: text)"), .question(text),
      ], title: text)
    let safe = text.unicodeScalars.map { scalar in
      ["<": "&lt;", ">": "&gt;", "&": "&amp;", "\"": "&quot;", "'": "&#39;"][scalar]
        ?? String(scalar)
    }.joined()
    // The title four times, every block at least once, and never unescaped.
    #expect(html.ranges(of: safe).count >= 21)
    let rest = html.replacing(EmbeddedPage.style, with: "").replacing(EmbeddedPage.script, with: "")
    let bytes = Array(rest.utf8)
    if safe != text { #expect(!bytes.contains(Array(text.utf8)), "\(text)") }
    #expect(rest.ranges(of: "<script>").count == 1 && rest.ranges(of: "</script>").count == 1)
    #expect(rest.ranges(of: "<title>").count == 1 && rest.ranges(of: "</title>").count == 1)
  }

  @Test("spells out what could turn or hide the text around it")
  func controls() throws {
    let html = try page([.paragraph("\(name: "a\u{202e}b\u{1b}[2J\u{0}")")])
    #expect(html.contains("<bdi>a\\u{202e}b\\u{1b}[2J\\u{0}</bdi>"))
    #expect(!html.unicodeScalars.contains { $0 == "\u{202e}" || $0 == "\u{1b}" || $0 == "\u{0}" })
  }

  @Test("allows its own style and script alone, and no address outside")
  func policy() throws {
    let html = try page([])
    #expect(
      html.contains(
        "content=\"default-src &#39;none&#39;; style-src &#39;\(EmbeddedPage.styleHash)&#39;; script-src &#39;\(EmbeddedPage.scriptHash)&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;\""
      )
        || html.contains(
          "content=\"default-src 'none'; style-src '\(EmbeddedPage.styleHash)'; script-src '\(EmbeddedPage.scriptHash)'; base-uri 'none'; form-action 'none'\""
        ))
    #expect(EmbeddedPage.styleHash.hasPrefix("sha256-") && EmbeddedPage.styleHash.count == 51)
    #expect(
      !html.contains("http:") && !html.contains("https:")
        && !html.contains(
          "//"
            + "fonts")
        && !html.contains("@import") && !html.contains("url("))
    #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
  }

  @Test("shows numbers as they are read, and keeps all their digits for a spreadsheet")
  func numbers() throws {
    let html = try page([
      .table(
        PageTable(
          title: "t",
          ResultTable(
            columns: ["x", "name"],
            rows: [
              [.real(0.063512345678901), .text("=1+1")], [.real(.nan), .text("a\tb")],
              [.real(-.infinity), .text("plain")], [.absent, .text("-5")],
            ])))
    ])
    let rows = body(html).split(separator: "\n").map(String.init)
    #expect(
      rows == [
        "<tr><td class=\"n\" data-value=\"0.063512345678901\">0.06351</td><td data-value=\"&#39;=1+1\">=1+1</td></tr>",
        "<tr><td class=\"n\">nan</td><td>a\\tb</td></tr>",
        "<tr><td class=\"n\">-inf</td><td>plain</td></tr>",
        "<tr><td class=\"n\"></td><td data-value=\"&#39;-5\">-5</td></tr>",
      ])
  }

  @Test("leaves out columns in which nothing stands, and says what of a large table it leaves out")
  func large() throws {
    let empty = ResultTable(columns: ["a", "b"], rows: [[.integer(1), .absent]])
    #expect(PageTable(title: "t", empty).table.columns == ["a"])
    let long = ResultTable(
      columns: (0..<50).map { "c\($0)" },
      rows: (0..<700).map { row in (0..<50).map { .integer(Int64(row * $0)) } })
    let table = PageTable(title: "t", long)
    #expect(table.isCut && table.table.rows.count == 500 && table.table.columns.count == 40)
    let html = try page([.table(table)])
    #expect(html.contains("The first 500 of 700 rows and the first 40 of 50 columns are here."))
    #expect(!PageTable(title: "t", empty).isCut)
  }

  @Test("names every heading, table and picture, each once")
  func outline() throws {
    let table = PageTable(title: "t", ResultTable(columns: ["a"], rows: [[.integer(1)]]))
    let html = try page([.table(table), .heading("h"), .table(table)])
    let ids = html.matches(of: /\bid="([^"]*)"/).map { String($0.output.1) }
    #expect(ids == ["one", "one-heading", "table-1", "table-2"])
    #expect(html.ranges(of: "<h1>").count == 1)
    #expect(html.contains("<th scope=\"col\" class=\"n\">a</th>"))
    #expect(html.ranges(of: "aria-labelledby=\"table-2\"").count == 2)
  }
}
