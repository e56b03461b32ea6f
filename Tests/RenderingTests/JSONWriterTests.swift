import Foundation
import LoRASpectra
import Rendering
import Testing

@Suite("JSON")
struct JSONWriterTests {
  /// Every control character, and characters that a careless writer does not escape.
  static let awkwardText =
    String(String.UnicodeScalarView((0...159).compactMap(UnicodeScalar.init)))
    + "\u{2028}\u{2029}\u{FEFF}\u{FFFF} \" \\ \\u0041 </script> 試験 👩‍🔬 e\u{301}"

  private func objects(_ text: String) throws -> [[String: Any]] {
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(parsed as? [[String: Any]])
  }

  @Test("holds any text whole, in keys and in values")
  func texts() throws {
    let text = Self.awkwardText
    let json = try rendered(.json, [text, "b"], [[.text(text), .text("")]])
    let object = try #require(try objects(json).first)
    let value = try #require(object[text] as? String)
    #expect(Array(value.utf8) == Array(text.utf8))
    #expect(object["b"] as? String == "")
  }

  @Test("is one array, and an empty one without rows")
  func arrays() throws {
    #expect(try rendered(.json, ["a"], []) == "[]\n")
    #expect(
      try rendered(.json, ["a", "b"], [[.integer(1), .absent], [.text("x"), .real(0.5)]])
        == "[\n{\"a\":1,\"b\":null},\n{\"a\":\"x\",\"b\":0.5}\n]\n")
  }

  @Test("lines are objects each, and none without rows")
  func lines() throws {
    #expect(try rendered(.jsonl, ["a"], []) == "")
    let text = Self.awkwardText
    let jsonl = try rendered(.jsonl, ["a"], [[.text(text)], [.integer(2)], [.absent]])
    let lines = jsonl.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    #expect(lines.count == 4 && lines.last?.isEmpty == true)
    let first = try #require(lines.first)
    let object = try JSONSerialization.jsonObject(with: Data(first)) as? [String: String]
    #expect(object == ["a": text])
    #expect(
      lines.dropFirst().prefix(2).map { String(Substring($0)) } == ["{\"a\":2}", "{\"a\":null}"])
  }

  @Test("spells every number so that it reads back to the same double")
  func numbers() throws {
    let jsonl = try rendered(.jsonl, ["x"], awkwardDoubles.map { [.real($0)] })
    let texts = jsonl.split(separator: "\n").map { $0.dropFirst("{\"x\":".count).dropLast() }
    #expect(texts.map { Double($0)?.bitPattern } == awkwardDoubles.map(\.bitPattern))
    // Foundation accepts all of them as JSON numbers; its rounding of the last digit does not
    // matter.
    let json = try rendered(.json, ["x"], awkwardDoubles.map { [.real($0)] })
    let parsed = try objects(json).map { ($0["x"] as? NSNumber)?.doubleValue }
    for (value, number) in zip(parsed, awkwardDoubles) {
      #expect(abs(try #require(value) - number) <= 1e-15 * abs(number))
    }
  }

  @Test("gives a number that is not finite as a text")
  func notFinite() throws {
    let values: [Value] = [.real(.nan), .real(.infinity), .real(-.infinity)]
    let object = try #require(try objects(rendered(.json, ["n", "p", "m"], [values])).first)
    #expect(object as? [String: String] == ["n": "nan", "p": "inf", "m": "-inf"])
  }
}
