import LoRASpectra
import Testing

struct ProfileParsingTests {
  @Test(
    "Every form is read, and its label and definition are canonical",
    arguments: [
      Reading("linear:5:0.5", "linear:5:0.5", "linear:5:0.5"),
      Reading("linear:5.0:5e-1:04", "linear:5:0.5:4", "linear:5:0.5:4"),
      Reading("power:1.2", "power:1.2", "power:1.2:1"),
      Reading("power:1.20:1.0", "power:1.2", "power:1.2:1"),
      Reading("power:1.2:3", "power:1.2:3", "power:1.2:3"),
      Reading("power:1.2:1:7", "power:1.2:1:7", "power:1.2:1:7"),
      Reading("power:-1", "power:-1", "power:-1:1"),
      Reading("exp:0.15", "exp:0.15", "exp:0.15:1"),
      Reading("exp:0.15:2", "exp:0.15:2", "exp:0.15:2"),
      Reading("exp:0.15:2:9", "exp:0.15:2:9", "exp:0.15:2:9"),
      Reading("flat:1.5", "flat:1.5", "flat:1.5"),
      Reading("flat:1.5:6", "flat:1.5:6", "flat:1.5:6"),
      Reading("style", "style", "linear:5:0.5:4"),
      Reading("facts", "facts", "linear:3:0.5"),
      Reading("file:sigma.txt", "file:sigma.txt", "values:5;3.5;1e-7"),
    ])
  func forms(reading: Reading) throws {
    let profile = try Profile(parsing: reading.text) { path in
      #expect(path == "sigma.txt")
      return "5\n3.5\n1e-7\n"
    }
    #expect(profile.label == reading.label)
    #expect(profile.description == reading.label)
    #expect(profile.definition == reading.definition)
    let again = try Profile(label: profile.label, definition: profile.definition)
    #expect(again.prescription == profile.prescription)
    #expect(again.label == profile.label)
    #expect(again.definition == profile.definition)
  }

  struct Reading: Sendable, CustomTestStringConvertible {
    var text: String
    var label: String
    var definition: String

    init(_ text: String, _ label: String, _ definition: String) {
      (self.text, self.label, self.definition) = (text, label, definition)
    }

    var testDescription: String { text }
  }

  @Test("What is no profile is refused with the field, the value and the form to write")
  func refusals() throws {
    let cases = [
      ("linear:5", "has 1 numbers", "linear:FIRST:LAST[:COUNT]"),
      ("linear:5:0.5:4:1", "has 4 numbers", "linear:FIRST:LAST[:COUNT]"),
      ("power", "has 0 numbers", "power:EXPONENT[:FIRST[:COUNT]]"),
      ("exp:1:2:3:4", "has 4 numbers", "exp:RATE[:FIRST[:COUNT]]"),
      ("flat", "has 0 numbers", "flat:VALUE[:COUNT]"),
      ("linear:nan:1", "'nan', which is no finite number", "linear:FIRST:LAST[:COUNT]"),
      ("linear:1:inf", "'inf', which is no finite number", "linear:FIRST:LAST[:COUNT]"),
      ("power:1e999", "'1e999', which is no finite number", "power:EXPONENT[:FIRST[:COUNT]]"),
      ("exp:0x10", "'0x10', which is no finite number", "exp:RATE[:FIRST[:COUNT]]"),
      ("flat:", "'', which is no finite number", "flat:VALUE[:COUNT]"),
      ("flat: 1", "' 1', which is no finite number", "flat:VALUE[:COUNT]"),
      ("flat:1:0", "COUNT '0'", "flat:VALUE[:COUNT]"),
      ("flat:1:-2", "COUNT '-2'", "flat:VALUE[:COUNT]"),
      ("flat:1:2.0", "COUNT '2.0'", "flat:VALUE[:COUNT]"),
      ("flat:1:nan", "COUNT 'nan'", "flat:VALUE[:COUNT]"),
      ("linear:1:2:32769", "COUNT '32769'", "linear:FIRST:LAST[:COUNT]"),
      ("flat:1:99999999999999999999", "COUNT '99999999999999999999'", "flat:VALUE[:COUNT]"),
      ("", "is no profile", "linear, power, exp, flat, style, facts and file:PATH"),
      ("style:3", "is no profile", "Did you mean style?"),
      ("file:", "names no file", "file:PATH"),
    ]
    for (text, problem, remedy) in cases {
      let error = try #require(refusal(text), "\(text) was taken")
      #expect(error.field == .profiles, "\(text)")
      #expect(error.value == text)
      #expect(error.problem.contains(problem), "\(text): \(error.problem)")
      #expect(error.remedy.contains(remedy), "\(text): \(error.remedy)")
    }
  }

  @Test("A mistyped kind is answered with the nearest one, a strange one with all")
  func nearest() throws {
    for (text, name) in [
      ("lineer:5:1", "linear"), ("pwoer:1", "power"), ("ex:1", "exp"), ("falt:1", "flat"),
      ("stile", "style"), ("fact", "facts"), ("fiel:a", "file"), ("Linear:1:2", "linear"),
    ] {
      let error = try #require(refusal(text), "\(text) was taken")
      #expect(error.remedy.hasPrefix("Did you mean \(name)?"), "\(text): \(error.remedy)")
    }
    let strange = try #require(refusal("marchenko:1"))
    #expect(strange.remedy.hasPrefix("Known are linear"))
  }

  @Test("A very long text is shortened in the message")
  func longText() throws {
    let error = try #require(refusal("flat:" + String(repeating: "9", count: 100_000) + "x"))
    #expect(error.description.count < 300)
  }

  @Test("A definition that no profile writes is damage")
  func damagedDefinitions() {
    for definition in [
      "values:", "values:5;x", "values:5;;2", "values:5.0", "values:nan", "style", "linear:5", "",
    ] {
      #expect(throws: SettingError.self, "\(definition)") {
        _ = try Profile(label: "p", definition: definition)
      }
    }
  }

  @Test("Profiles with one prescription are equal, whatever their labels")
  func equality() throws {
    let style = try Profile(parsing: "style") { _ in "" }
    let spelled = try Profile(parsing: "linear:5:0.5:4") { _ in "" }
    let other = try Profile(parsing: "linear:5:0.5") { _ in "" }
    #expect(style == spelled)
    #expect(style.hashValue == spelled.hashValue)
    #expect(style.label != spelled.label)
    #expect(style != other)
  }

  @Test("A negative zero is the zero it equals, in the definition and the label too")
  func negativeZero() throws {
    for (negative, positive) in [
      ("linear:5:-0:4", "linear:5:0:4"), ("power:-0.0:2", "power:0:2"), ("flat:-0", "flat:0"),
    ] {
      let a = try Profile(parsing: negative) { _ in "" }
      let b = try Profile(parsing: positive) { _ in "" }
      #expect(a == b)
      #expect(a.definition == b.definition)
      #expect(a.label == b.label)
    }
    let file = try Profile(parsing: "file:a") { _ in "2\n-0\n" }
    #expect(file.definition == "values:2;0")
  }

  private func refusal(_ text: String) -> SettingError? {
    do {
      _ = try Profile(parsing: text) { _ in "1" }
      return nil
    } catch {
      return error as? SettingError
    }
  }
}
