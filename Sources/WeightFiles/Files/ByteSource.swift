/// Bytes that are read piece by piece, from any thread.
package protocol ByteSource: AnyObject, Sendable {
  /// What a message calls it: the file's name.
  var name: String { get }
  /// How many bytes there are.
  var count: Int { get }

  /// Fills a buffer with the bytes from an offset on.
  ///
  /// - Throws: `WeightFileError` where there are fewer, or where they cannot be read.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(WeightFileError)
}

extension ByteSource {
  /// The bytes from an offset on.
  ///
  /// - Throws: as ``read(into:at:)``.
  func bytes(at offset: Int, count: Int) throws(WeightFileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // The closure cannot throw an error of a type.
    var failure: WeightFileError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(WeightFileError) {
        try read(into: buffer, at: offset)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Whether it begins with some bytes.
  func begins(with bytes: [UInt8]) throws(WeightFileError) -> Bool {
    guard count >= bytes.count else { return false }
    return try self.bytes(at: 0, count: bytes.count) == bytes
  }
}

/// Bytes in memory.
package final class MemoryBytes: ByteSource {
  package let name: String
  private let contents: [UInt8]

  package init(_ contents: [UInt8], name: String) {
    self.contents = contents
    self.name = name
  }

  package var count: Int { contents.count }

  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(WeightFileError) {
    guard offset >= 0, offset <= count, buffer.count <= count - offset else {
      throw WeightFileError(
        .malformed, name, "ends at byte \(count), before byte \(offset) + \(buffer.count)",
        remedy: "Copy or download it again")
    }
    contents.withUnsafeBytes {
      buffer.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: $0[offset..<(offset + buffer.count)]))
    }
  }
}
