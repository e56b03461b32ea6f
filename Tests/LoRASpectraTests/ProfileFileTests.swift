import LoRASpectra
import Testing

struct ProfileFileTests {
  @Test("A file gives one value a line, blank lines and spaces around do not count")
  func values() throws {
    for text in [
      "5\n3.5\n2", "5\n3.5\n2\n", "\n  5\n\n\t3.5  \n2\n\n\n", "5\r\n3.5\r\n2\r\n",
      "\r\n5\r\n \r\n3.5\r\n2", "5.0\n35e-1\n+2\n",
    ] {
      let profile = try Profile(parsing: "file:s.txt") { _ in text }
      #expect(profile.prescription == .values([5, 3.5, 2]), "\(text.debugDescription)")
      #expect(profile.count == 3)
      #expect(profile.label == "file:s.txt")
      #expect(profile.definition == "values:5;3.5;2")
    }
  }

  @Test("The path is what follows the first colon, whatever it holds")
  func path() throws {
    for path in ["a:b.txt", "/tmp/with space.txt", "../x", "file:y"] {
      var asked: [String] = []
      _ = try Profile(parsing: "file:\(path)") {
        asked.append($0)
        return "1"
      }
      #expect(asked == [path])
    }
  }

  @Test("A line that holds no number is named with its number, blank lines counted")
  func malformedLine() throws {
    for (text, line, word) in [
      ("x\n", 1, "x"), ("5\nfive\n", 2, "five"), ("\n\n5\n\n3,5\n", 5, "3,5"),
      ("5\r\n\r\n1 2\r\n", 3, "1 2"), ("1\nnan\n", 2, "nan"), ("1\n2\n1e999", 3, "1e999"),
    ] {
      let error = #expect(throws: SettingError.self, "\(text.debugDescription)") {
        _ = try Profile(parsing: "file:s.txt") { _ in text }
      }
      #expect(error?.field == .profiles)
      #expect(error?.value == "file:s.txt")
      #expect(error?.problem == "holds '\(word)' on line \(line), which is no finite number")
    }
  }

  @Test("A file without a value is refused")
  func empty() {
    for text in ["", "\n", " \r\n\t\n"] {
      let error = #expect(throws: SettingError.self) {
        _ = try Profile(parsing: "file:s.txt") { _ in text }
      }
      #expect(error?.problem == "holds no value")
    }
  }

  @Test("A file with more values than any shape has is refused")
  func tooMany() throws {
    let most = Shape.longestSide
    let full = try Profile(parsing: "file:s.txt") { _ in
      String(repeating: "1\n", count: most)
    }
    #expect(full.count == most)
    let error = #expect(throws: SettingError.self) {
      _ = try Profile(parsing: "file:s.txt") { _ in String(repeating: "1\n", count: most + 1) }
    }
    #expect(error?.problem == "holds more than \(most) values")
  }

  @Test("What reading the file throws is passed on")
  func unreadable() {
    struct NoSuchFile: Error, Equatable {}
    #expect(throws: NoSuchFile()) {
      _ = try Profile(parsing: "file:gone.txt") { _ in throw NoSuchFile() }
    }
  }

  @Test("No file is read for a profile that names none")
  func noFile() throws {
    for text in ["style", "facts", "flat:1", "linear:5:1:2"] {
      _ = try Profile(parsing: text) { path in
        Issue.record("\(text) read \(path)")
        return ""
      }
    }
  }
}
