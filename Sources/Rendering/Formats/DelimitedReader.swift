import Glibc

/// Reads CSV and similar formats record by record, by the rules of `DelimitedWriter`: RFC 4180
/// quoting, UTF-8. A byte-order mark, CRLF and empty lines are accepted; nothing else is guessed.
///
/// The first record names the columns, and all others must have as many fields. Memory does not
/// grow with the length of the text.
package final class DelimitedReader {
  /// Fills some of the given bytes and returns their number; 0 at the end.
  package typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

  /// The longest record accepted, in bytes: a longer one most likely has an unclosed quote.
  package static let longestRecord = 1 << 20

  /// The delimiters that are detected in a header.
  package static let usualDelimiters = [
    UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"),
  ]

  /// A field's range in ``bytes``, without its quotes.
  private struct Field {
    var start: Int
    var end: Int
    var isQuoted: Bool
    /// Whether doubled quotes were replaced, so that the text is in ``unquoted``.
    var isRewritten: Bool
  }

  private let source: Source
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  /// Fields with their doubled quotes replaced, each at its place in ``bytes``.
  private let unquoted: UnsafeMutableBufferPointer<UInt8>
  private var filled = 0
  private var isAtEnd = false
  /// The current record, and the bytes after it.
  private var start = 0
  private var end = 0
  private var fields: ContiguousArray<Field> = []
  private var delimiter: UInt8?
  private var columns: Int?
  private var hasQuotes = false
  private var hasBegun = false
  /// The line on which the record begins, from 1.
  private var line = 1

  /// - Parameters:
  ///   - delimiter: one byte of ASCII; nil to take the first usual one that the header contains.
  ///   - longest: largest number of bytes of a record, at least 4.
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

  /// Moves to the next record; its fields stay valid until the next call.
  ///
  /// - Returns: false after the last one.
  /// - Throws: `DelimitedError`, errors of the source.
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
      // An empty line is a record only if records have one field.
      if fields.count == 1, fields[0].start == fields[0].end, !hasQuotes, columns != 1 { continue }
      if let columns, fields.count != columns {
        throw error(.fieldCount(fields.count, expected: columns), at: start)
      }
      columns = fields.count
      return true
    }
  }

  /// Number of fields of the record: as many as in the first one.
  package var fieldCount: Int { fields.count }

  /// The bytes of a field, without its quoting; valid until the next record is read.
  package func field(_ index: Int) -> UnsafeRawBufferPointer {
    let field = fields[index]
    let held = field.isRewritten ? unquoted : bytes
    return UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: held[field.start..<field.end]))
  }

  /// A field's text.
  ///
  /// - Throws: `DelimitedError` if it is not UTF-8.
  package func text(_ index: Int) throws -> String {
    guard let text = String(validating: field(index), as: UTF8.self) else {
      throw error(.notUTF8, at: fields[index].start)
    }
    return text
  }

  /// The place where a field begins: its line and, in characters, its column, both from 1.
  package func position(of index: Int) -> (line: Int, column: Int) {
    position(at: fields[index].start - (fields[index].isQuoted ? 1 : 0))
  }
}

private let quote = UInt8(ascii: "\"")
private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

extension DelimitedReader {
  /// Skips a byte-order mark and finds the delimiter, once the header's line is in memory.
  private func begin() throws {
    while filled < 2, !isAtEnd { try fill() }
    if filled >= 2, Set([bytes[0], bytes[1]]) == [0xff, 0xfe] {
      throw DelimitedError(problem: .utf16, line: 1, column: 1, value: "")
    }
    while filled < 3, !isAtEnd { try fill() }
    if filled >= 3, bytes[..<3].elementsEqual([0xef, 0xbb, 0xbf]) { (start, end) = (3, 3) }
    guard delimiter == nil else { return }
    // Empty lines may come before it.
    func header() -> Slice<UnsafeMutableBufferPointer<UInt8>> {
      bytes[start..<filled].drop { $0 == newline || $0 == carriageReturn }
    }
    while !header().contains(newline), !isAtEnd { try fill() }
    delimiter =
      header().prefix { $0 != newline }.first { DelimitedReader.usualDelimiters.contains($0) }
      ?? DelimitedReader.usualDelimiters[0]
  }

  /// Moves the record to the front of the buffer and reads on after it.
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
  /// - Returns: false if its end must still be read.
  private func scan() throws -> Bool {
    let delimiter = delimiter ?? DelimitedReader.usualDelimiters[0]
    let most = columns ?? Int.max
    let filled = filled
    // A local array, as each access to a class's array is checked.
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
  /// - Returns: the offset after its closing quote; nil if that must still be read.
  private func scanQuoted(
    _ opening: Int, into fields: inout ContiguousArray<Field>
  ) throws -> Int? {
    hasQuotes = true
    var from = opening + 1
    var isDoubled = false
    while true {
      guard let closing = bytes[from..<filled].firstIndex(of: quote) else {
        if isAtEnd { throw error(.openQuote, at: opening, from: opening + 1) }
        // If the record turns out too long, this field is where it went wrong.
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

  /// Copies a field with every doubled quote replaced by one.
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
      // Continuation bytes of a character are not counted (RFC 3629).
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
