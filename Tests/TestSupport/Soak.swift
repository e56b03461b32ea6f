import Foundation

/// Loops that `make test` shortens and `make soak` runs in full.
///
/// A suite with loops has the word `Soak` in its type's name, by which `make soak` finds it.
package enum Soak {
  /// Whether loops run in full.
  package static let isOn = ProcessInfo.processInfo.environment["LORABOOK_SOAK"]?.isEmpty == false

  /// Number of rounds.
  ///
  /// - Parameters:
  ///   - short: in `make test`.
  ///   - whole: in `make soak`.
  package static func rounds(short: Int, whole: Int) -> Int { isOn ? whole : short }

  /// Reports the counts of a full loop.
  package static func report(_ counts: String) {
    if isOn { FileHandle.standardError.write(Data("soak: \(counts)\n".utf8)) }
  }
}
