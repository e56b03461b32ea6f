import Glibc

/// Reads CSV and its relatives a record at a time, by the rules that `DelimitedWriter` writes by: RFC 4180
/// quoting, UTF-8. A byte-order mark, CRLF and empty lines are taken; nothing else is guessed at.
///
/// The first record names the columns, and every other one must be as long. Memory stays the same whatever
/// the length of the text.
package final class DelimitedReader {
  /// Fills some of the given bytes and says how many; 0 at the end.
  package typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

  /// A record of more bytes was not meant: most likely a quote is not closed.
  package static let longestRecord = 1 << 20

  /// What a delimiter is looked for among, in a header that is read without one.
  package static let usualDelimiters = [
    UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"),
  ]

  /// A field's place in ``bytes``, without its quotes.
  private struct Field {
    var start: Int
    var end: Int
    var isQuoted: Bool
    /// Whether doubled quotes were taken out, so that the text stands in ``unquoted``.
    var isRewritten: Bool
  }

  private let source: Source
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  /// Fields that hold quotes, without the doubling, each at its place in ``bytes``.
  private let unquoted: UnsafeMutableBufferPointer<UInt8>
  private var filled = 0
  private var isAtEnd = false
  /// The record in hand, and what is behind it.
  private var start = 0
  private var end = 0
  private var fields: ContiguousArray<Field> = []
  private var delimiter: UInt8?
  private var columns: Int?
  private var hasQuotes = false
  private var hasBegun = false
  /// The line that the record begins on, from 1.
  private var line = 1

  /// - Parameters:
  ///   - delimiter: one byte of ASCII; nil to take the first usual one that the header holds.
  ///   - longest: how many bytes a record may have, at least 4.
  package init(
    delimiter: UInt8?, longest: Int = DelimitedReader.longestRecord, source: @escaping Source
  ) {
    self.delimiter = delimiter
    self.source = source
    bytes = .allocate(capacity: max(4, longest))
    unquoted = .allocate(capacity: max(4, longest))
  }

  deinit {
    bytes.deallocate()
    unquoted.deallocate()
  }

  /// Goes to the next record; its fields stay until the one after.
  ///
  /// - Returns: false behind the last one.
  /// - Throws: `DelimitedError`, and what the source throws.
  package func next() throws -> Bool {
    while true {
      if hasQuotes {
        line += bytes[start..<end].count { $0 == newline }
      } else if end > start {
        line += 1
      }
      start = end
      if !hasBegun {
        try begin()
        hasBegun = true
      }
      while try !scan() { try fill() }
      if end == start { return false }
      // An empty line is a record only where a record is one field.
      if fields.count == 1, fields[0].start == fields[0].end, !hasQuotes, columns != 1 { continue }
      if let columns, fields.count != columns {
        throw error(.fieldCount(fields.count, expected: columns), at: start)
      }
      columns = fields.count
      return true
    }
  }

  /// How many fields the record has: as many as the first one.
  package var fieldCount: Int { fields.count }

  /// The bytes of a field, without its quoting; there until the next record is read.
  package func field(_ index: Int) -> UnsafeRawBufferPointer {
    let field = fields[index]
    let held = field.isRewritten ? unquoted : bytes
    return UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: held[field.start..<field.end]))
  }

  /// A field's text.
  ///
  /// - Throws: `DelimitedError` where it is no UTF-8.
  package func text(_ index: Int) throws -> String {
    guard let text = String(validating: field(index), as: UTF8.self) else {
      throw error(.notUTF8, at: fields[index].start)
    }
    return text
  }

  /// Where a field begins: its line and, in characters, its column, both from 1.
  package func position(of index: Int) -> (line: Int, column: Int) {
    position(at: fields[index].start - (fields[index].isQuoted ? 1 : 0))
  }
}

private let quote = UInt8(ascii: "\"")
private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

extension DelimitedReader {
  /// Leaves out a byte-order mark and finds the delimiter, once the header's line is there.
  private func begin() throws {
    while filled < 2, !isAtEnd { try fill() }
    if filled >= 2, Set([bytes[0], bytes[1]]) == [0xff, 0xfe] {
      throw DelimitedError(problem: .utf16, line: 1, column: 1, value: "")
    }
    while filled < 3, !isAtEnd { try fill() }
    if filled >= 3, bytes[..<3].elementsEqual([0xef, 0xbb, 0xbf]) { (start, end) = (3, 3) }
    guard delimiter == nil else { return }
    // Empty lines may go before it.
    func header() -> Slice<UnsafeMutableBufferPointer<UInt8>> {
      bytes[start..<filled].drop { $0 == newline || $0 == carriageReturn }
    }
    while !header().contains(newline), !isAtEnd { try fill() }
    delimiter =
      header().prefix { $0 != newline }.first { DelimitedReader.usualDelimiters.contains($0) }
      ?? DelimitedReader.usualDelimiters[0]
  }

