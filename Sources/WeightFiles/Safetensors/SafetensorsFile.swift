import JSONText
import LoRASpectra

/// A safetensors file whose header was checked by the format's rules before a byte of it is used
/// (github.com/huggingface/safetensors, README, "Format").
///
/// Refused beyond what safetensors 0.8.0 refuses: a tensor or a metadata key that is there twice, and a tensor that
/// is given as a list.
package struct SafetensorsFile: Sendable {
  /// The tensors, in the header's order.
  package let table: TensorTable
  /// The texts under `__metadata__`.
  package let metadata: [String: String]
  private let source: any ByteSource
  private let dataStart: Int

  /// A header may have 100 MB, as for the reference.
  static let longestHeader = 100_000_000

  /// Opens a file.
  ///
  /// - Throws: `WeightFileError`.
  package init(_ path: String) throws { try self.init(FileBytes(path)) }

  /// Reads the header of bytes that are there already.
  ///
  /// - Throws: `WeightFileError`.
  package init(_ source: any ByteSource) throws {
    func refused(_ problem: String) -> WeightFileError {
      WeightFileError(
        .malformed, source.name, problem,
        remedy: "Download it again, or save it again with safetensors")
    }
    guard source.count >= 8 else {
      throw refused("has \(source.count) bytes, less than the length of a header takes")
    }
    let start = try source.bytes(at: 0, count: 8)
    let length = start.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(SafetensorsFile.longestHeader) else {
      if let foreign = try foreignFormat(of: source) { throw foreign }
      throw refused(
        "has a header of \(length) bytes, beyond the \(SafetensorsFile.longestHeader) that one may have"
      )
    }
    dataStart = 8 + Int(length)
    guard dataStart <= source.count else {
      if let foreign = try foreignFormat(of: source) { throw foreign }
      throw refused("has a header of \(length) bytes, which is longer than the file")
    }
    var header = SafetensorsHeader()
    do {
      let text = try source.bytes(at: 8, count: Int(length))
      guard String.isUTF8(text) else { throw refused("has a header that is no UTF-8") }
      try text.withUnsafeBytes { try readJSON($0) { try header.take($0) } }
    } catch let refusal as SafetensorsHeader.Refusal {
      throw refused(refusal.problem)
    } catch let error as JSONError {
      throw refused("has a header that is no JSON: \(error.reason)")
    }
    table = header.table
    metadata = header.metadata
    self.source = source
    if let problem = SafetensorsFile.gap(in: table, bytes: source.count - dataStart) {
      throw refused(problem)
    }
  }

  /// The tensor at an index of the table.
  package subscript(index: Int) -> StoredTensor {
    let range = table.range(at: index)
    return StoredTensor(
      name: table.name(at: index), type: table.type(at: index),
      dimensions: Array(table.dimensions(at: index)), source: source,
      offset: dataStart + range.lowerBound, byteCount: range.count)
  }

  /// The file's name.
  package var name: String { source.name }

  /// The tensor of a name.
  package subscript(name: String) -> StoredTensor? { table.index(of: name).map { self[$0] } }

  /// What is wrong where the tensors' bytes do not follow each other from 0 to the file's end.
  private static func gap(in table: TensorTable, bytes: Int) -> String? {
    // By begin and then end, so that an empty tensor goes before what begins where it stands.
    let order = (0..<table.count).sorted {
      let (a, b) = (table.range(at: $0), table.range(at: $1))
      return (a.lowerBound, a.upperBound) < (b.lowerBound, b.upperBound)
    }
    var end = 0
    for index in order {
      let range = table.range(at: index)
      guard range.lowerBound == end else {
        let name = table.name(at: index).quoted
        return range.lowerBound > end
          ? "names a tensor \(name) at byte \(range.lowerBound), but nothing from \(end) up to there"
          : "names a tensor \(name) at byte \(range.lowerBound), which overlaps another up to \(end)"
      }
      end = range.upperBound
    }
    return end == bytes ? nil : "has \(bytes) bytes of tensors where its header names \(end)"
  }
}

extension String {
  /// Whether bytes are UTF-8.
  static func isUTF8(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      // ASCII, which nearly every header is, takes a fraction of the time.
      bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }
  }
}
