import Glibc

/// The lines of a stream that is read in pieces.
final class LineBuffer {
  /// A longer line cannot be meant.
  static let longest = 1 << 22
  /// Room for a piece.
  private static let piece = 1 << 16

  private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 1)
  /// Where the line begins that is next, and where the bytes end.
  private var start = 0
  private var end = 0
  /// Where a line's end is looked for next.
  private var searched = 0
  /// Number of lines that were taken.
  private(set) var number = 0
  /// Whether the line that is not ended yet is longer than any can be.
  var isTooLong: Bool { end - start > LineBuffer.longest }

  deinit { bytes.deallocate() }

  /// Reads the next piece.
  ///
  /// - Parameter read: fills a part of the bytes, and says how many.
  /// - Returns: whether there were any.
  func fill(_ read: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> Bool {
    makeRoom()
    let count = try read(UnsafeMutableRawBufferPointer(rebasing: bytes[end...]))
    end += count
    return count > 0
  }

  private func makeRoom() {
    guard bytes.count - end < LineBuffer.piece else { return }
    var room = bytes
    if end - start > bytes.count / 2 {
      room = .allocate(byteCount: bytes.count * 2, alignment: 1)
    }
    if let target = room.baseAddress, let source = bytes.baseAddress {
      memmove(target, source + start, end - start)
    }
    if room.baseAddress != bytes.baseAddress {
      bytes.deallocate()
      bytes = room
    }
    searched -= start
    end -= start
    start = 0
  }

  /// Passes the next whole line, without its end.
  ///
  /// - Returns: nil if there is none yet.
  func next<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result? {
    guard let base = bytes.baseAddress, let found = memchr(base + searched, 10, end - searched)
    else {
      searched = end
      return nil
    }
    return try pass(upTo: found - base, next: found - base + 1, body)
  }

  /// Passes what follows the last line end.
  ///
  /// - Returns: nil if there is nothing.
  func rest<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result? {
    start < end ? try pass(upTo: end, next: end, body) : nil
  }

  private func pass<Result>(
    upTo lineEnd: Int, next: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    let line = UnsafeRawBufferPointer(rebasing: bytes[start..<lineEnd])
    start = next
    searched = next
    number += 1
    return try body(line)
  }
}

extension UnsafeRawBufferPointer {
  /// Whether there is nothing but blanks.
  var isBlank: Bool { allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 } }

  /// Without a byte-order mark at the start.
  var withoutMark: UnsafeRawBufferPointer {
    starts(with: [0xef, 0xbb, 0xbf]) ? UnsafeRawBufferPointer(rebasing: dropFirst(3)) : self
  }
}
