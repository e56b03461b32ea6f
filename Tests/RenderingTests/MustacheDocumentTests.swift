import CMustache
import Testing

@testable import Rendering

@Suite("A template")
struct MustacheDocumentTests {
  /// Renders a template with an object.
  private func text(
    _ template: String, including others: [String: String] = [:],
    _ fill: (MustacheObject) -> Void = { _ in }
  ) throws -> String {
    let document = try MustacheDocument()
    document.addTemplate(template, named: "main")
    for (name, text) in others { document.addTemplate(text, named: name) }
    fill(document.root)
    return try document.text(ofTemplate: "main")
  }

  @Test("escapes five scalars, whatever combines with them, and nothing else")
  func escaping() throws {
    let plain =
      (0x20...0x7e).map { String(Unicode.Scalar(UInt8($0))) }.joined() + "é\u{301}\u{1f1e6}`"
    let five = "<\u{338}>\u{301}&\u{20e3}\"\u{301}'\u{301}"
    let result = try text("{{plain}}|{{five}}|{{{five}}}") { document in
      document.put(plain, at: "plain")
      document.put(five, at: "five")
    }
    let safe = plain.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    let scalars = "\(safe)|&lt;\u{338}&gt;\u{301}&amp;\u{20e3}&quot;\u{301}&#39;\u{301}|\(five)"
    #expect(Array(result.unicodeScalars) == Array(scalars.unicodeScalars))
  }

  @Test("keeps zero bytes in texts, in names and in itself")
  func zeroBytes() throws {
    let result = try text("a\0{{k\0y}}\0b{{> t\0}}", including: ["t\0": "{{k}}\0"]) { document in
      document.put("\0<\0", at: "k\0y")
      document.put("short", at: "k")
    }
    #expect(result == "a\0\0&lt;\0\0bshort\0")
  }

  @Test("keeps bytes that are no UTF-8")
  func invalidBytes() throws {
    let mustache = try #require(lorabook_mustache_create())
    defer { lorabook_mustache_destroy(mustache) }
    func borrow(_ bytes: [UInt8], _ body: (lorabook_mustache_text) -> Void) {
      bytes.withUnsafeBytes { body(lorabook_mustache_text(bytes: $0.baseAddress, count: $0.count)) }
    }
    let name = Array("t".utf8)
    borrow(name) { name in
      borrow(Array("[{{t}}]".utf8)) { lorabook_mustache_add_template(mustache, name, $0) }
      borrow([0xff, UInt8(ascii: "<"), 0xc3, 0, 0xe2, 0x82]) {
        lorabook_mustache_put_text(mustache, name, $0)
      }
    }
    var result = lorabook_mustache_text(bytes: nil, count: 0)
    borrow(name) {
      #expect(lorabook_mustache_render(mustache, $0, &result) == LORABOOK_MUSTACHE_DONE)
    }
    let bytes = Array(UnsafeRawBufferPointer(start: result.bytes, count: result.count))
    #expect(bytes == [0x5b, 0xff] + Array("&lt;".utf8) + [0xc3, 0, 0xe2, 0x82, 0x5d])
  }

  @Test("takes no value of a table for a cell that has none", arguments: [true, false])
  func inheritance(isSaid: Bool) throws {
    func table() throws -> String {
      try text(
        "{{#table}}{{value}}:{{#cells}}[{{#value}}{{.}}{{/value}}{{value}}]{{/cells}}{{/table}}"
      ) { document in
        document.put("of the page", at: "value")
        document.putObject(at: "table") {
          document.put("of the table", at: "value")
          document.putList(of: ["a", nil], at: "cells") { cell in
            if isSaid || cell != nil { document.put(cell, at: "value") }
          }
        }
      }
    }
    if isSaid {
      #expect(try table() == "of the table:[aa][]")
    } else {
      #expect(throws: MustacheError.missing("value")) { try table() }
    }
  }

  @Test("finds the names of an object in a section that a text or a flag opened")
  func sections() throws {
    let result = try text(
      "{{#flag}}{{text}}{{#text}}{{flag}}{{.}}{{/text}}{{/flag}}{{^no}}!{{/no}}"
    ) {
      $0.put("x", at: "text")
      $0.put(true, at: "flag")
      $0.put(false, at: "no")
    }
    #expect(result == "xx!")
  }

