import LoRASpectra
import Testing

struct SweepSpecTests {
  @Test("The article's sweep is the one that is documented")
  func article() throws {
    let article = SweepSpec.article
    #expect(article.name == "article")
    #expect(article.seeds == [42])
    #expect(article.shapes == [Shape(d: 64, k: 64)])
    #expect(article.profiles.map(\.label) == ["style", "facts"])
    #expect(article.profiles.map(\.definition) == ["linear:5:0.5:4", "linear:3:0.5"])
    #expect(article.ranks == [2, 4, 8, 16, 32, 48])
    #expect(article.alphas == [16])
    #expect(article.rules == [.lora, .rslora])
    #expect(article.noise == [0.01])
    #expect(article.stream == .chained)
    #expect(SweepSpec.builtIn.map(\.name) == ["article"])
  }

  @Test("Every field is set from the items of its list")
  func setting() throws {
    var spec = SweepSpec.article
    try spec.set(.name, to: ["my, sweep"])
    try spec.set(.seeds, to: ["7", "0-2", "4294967295"])
    try spec.set(.shapes, to: ["8x4", "4x8"])
    try spec.set(.profiles, to: ["power:1", "file:s"])
    try spec.set(.ranks, to: ["2-8:2", "1"])
    try spec.set(.alphas, to: ["0.5", "8-10", "1e2"])
    try spec.set(.rules, to: ["unit", "power:0.75"])
    try spec.set(.noise, to: ["0", "0.25", "1-2"])
    try spec.set(.stream, to: ["independent"])
    try spec.set(.tag, to: ["a", "b"])
    try spec.set(.note, to: ["seen, twice"])
    #expect(spec.name == "my, sweep")
    #expect(spec.seeds == [7, 0, 1, 2, .max])
    #expect(spec.shapes == [Shape(d: 8, k: 4), Shape(d: 4, k: 8)])
    #expect(spec.profiles.map(\.definition) == ["power:1:1", "values:3;1"])
    #expect(spec.ranks == [2, 4, 6, 8, 1])
    #expect(spec.alphas == [0.5, 8, 9, 10, 100])
    #expect(spec.rules == [.unit, .power(0.75)])
    #expect(spec.noise == [0, 0.25, 1, 2])
    #expect(spec.stream == .independent)
    #expect(spec.tags == ["a", "b"])
    #expect(spec.note == "seen, twice")
  }

  @Test("What items(of:) writes is what set reads", arguments: SweepSpec.fields)
  func roundTrip(field: SweepSpec.Field) throws {
    var spec = SweepSpec.article
    try spec.set(.name, to: ["mine"])
    try spec.set(.seeds, to: ["3", "10-20", "4294967295"])
    try spec.set(.shapes, to: ["8x4", "64x64"])
    try spec.set(.profiles, to: ["style", "power:1.2:1:3", "exp:0.1", "file:s"])
    try spec.set(.ranks, to: ["4", "1-3"])
    try spec.set(.alphas, to: ["16", "0.1", "1e300"])
    try spec.set(.rules, to: ["lora", "power:-0.5"])
    try spec.set(.noise, to: ["0", "1e-5"])
    try spec.set(.stream, to: ["independent"])
    try spec.set(.tag, to: ["a", "b c"])
    try spec.set(.note, to: ["a, b"])
    var again = SweepSpec.article
    for other in SweepSpec.fields where other != field {
      try again.set(other, to: spec.items(of: other))
    }
    #expect(again != spec)
    try again.set(field, to: spec.items(of: field))
    #expect(again == spec)
    #expect(again.profiles.map(\.label) == spec.profiles.map(\.label))
  }

  @Test("An untouched spec is written and read back, its empty tags and note too")
  func untouchedRoundTrip() throws {
    var again = SweepSpec.article
    for field in SweepSpec.fields {
      try again.set(field, to: SweepSpec.article.items(of: field))
    }
    #expect(again == .article)
  }

  @Test("Nothing is no value, but for a note and a tag")
  func emptyValues() throws {
    for field in SweepSpec.fields where field != .note && field != .tag {
      let error = refusal(field, [""])
      #expect(error?.field == field)
      #expect(error?.problem == "is empty")
      #expect(refusal(field, [])?.problem == "is empty")
    }
    var spec = SweepSpec.article
    try spec.set(.tag, to: ["a"])
    try spec.set(.note, to: ["n"])
    try spec.set(.tag, to: [""])
    try spec.set(.note, to: [""])
    #expect(spec.tags.isEmpty)
    #expect(spec.note.isEmpty)
  }

  @Test("A list is refused where one value is meant")
  func singles() {
    for field in [SweepSpec.Field.name, .note, .stream] {
      #expect(refusal(field, ["a", "b"])?.problem == "is a list")
    }
  }

