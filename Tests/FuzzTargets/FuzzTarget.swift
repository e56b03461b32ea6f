/// One parser, given any bytes: what libFuzzer calls a million times, and what the tests replay the corpus
/// through.
package struct FuzzTarget: Sendable {
  /// The name of its corpus.
  package let name: String
  /// Gives the parser the bytes.
  ///
  /// - Throws: `BrokenPromise` where what it makes of them is not what it promises.
  package let run: @Sendable (UnsafeRawBufferPointer) throws -> Void

  /// Every target, by name.
  package static let all = [
    FuzzTarget(name: "profile", run: profile),
    FuzzTarget(name: "list", run: list),
    FuzzTarget(name: "setting", run: setting),
    FuzzTarget(name: "spec", run: spec),
    FuzzTarget(name: "csv", run: csv),
    FuzzTarget(name: "run", run: run),
    FuzzTarget(name: "query", run: query),
    FuzzTarget(name: "sql", run: sql),
    FuzzTarget(name: "safetensors", run: safetensors),
    FuzzTarget(name: "npy", run: npy),
    FuzzTarget(name: "npz", run: npz),
    FuzzTarget(name: "shards", run: shards),
    FuzzTarget(name: "adapter", run: adapter),
    FuzzTarget(name: "pattern", run: pattern),
  ]
}

/// A parser did not keep what it promises.
package struct BrokenPromise: Error, CustomStringConvertible {
  /// What it did.
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Throws unless a promise was kept.
func promise(_ isKept: Bool, _ what: @autoclosure () -> String) throws {
  if !isKept { throw BrokenPromise(what()) }
}
