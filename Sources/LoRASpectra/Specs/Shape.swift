/// The shape of a weight update ΔW ∈ ℝ^(d×k).
package struct Shape: Hashable, Sendable, CustomStringConvertible {
  /// Rows.
  package var d: Int
  /// Columns.
  package var k: Int

  package init(d: Int, k: Int) {
    self.d = d
    self.k = k
  }

  /// min(d, k), the number of singular values of an update.
  package var span: Int { min(d, k) }

  /// max(d, k).
  package var longer: Int { max(d, k) }

  /// `64x64`.
  package var description: String { "\(d)x\(k)" }

  /// The longest side accepted for an update measured elsewhere, for which nothing is computed
  /// here: an embedding has a row for each of a model's tokens.
  package static let longestSideElsewhere = Int(Int32.max)

  /// The longest side accepted for an update computed here: LAPACK's integers are 32 bits wide, and
  /// at this side one factor takes 8 GB.
  package static let longestSide = 32_768

  /// Parses `DxK`, both sides from 1 to ``longestSide``, or ``longestSideElsewhere``.
  ///
  /// - Parameter isElsewhere: whether the update was measured elsewhere.
  /// - Throws: `SettingError` for any other text.
  package init(parsing text: String, isElsewhere: Bool = false) throws {
    let longest = isElsewhere ? Shape.longestSideElsewhere : Shape.longestSide
    let sides = text.split(separator: "x", omittingEmptySubsequences: false)
    guard sides.count == 2, let d = Int(sides[0]), let k = Int(sides[1]) else {
      throw SettingError(
        .shapes, text, "is not a shape", remedy: "Write rows x columns, such as 64x64 or 96x32")
    }
    for side in [d, k] {
      guard side >= 1 else {
        throw SettingError(
          .shapes, text, "has a side below 1", remedy: "Give both sides at least 1, such as 64x64")
      }
      guard side <= longest else {
        guard !isElsewhere else {
          throw SettingError(
            .shapes, text, "is too big to be meant",
            remedy: "Keep both sides at or below \(longest)")
        }
        let bytes = 8 * Double(side) * Double(side)
        throw SettingError(
          .shapes, text,
          "is too big to be meant: one factor of side \(side) alone would take \(byteText(bytes))",
          remedy: "Keep both sides at or below \(longest)")
      }
    }
    self.init(d: d, k: k)
  }
}

/// A size for a message: `1.2 GB`.
package func byteText(_ bytes: Double) -> String {
  let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
  var value = bytes
  var unit = 0
  while value >= 1000, unit + 1 < units.count {
    value /= 1000
    unit += 1
  }
  let rounded = value < 10 ? (value * 10).rounded() / 10 : value.rounded()
  return "\(rounded.shortestText) \(units[unit])"
}
