import LoRASpectra
import Rendering
import Testing

/// All records of a text that is read in pieces of a given length.
private func records(
  _ text: some Sequence<UInt8>, pieces: Int = .max, delimiter: UInt8? = UInt8(ascii: ",")
) throws -> [[String]] {
  let reader = reader(of: text, pieces: pieces, delimiter: delimiter)
  var records: [[String]] = []
  while try reader.next() {
    records.append(try (0..<reader.fieldCount).map { try reader.text($0) })
  }
  return records
}

private func reader(
  of text: some Sequence<UInt8>, pieces: Int = .max, delimiter: UInt8? = UInt8(ascii: ",")
) -> DelimitedReader {
  var rest = Array(text)[...]
  return DelimitedReader(delimiter: delimiter) { free in
    let piece = rest.prefix(min(pieces, free.count))
    free.copyBytes(from: piece)
    rest = rest.dropFirst(piece.count)
    return piece.count
  }
}

@Suite("A CSV reader")
struct DelimitedReaderTests {
  @Test(
    "takes what RFC 4180 allows, and no more than it",
    arguments: [
      ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
      ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
      ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
      ("a,b\r\n1,2\r", [["a", "b"], ["1", "2"]]),
      ("\u{feff}a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
      ("\u{feff}\"a\",b\n1,2\n", [["a", "b"], ["1", "2"]]),
      ("a,b\n\n1,2\n\r\n\n", [["a", "b"], ["1", "2"]]),
      ("a,b\n,\n", [["a", "b"], ["", ""]]),
      ("a,b\n1,", [["a", "b"], ["1", ""]]),
      ("a\n\n1\n", [["a"], [""], ["1"]]),
      ("a\n\"\"\n", [["a"], [""]]),
      ("a,b\n\"1,\n2\",\"\"\"\"\n", [["a", "b"], ["1,\n2", "\""]]),
      ("a,b\n\"\"\"x\"\"\",\"\"\n", [["a", "b"], ["\"x\"", ""]]),
      ("a,b\n\"\r\n\",\"σ\"", [["a", "b"], ["\r\n", "σ"]]),
      ("a,b\n x , y \n", [["a", "b"], [" x ", " y "]]),
      ("", []), ("\n\n", []), ("\u{feff}", []), ("\u{feff}\n", []), ("\u{feff}\r\n\r\n", []),
      ("\u{feff}\r\na,b\n1,2\n", [["a", "b"], ["1", "2"]]),
      ("\n\n\u{feff}a,b\n1,2\n", [["\u{feff}a", "b"], ["1", "2"]]),
    ])
  func records(text: String, expected: [[String]]) throws {
    for length in [1, 2, 3, 7, .max] {
      #expect(try RenderingTests.records(text.utf8, pieces: length) == expected)
    }
  }

  @Test("gives back what the writer wrote, however it arrives", arguments: [1, 5, 1000, .max])
  func roundTrip(length: Int) throws {
    let pieces = [",", "\"", "\n", "\r", "\r\n", "a", "", "é", "e\u{301}", "\t", "'", "=1", "🧪"]
    var rows: [[String]] = []
    for first in pieces {
      for second in pieces { rows.append([first + second, "x" + first, second + first + second]) }
    }
    for (format, delimiter) in [(OutputFormat.csv, ","), (.tsv, "\t")] {
      let text = try rendered(format, ["a", "b", "c"], rows.map { $0.map(Value.text) })
      let read = try RenderingTests.records(
        text.utf8, pieces: length, delimiter: delimiter.utf8.first)
      // By bytes: for Swift the two é are equal.
      #expect(
        read.dropFirst().map { $0.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } }
      )
    }
  }

  @Test("finds the usual delimiters in the header", arguments: [",", ";", "\t"])
  func delimiters(delimiter: String) throws {
    let text = "a\(delimiter)b\n1.5\(delimiter)x\n"
    let expected = [["a", "b"], ["1.5", "x"]]
    #expect(try RenderingTests.records(text.utf8, delimiter: nil) == expected)
    #expect(try RenderingTests.records(text.utf8, pieces: 1, delimiter: nil) == expected)
  }

  @Test(
    "says what is wrong, where, and with which value",
    arguments: [
      ("a,b\n1,x\"y\n", .strayQuote, 2, 4, "x\"y"),
      ("a,b\n\"1\"x,2\n", .textBehindQuote, 2, 4, "x,2"),
      ("a,b\n1,2\n\"σ\n\",\"x\n1,2\n", .openQuote, 4, 3, "x"),
      ("a,b\n1,2\r3,4\n", .strayReturn, 2, 4, "2"),
      ("a,b\n1\n", .fieldCount(1, expected: 2), 2, 1, "1"),
      ("a,b\n1,2,3\n", .fieldCount(3, expected: 2), 2, 5, "1,2,3"),
      ("a,b\n\"\n\n\",2\n\n1,2,\n", .fieldCount(3, expected: 2), 6, 5, "1,2,"),
      ("é,b\n\"x\n試験\",\"y\"\"\"z\n", .textBehindQuote, 3, 10, "z"),
    ] as [(String, DelimitedError.Problem, Int, Int, String)])
  func errors(
    text: String, problem: DelimitedError.Problem, line: Int, column: Int, value: String
  ) {
    for length in [1, 4, .max] {
      let error = #expect(throws: DelimitedError.self) {
        try RenderingTests.records(text.utf8, pieces: length)
      }
      #expect(error?.problem == problem)
      #expect(error?.line == line)
      #expect(error?.column == column)
      #expect(length < .max || error?.value == value)
    }
  }

  @Test("names the encoding of a text that is not UTF-8")
  func encodings() throws {
    let utf16: [UInt8] = [0xff, 0xfe, 0x61, 0, 0x0a, 0]
    #expect(throws: DelimitedError(problem: .utf16, line: 1, column: 1, value: "")) {
      try RenderingTests.records(utf16)
    }
    let latin = Array("a,b\n1,".utf8) + [0xe9, 0x0a]
    let error = #expect(throws: DelimitedError.self) { try RenderingTests.records(latin) }
    #expect(error?.problem == .notUTF8)
    #expect(error?.line == 2)
    #expect(error?.column == 3)
  }

  @Test("ends with a record too long to be meant, and points at the quote that began it")
  func tooLong() throws {
    let long = String(repeating: "0123456789\n", count: 200_000)
    let open = #expect(throws: DelimitedError.self) {
      try RenderingTests.records("a,b\n1,\"\(long)".utf8)
    }
    #expect(open?.problem == .tooLong)
    #expect(open?.line == 2)
    #expect(open?.column == 3)
    let line = #expect(throws: DelimitedError.self) {
      try RenderingTests.records("a,b\n1,2\n\(long.filter { $0 != "\n" })".utf8)
    }
    #expect(line?.problem == .tooLong)
    #expect(line?.line == 3)
    let field = String(repeating: "x", count: DelimitedReader.longestRecord - 8)
    #expect(
      try RenderingTests.records("a,b\n1,\"\(field)\"\n1,2".utf8) == [
        ["a", "b"], ["1", field], ["1", "2"],
      ])
  }

  @Test("says where each field begins")
  func positions() throws {
    let reader = reader(of: "é,\"b\",c\n\"1\n2\",\"x\"\"y\",z\n".utf8)
    #expect(try reader.next())
    #expect(reader.position(of: 1) == (1, 3))
    #expect(try reader.next())
    #expect(reader.position(of: 0) == (2, 1))
    #expect(reader.position(of: 1) == (3, 4))
    #expect(reader.position(of: 2) == (3, 11))
  }

  @Test("reads numbers of a hundred thousand lines with one buffer")
  func flat() throws {
    var left = 100_000
    let reader = DelimitedReader(delimiter: nil) { free in
      let line = Array("123,0.25,\"x\"\"y\"\n".utf8)
      let count = min(left, free.count / line.count)
      for index in 0..<count {
        UnsafeMutableRawBufferPointer(rebasing: free[(index * line.count)...])
          .copyBytes(from: line)
      }
      left -= count
      return count * line.count
    }
    var count = 0
    while try reader.next() { count += reader.field(2).count }
    #expect(count == 300_000)
  }
}
