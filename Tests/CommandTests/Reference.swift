import Foundation
import Testing

/// What NumPy computed of the article's sweep, in the grid's order.
enum Reference {
  struct Run: Decodable {
    var profile = ""
    var rank: Int
    var rule: String
    var scale: Double
    var error: Double
    var truncation_error: Double
    var variance_captured: Double

    private enum CodingKeys: String, CodingKey {
      case rank, rule, scale, error, truncation_error, variance_captured
    }
  }

  private struct File: Decodable {
    struct Case: Decodable {
      struct Update: Decodable {
        var profile: String
        var runs: [Run]
      }
      var name: String
      var updates: [Update]
    }
    var cases: [Case]
  }

  static func article() throws -> [Run] {
    let path = Scratch.project.appending(path: "Tests/Fixtures/numpy_reference.json")
    let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: path))
    let article = try #require(file.cases.first { $0.name == "article" })
    return article.updates.flatMap { update in
      update.runs.map { run in
        var run = run
        run.profile = update.profile
        return run
      }
    }
  }
}
