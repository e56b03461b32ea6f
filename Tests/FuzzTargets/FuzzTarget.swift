/// A parser for any bytes: libFuzzer calls it millions of times, and the tests replay the corpus
/// with it.
package struct FuzzTarget: Sendable {
  /// The name of its corpus.
  package let name: String
  /// Passes the bytes to the parser.
  ///
  /// - Throws: `BrokenPromise` if the result breaks the parser's promises.
  package let run: @Sendable (UnsafeRawBufferPointer) throws -> Void

  /// All targets, by name.
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

/// A parser broke a promise.
package struct BrokenPromise: Error, CustomStringConvertible {
  /// What happened.
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Throws unless a promise was kept.
func promise(_ isKept: Bool, _ what: @autoclosure () -> String) throws {
  if !isKept { throw BrokenPromise(what()) }
}