  @Test(
    "A value given twice is refused, in whatever spelling",
    arguments: [
      Twice(.seeds, ["1", "0-3"], "1", "is given twice"),
      Twice(.shapes, ["4x4", "8x8", "4x4"], "4x4", "is given twice"),
      Twice(.shapes, ["4x4", "04x4"], "04x4", "is the same as '4x4'"),
      Twice(.profiles, ["style", "linear:5:0.5:4"], "linear:5:0.5:4", "is the same as 'style'"),
      Twice(.profiles, ["power:2", "power:2:1"], "power:2:1", "is the same as 'power:2'"),
      Twice(.profiles, ["file:a", "file:b"], "file:b", "is the same as 'file:a'"),
      Twice(.ranks, ["2-8:2", "8"], "8", "is given twice"),
      Twice(.alphas, ["16", "16.0"], "16", "is given twice"),
      Twice(.alphas, ["4", "1-8"], "4", "is given twice"),
      Twice(.noise, ["0", "-0"], "0", "is given twice"),
      Twice(.rules, ["power:0.5", "power:.5"], "power:.5", "is the same as 'power:0.5'"),
      Twice(.rules, ["lora", "unit", "lora"], "lora", "is given twice"),
      Twice(.tag, ["a", "b", "a"], "a", "is given twice"),
    ])
  func duplicates(twice: Twice) {
    let error = refusal(twice.field, twice.items)
    #expect(error?.field == twice.field)
    #expect(error?.value == twice.value)
    #expect(error?.problem == twice.problem)
  }

  struct Twice: Sendable, CustomTestStringConvertible {
    var field: SweepSpec.Field
    var items: [String]
    var value: String
    var problem: String

    init(_ field: SweepSpec.Field, _ items: [String], _ value: String, _ problem: String) {
      (self.field, self.items, self.value, self.problem) = (field, items, value, problem)
    }

    var testDescription: String { "\(field) \(items.joined(separator: ","))" }
  }

  @Test("The same rule under two names is taken: they are told apart in every row")
  func powerOneBesideLora() throws {
    var spec = SweepSpec.article
    try spec.set(.rules, to: ["lora", "power:1"])
    #expect(spec.rules.count == 2)
  }

  @Test("A number out of a field's range is refused")
  func outOfRange() {
    for (field, item, problem) in [
      (SweepSpec.Field.seeds, "-1", "is out of range"), (.seeds, "4294967296", "is out of range"),
      (.ranks, "0", "is out of range"), (.ranks, "32769", "is out of range"),
      (.alphas, "0", "is not above 0"), (.alphas, "-16", "is not above 0"),
      (.alphas, "nan", "is not finite"), (.alphas, "inf", "is not finite"),
      (.alphas, "1e999", "is not finite"), (.alphas, "many", "is no number"),
      (.alphas, "0.5-2", "is no number"),
      (.alphas, "0-4", "is not above 0"), (.noise, "-0.1", "is below 0"),
      (.noise, "-inf", "is not finite"), (.noise, "NaN", "is not finite"),
      (.stream, "chain", "is no stream mode"), (.shapes, "64", "is not a shape"),
      (.rules, "loar", "is no scaling rule"), (.profiles, "stile", "is no profile"),
    ] {
      let error = refusal(field, [item])
      #expect(error?.field == field)
      #expect(error?.value == item)
      #expect(error?.problem == problem, "\(field) \(item)")
    }
  }

  @Test("A range of seeds too long to be meant says how many runs it would be")
  func tooManySeeds() {
    let error = refusal(.seeds, ["0-4294967295"])
    // 2³² seeds, 2 profiles, 6 ranks, 2 rules.
    #expect(error?.problem.contains("103079215104 runs and about 15 TB in the book") == true)
  }

  @Test("A refused value leaves the field as it was")
  func refusalChangesNothing() {
    var spec = SweepSpec.article
    for (field, items) in [
      (SweepSpec.Field.seeds, ["1", "x"]), (.shapes, ["4x4", "4x4"]), (.tag, ["a", "a"]),
      (.profiles, ["flat:1", "?"]), (.alphas, ["1", "-1"]), (.name, ["a", "b"]),
    ] {
      #expect(throws: SettingError.self) { try spec.set(field, to: items) }
    }
    #expect(spec == .article)
  }

  @Test("A message holds the value, what is wrong and what to do, and stays short")
  func message() {
    let error = SettingError(.ranks, "80", "is above min(d, k) = 64", remedy: "Give less")
    #expect(error.description == "'80' is above min(d, k) = 64. Give less.")
    let long = SettingError(.ranks, String(repeating: "8", count: 500), "is", remedy: "No")
    #expect(long.description.contains("8…'"))
    #expect(long.description.count < 100)
  }

  @Test("The fields of the grid are all but those that only describe")
  func gridFields() {
    let describing = Set(SweepSpec.fields).subtracting(SweepSpec.gridFields)
    #expect(describing == [.name, .tag, .note])
  }

  private func refusal(_ field: SweepSpec.Field, _ items: [String]) -> SettingError? {
    var spec = SweepSpec.article
    return #expect(throws: SettingError.self, "\(field) \(items)") {
      try spec.set(field, to: items)
    }
  }
}

extension SweepSpec {
  /// Sets a field; every file of a profile contains 3 and 1.
  mutating func set(_ field: Field, to items: [String]) throws {
    try set(field, to: items) { _ in "3\n1\n" }
  }

  /// The article's spec with some fields given as list texts.
  static func article(_ fields: [Field: String]) throws -> SweepSpec {
    var spec = SweepSpec.article
    for (field, text) in fields {
      try spec.set(field, to: ListText.items(text))
    }
    return spec
  }
}
