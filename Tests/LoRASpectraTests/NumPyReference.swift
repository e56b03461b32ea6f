import Foundation

/// What NumPy itself drew: `Tests/Fixtures/numpy_reference.json`, written by the program beside it.
struct NumPyReference: Decodable {
  /// Normals by seed, at ``positions`` of the stream.
  var standardNormal: [String: [Double]]
  var positions: [Int]

  enum CodingKeys: String, CodingKey {
    case standardNormal = "standard_normal"
    case positions = "standard_normal_positions"
  }

  static func load() throws -> NumPyReference {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "Fixtures/numpy_reference.json")
    return try JSONDecoder().decode(NumPyReference.self, from: Data(contentsOf: file))
  }
}