  /// Moves the record to the front and reads on behind it.
  private func fill() throws {
    guard start > 0 || filled < bytes.count else {
      throw error(.tooLong, at: hasQuotes ? (fields.last?.end ?? 0) : 0)
    }
    if start > 0, let base = bytes.baseAddress {
      memmove(base, base + start, filled - start)
      filled -= start
      (start, end) = (0, 0)
    }
    let free = UnsafeMutableBufferPointer(rebasing: bytes[filled...])
    let read = min(try source(UnsafeMutableRawBufferPointer(free)), free.count)
    filled += read
    isAtEnd = read == 0
  }

  /// Finds the fields of the record that begins at ``start``.
  ///
  /// - Returns: false where its end has yet to be read.
  private func scan() throws -> Bool {
    let delimiter = delimiter ?? DelimitedReader.usualDelimiters[0]
    let most = columns ?? Int.max
    let filled = filled
    // Held here while they are found: an access to a class's array is checked each time.
    var fields: ContiguousArray<Field> = []
    swap(&fields, &self.fields)
    defer { swap(&fields, &self.fields) }
    fields.removeAll(keepingCapacity: true)
    hasQuotes = false
    end = start
    guard start < filled else { return isAtEnd }
    var at = start
    while true {
      guard fields.count < most else {
        throw error(.fieldCount(fields.count + 1, expected: most), at: at, from: start)
      }
      if at < filled, bytes[at] == quote {
        guard let behind = try scanQuoted(at, into: &fields) else { return false }
        at = behind
      } else {
        let first = at
        while at < filled {
          let byte = bytes[at]
          if byte == delimiter || byte == newline || byte == carriageReturn || byte == quote {
            break
          }
          at += 1
        }
        guard at < filled || isAtEnd else { return false }
        if at < filled, bytes[at] == quote { throw error(.strayQuote, at: at, from: first) }
        fields.append(Field(start: first, end: at, isQuoted: false, isRewritten: false))
      }
      guard at < filled else {
        end = at
        return true
      }
      switch bytes[at] {
      case delimiter: at += 1
      case newline:
        end = at + 1
        return true
      case carriageReturn:
        guard at + 1 < filled || isAtEnd else { return false }
        guard at + 1 == filled || bytes[at + 1] == newline else {
          throw error(.strayReturn, at: at, from: fields.last?.start)
        }
        end = min(at + 2, filled)
        return true
      default: throw error(.textBehindQuote, at: at, from: at)
      }
    }
  }

  /// Finds the end of the quoted field that begins at an offset.
  ///
  /// - Returns: the offset behind its closing quote; nil where that has yet to be read.
  private func scanQuoted(
    _ opening: Int, into fields: inout ContiguousArray<Field>
  ) throws -> Int? {
    hasQuotes = true
    var from = opening + 1
    var isDoubled = false
    while true {
      guard let closing = bytes[from..<filled].firstIndex(of: quote) else {
        if isAtEnd { throw error(.openQuote, at: opening, from: opening + 1) }
        // Where the record turns out too long, this is what began it.
        fields.append(
          Field(start: opening, end: opening, isQuoted: true, isRewritten: false))
        return nil
      }
      guard closing + 1 < filled || isAtEnd else { return nil }
      if closing + 1 < filled, bytes[closing + 1] == quote {
        isDoubled = true
        from = closing + 2
        continue
      }
      var field = Field(start: opening + 1, end: closing, isQuoted: true, isRewritten: isDoubled)
      if isDoubled { field.end = halveQuotes(in: field.start..<closing) }
      fields.append(field)
      return closing + 1
    }
  }

  /// Copies a field with every doubled quote once.
  ///
  /// - Returns: the end of the copy.
  private func halveQuotes(in range: Range<Int>) -> Int {
    var to = range.lowerBound
    var from = range.lowerBound
    while from < range.upperBound {
      unquoted[to] = bytes[from]
      to += 1
      from += bytes[from] == quote ? 2 : 1
    }
    return to
  }

  private func position(at offset: Int) -> (line: Int, column: Int) {
    let before = bytes[start..<max(start, offset)]
    let lineStart = before.lastIndex(of: newline).map { $0 + 1 } ?? start
    return (
      line + before.count { $0 == newline },
      // Bytes that go on with a character are not counted (RFC 3629).
      1 + bytes[lineStart..<max(lineStart, offset)].count { $0 & 0xc0 != 0x80 }
    )
  }

  private func error(
    _ problem: DelimitedError.Problem, at offset: Int, from first: Int? = nil
  ) -> DelimitedError {
    let (line, column) = position(at: offset)
    let value = bytes[(first ?? offset)..<max(first ?? offset, min(filled, offset + 40))]
      .prefix { $0 != newline && $0 != carriageReturn }
    return DelimitedError(
      problem: problem, line: line, column: column,
      value: String(decoding: value, as: UTF8.self))
  }
}
