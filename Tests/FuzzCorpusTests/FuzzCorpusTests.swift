import Foundation
import FuzzTargets
import TestSupport
import Testing

@Suite("What fuzzing found")
struct FuzzCorpusTests {
  static let corpus = Scratch.project.appending(path: "Tests/Fixtures/corpus")

  /// The inputs of a target: one per line, in base64.
  static func inputs(of target: String) throws -> [Data] {
    let file = corpus.appending(path: "\(target).base64")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      try #require(Data(base64Encoded: String($0)), "\(target): '\($0)'")
    }
  }

  @Test("is parsed or refused, as each parser promises", arguments: FuzzTarget.all.map(\.name))
  func replay(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let inputs = try Self.inputs(of: name)
    #expect(inputs.count > 20)
    for input in inputs {
      do {
        try input.withUnsafeBytes(target.run)
      } catch {
        Issue.record("\(name): \(input.base64EncodedString()): \(error)")
      }
    }
  }

  @Test("is kept for every parser, and for nothing else")
  func isComplete() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
    #expect(Set(files) == Set(FuzzTarget.all.map { "\($0.name).base64" }))
  }
}
