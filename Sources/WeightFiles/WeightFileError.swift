import LoRASpectra

/// A file of weights that cannot be read, or must not be.
package struct WeightFileError: Error, Equatable, CustomStringConvertible {
  /// What a caller may tell apart.
  package enum Kind: Equatable, Sendable {
    /// There is no such file.
    case missing
    /// The system does not give its bytes: an `errno`, or 0 where it ended before its time.
    case unreadable(code: Int32)
    /// It is not what its format asks for.
    case malformed
    /// It is whole, and of a kind that is not measured.
    case unsupported
  }

  /// What a caller may tell apart.
  package var kind: Kind
  /// The file, as it was named.
  package var file: String
  /// What is wrong with it; reads on from the quoted file: `has no header`.
  package var problem: String
  /// What to do; one sentence without its full stop.
  package var remedy: String

  init(_ kind: Kind, _ file: String, _ problem: String, remedy: String) {
    self.kind = kind
    self.file = file
    self.problem = problem
    self.remedy = remedy
  }

  package var description: String { "'\(file)' \(problem). \(remedy)." }
}

extension String {
  /// The text in quotes, shortened as a message needs it.
  var quoted: String { "'\(shortened(to: 80))'" }
}
