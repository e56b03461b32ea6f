import CNettle
import LoRASpectra

/// The uuid of a sweep that follows from what is computed, so that shards of one grid are one sweep
/// wherever they are begun.
package enum SweepIdentity {
  /// The uuid of a grid; the generator of updates counts as well.
  ///
  /// - Parameters:
  ///   - source: the command, such as `sweep`.
  ///   - canonical: the grid's canonical text, without name, tags and note.
  ///   - profiles: the profiles, whose definitions count, as labels may stand for files.
  /// - Returns: version 8 of RFC 9562: the first bits of a SHA-256.
  package static func uuid(
    source: String, canonical: String, profiles: [Profile]
  ) -> String {
    let parts = [source, NumPyLegacyNormals.name, canonical] + profiles.map(\.definition)
    // Each with its length, so that no two lists of parts are one text.
    let text = parts.map { "\($0.utf8.count):\($0)" }.joined(separator: "\n")
    var digest = sha256(Array(text.utf8))
    digest[6] = digest[6] & 0x0f | 0x80
    digest[8] = digest[8] & 0x3f | 0x80
    let digits = digest.prefix(16).map { byte in
      let hex = String(byte, radix: 16)
      return hex.count == 1 ? "0" + hex : hex
    }
    return [digits[0..<4], digits[4..<6], digits[6..<8], digits[8..<10], digits[10..<16]]
      .map { $0.joined() }.joined(separator: "-")
  }

  private static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var context = sha256_ctx()
    nettle_sha256_init(&context)
    nettle_sha256_update(&context, bytes.count, bytes)
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
    nettle_sha256_digest(&context, digest.count, &digest)
    return digest
  }
}