  @Test("includes templates alone, no text of the data's")
  func inclusion() throws {
    let result = try text("{{> part}}{{part}}", including: ["part": "[{{name}}]"]) {
      $0.put("{{{name}}}", at: "part")
      $0.put("{{> part}}", at: "name")
    }
    #expect(result == "[{{&gt; part}}]{{{name}}}")
    #expect(throws: MustacheError.missing("part")) {
      try text("{{> part}}") { $0.put("text", at: "part") }
    }
  }

  @Test(
    "that is malformed is refused",
    arguments: [
      "{{", "{{{", "{{a", "{{{a}}", "{{#a}}", "{{^a}}", "{{/a}}", "{{#a}}{{/b}}",
      "{{#a}}{{#b}}{{/a}}{{/b}}", "{{=a", "{{= =}}", "{{=x x=}}x", "{{> itself}}", "{{> another}}",
    ])
  func malformed(template: String) throws {
    let error = #expect(throws: MustacheError.self) {
      try text(
        template,
        including: ["itself": "a{{> itself}}", "another": "{{> yet}}", "yet": "{{> another}}"])
    }
    guard case .malformed(let problem) = error else {
      Issue.record("\(template): \(String(describing: error))")
      return
    }
    #expect(problem.contains(/(?i)unclosed|unopened|invalid|includes itself/), "\(problem)")
  }

  @Test("that is malformed is refused where another includes it, and is named")
  func malformedPart() {
    #expect(throws: MustacheError.malformed("part: Unclosed tag at 1")) {
      try text("", including: ["part": "a{{b"])
    }
  }

  @Test("ends in an error where there is more than memory can hold")
  func memory() {
    #expect(throws: MustacheError.outOfMemory) {
      try text("") { $0.putList(of: repeatElement(0, count: .max), at: "many") { _ in } }
    }
  }

  @Test("says what went wrong first")
  func first() throws {
    let document = try MustacheDocument()
    document.addTemplate("{{", named: "main")
    document.addTemplate("{{#", named: "other")
    for _ in 0..<2 {
      #expect(throws: MustacheError.malformed("main: Unclosed tag at 0")) {
        try document.text(ofTemplate: "other")
      }
    }
  }

  @Test("is told of what fails inside an object of a list")
  func failingObject() {
    #expect(throws: MustacheError.outOfMemory) {
      try text("{{#a}}{{b}}{{/a}}") { page in
        page.putList(of: [1], at: "a") { _ in
          page.putList(of: repeatElement(0, count: .max), at: "many") { _ in }
        }
      }
    }
  }

  @Test("fills an object of a list when it comes to it, and as often")
  func lists() throws {
    final class Count { var filled: [Int] = [] }
    let count = Count()
    let template = "{{#a}}{{#b}}{{n}}{{/b}};{{/a}}{{#a}}{{n}}{{/a}}"
    let result = try text(template) { page in
      page.putList(of: 1...3, at: "a") { outer in
        page.put(String(outer), at: "n")
        page.putList(of: 0..<outer, at: "b") { inner in
          count.filled.append(inner)
          page.put("\(outer)\(inner)", at: "n")
        }
      }
    }
    #expect(result == "10;2021;303132;123")
    #expect(count.filled == [0, 0, 1, 0, 1, 2])
  }

  @Test("keeps nothing of what filled it", arguments: ["{{#a}}{{#b}}{{/b}}{{/a}}", "{{"])
  func lifetime(template: String) throws {
    final class Witness {}
    weak var seen: Witness?
    do {
      let witness = Witness()
      seen = witness
      _ = try? text(template) { page in
        page.putList(of: [1], at: "a") { _ in
          page.putList(of: [2], at: "b") { _ in _ = witness }
        }
      }
    }
    #expect(seen == nil)
  }

  @Test("lets an object be closed that was not opened")
  func closing() throws {
    let mustache = try #require(lorabook_mustache_create())
    defer { lorabook_mustache_destroy(mustache) }
    lorabook_mustache_close_object(mustache)
    lorabook_mustache_put_flag(mustache, lorabook_mustache_text(), 1)
  }
}
