import LoRASpectra
import Testing

struct ListTextTests {
  @Test("A text is split at commas, and the spaces around an item are dropped")
  func items() {
    #expect(ListText.items("a,b") == ["a", "b"])
    #expect(ListText.items(" a , b c ,d ") == ["a", "b c", "d"])
    #expect(ListText.items("") == [""])
    #expect(ListText.items("a,,b,") == ["a", "", "b", ""])
    #expect(ListText.items(" , ") == ["", ""])
  }

  @Test("Numbers and ranges are read in the order given, both ends included")
  func ranges() throws {
    #expect(try read("4") == [4])
    #expect(try read("0-3") == [0, 1, 2, 3])
    #expect(try read("7-7") == [7])
    #expect(try read("2-10:2") == [2, 4, 6, 8, 10])
    #expect(try read("2-9:3") == [2, 5, 8])
    #expect(try read("5-6:100") == [5])
    #expect(try read("9,0-2,5") == [9, 0, 1, 2, 5])
    #expect(try read("007") == [7])
  }

  @Test("A reversed range says which way round to write it")
  func reversed() {
    let error = refusal("5-2")
    #expect(error?.value == "5-2")
    #expect(error?.problem == "is reversed, so it holds nothing")
    #expect(error?.remedy.hasSuffix("2-5") == true)
    #expect(refusal("9-0:3")?.problem == "is reversed, so it holds nothing")
  }

  @Test("An empty item is called empty")
  func empty() {
    for text in ["", "1,,2", "1,"] {
      #expect(refusal(text)?.problem == "is an empty item", "\(text)")
    }
    for text in ["1-", "-", "1-:2"] {
      #expect(refusal(text) != nil, "\(text)")
    }
  }

  @Test("What is no whole number is refused with what to write")
  func malformed() {
    for text in ["x", "1.5", "1e3", "0x10", "1 - 3", "1..3", "nan", "inf", "٣", "+4", "1_000"] {
      let error = refusal(text)
      #expect(error?.field == .seeds)
      #expect(error?.value == text)
      #expect(error?.problem == "is no whole number or range", "\(text)")
      #expect(error?.remedy.contains("from 0 to 100") == true)
    }
  }

  @Test("A step is a whole number above 0")
  func steps() {
    for text in ["0-9:0", "0-9:-1", "0-9:", "0-9:x", "0-9:1.5", "0-9:2:3"] {
      #expect(
        refusal(text)?.problem == "has a step that is no whole number above 0", "\(text)")
    }
    #expect(refusal("4:2") != nil)
  }

  @Test("A number outside what is allowed is out of range, a negative one too")
  func bounds() {
    for text in ["101", "0-101", "-1", "-1-5", "3--1", "-5--3"] {
      let error = refusal(text)
      #expect(error?.problem == "is out of range", "\(text)")
      #expect(error?.remedy == "Give numbers from 0 to 100")
    }
  }

  @Test("A number too large for any integer is refused and not trapped on")
  func hugeNumbers() throws {
    let huge = "99999999999999999999999999"
    for text in [huge, "0-\(huge)", "\(huge)-\(huge)", "-\(huge)", "9223372036854775807"] {
      #expect(refusal(text)?.problem == "is out of range", "\(text)")
    }
    #expect(refusal("0-9:\(huge)") != nil)
    #expect(try read("2-9:9223372036854775807") == [2])
  }

  @Test("A range too long to be meant says what it would cost, without being built")
  func tooLong() {
    let error = #expect(throws: SettingError.self) {
      _ = try ListText.integers(
        ["0-4294967295"], field: .seeds, allowed: 0...4_294_967_295,
        cost: { "\($0) times a lot" })
    }
    #expect(error?.value == "0-4294967295")
    #expect(error?.problem.contains("4294967296 times a lot") == true)
    #expect(error?.remedy.contains("\(ListText.longest)") == true)
  }

  @Test("Ranges that are too long only together are refused too")
  func tooLongTogether() {
    let error = #expect(throws: SettingError.self) {
      _ = try ListText.integers(
        ["0-9999998", "5-6"], field: .seeds, allowed: 0...4_294_967_295, cost: { "\($0)" })
    }
    #expect(error?.value == "5-6")
  }

  @Test(
    "Numbers are written as ranges where three or more are neighbours",
    arguments: zip(
      [
        [], [4], [1, 2], [1, 2, 3], [2, 4, 8], [0, 1, 2, 3, 7, 9, 10, 11], [3, 2, 1],
        [5, 6, 7, 1, 2, 3, 4], [0, Int(UInt32.max) - 1, Int(UInt32.max)],
      ],
      [
        "", "4", "1,2", "1-3", "2,4,8", "0-3,7,9-11", "3,2,1", "5-7,1-4",
        "0,4294967294,4294967295",
      ]))
  func text(numbers: [Int], text: String) throws {
    #expect(ListText.text(numbers) == text)
    guard !numbers.isEmpty else { return }
    let again = try ListText.integers(
      ListText.items(text), field: .seeds, allowed: 0...Int(UInt32.max), cost: { "\($0)" })
    #expect(again == numbers)
  }

  private func read(_ text: String) throws -> [Int] {
    try ListText.integers(
      ListText.items(text), field: .seeds, allowed: 0...100, cost: { "\($0) values" })
  }

  private func refusal(_ text: String) -> SettingError? {
    #expect(throws: SettingError.self, "\(text)") { _ = try read(text) }
  }
}
