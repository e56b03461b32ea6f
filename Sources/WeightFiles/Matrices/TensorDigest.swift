import CNettle
import LoRASpectra

/// The SHA-256 of tensors: of each its type and shape in a line, `F32 32x4`, and its elements row by row, as
/// little-endian bytes.
package struct TensorDigest {
  private var state = sha256_ctx()

  init() { nettle_sha256_init(&state) }

  /// The digest of some matrices, one after the other, in 64 lower-case hexadecimal digits.
  ///
  /// - Throws: `WeightFileError`.
  package static func sha256(_ matrices: StoredMatrix...) throws -> String {
    var digest = TensorDigest()
    for matrix in matrices { try digest.add(matrix) }
    return digest.text()
  }

  /// The digest of a text.
  static func sha256(of text: String) -> String {
    var digest = TensorDigest()
    let bytes = Array(text.utf8)
    nettle_sha256_update(&digest.state, bytes.count, bytes)
    return digest.text()
  }

  private mutating func add(_ matrix: StoredMatrix) throws {
    let sides = matrix.dimensions.map(String.init).joined(separator: "x")
    let line = Array("\(matrix.format.rawValue) \(sides)\n".utf8)
    nettle_sha256_update(&state, line.count, line)
    let width = matrix.shape.k * matrix.format.byteCount
    let height = min(max(1, (1 << 20) / width), matrix.shape.d)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: height * width, alignment: 16)
    defer { buffer.deallocate() }
    for start in stride(from: 0, to: matrix.shape.d, by: height) {
      let rows = start..<min(start + height, matrix.shape.d)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(rows.count * width)])
      try matrix.readElements(rows: rows, columns: 0..<matrix.shape.k, into: bytes)
      nettle_sha256_update(&state, bytes.count, bytes.baseAddress)
    }
  }

  private mutating func text() -> String {
    var bytes = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
    nettle_sha256_digest(&state, bytes.count, &bytes)
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
