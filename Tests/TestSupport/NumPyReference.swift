import Foundation

/// NumPy's own results: `Tests/Fixtures/numpy_reference.json`, written by the program beside it.
package struct NumPyReference: Decodable {
  /// Normals by seed, at `standardNormalPositions` of the stream.
  package var standardNormal: [String: [Double]]
  package var standardNormalPositions: [Int]
  /// Sweeps with all their measurements.
  package var cases: [Case]

  package struct Case: Decodable {
    package var name: String
    package var stream: String
    package var seeds: [UInt32]
    package var shapes: [String]
    package var profiles: [String]
    package var ranks: [Int]
    package var alphas: [Double]
    package var rules: [String]
    package var noise: Double
    package var updates: [Update]
  }

  package struct Update: Decodable {
    package var seed: UInt32
    package var d: Int
    package var k: Int
    package var profile: String
    package var noise: Double
    /// The first four entries of the update's first row.
    package var firstRow: [Double]
    package var singularValues: [Double]
    package var runs: [Run]
  }

  package struct Run: Decodable {
    package var rank: Int
    package var alpha: Double
    package var rule: String
    package var scale: Double
    package var error: Double
    package var truncationError: Double
    package var varianceCaptured: Double
  }

  package static func load() throws -> NumPyReference {
    let file = Scratch.project.appending(path: "Tests/Fixtures/numpy_reference.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(NumPyReference.self, from: Data(contentsOf: file))
  }
}
