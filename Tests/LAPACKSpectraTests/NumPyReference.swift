import Foundation

/// What NumPy itself computed: `Tests/Fixtures/numpy_reference.json`, written by the program beside it.
struct NumPyReference: Decodable {
  var cases: [Case]

  struct Case: Decodable {
    var name: String
    var stream: String
    var seeds: [UInt32]
    var shapes: [String]
    var profiles: [String]
    var ranks: [Int]
    var alphas: [Double]
    var rules: [String]
    var noise: Double
    var updates: [Update]
  }

  struct Update: Decodable {
    var seed: UInt32
    var d: Int
    var k: Int
    var profile: String
    var noise: Double
    /// The first four entries of the update's first row.
    var firstRow: [Double]
    var singularValues: [Double]
    var runs: [Run]
  }

  struct Run: Decodable {
    var rank: Int
    var alpha: Double
    var rule: String
    var scale: Double
    var error: Double
    var truncationError: Double
    var varianceCaptured: Double
  }

  static func load() throws -> NumPyReference {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "Fixtures/numpy_reference.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(NumPyReference.self, from: Data(contentsOf: file))
  }
}
