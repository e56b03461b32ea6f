import Foundation

/// Loops that `make test` runs shortened and `make soak` whole.
///
/// A suite that loops has the word `Soak` in its type's name, by which `make soak` finds it.
package enum Soak {
  /// Whether loops run whole.
  package static let isOn = ProcessInfo.processInfo.environment["LORABOOK_SOAK"]?.isEmpty == false

  /// How often to go round.
  ///
  /// - Parameters:
  ///   - short: in `make test`.
  ///   - whole: in `make soak`.
  package static func rounds(short: Int, whole: Int) -> Int { isOn ? whole : short }

  /// Says what a whole loop went through.
  package static func report(_ counts: String) {
    if isOn { FileHandle.standardError.write(Data("soak: \(counts)\n".utf8)) }
  }
}
