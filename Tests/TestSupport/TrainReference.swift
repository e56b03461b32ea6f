import Foundation

/// NumPy's results for 30 trainings: `Tests/Fixtures/train_reference.json`, written by the program
/// beside it.
package struct TrainReference: Decodable {
  package var cases: [Case]

  /// One training.
  package struct Case: Decodable {
    package var name: String
    /// How much it amplifies rounding errors.
    package var sensitivity: Double
    package var settings: Settings
    package var summary: [String: Entry]
    /// By column; null if a number is absent.
    package var curve: [[String: Double?]]
  }

  /// A number, a text, a list or nothing.
  package enum Entry: Decodable, Equatable {
    case absent
    case number(Double)
    case text(String)
    case list([Double])

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .absent
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let list = try? container.decode([Double].self) {
        self = .list(list)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  /// The settings of a case, named as in the reference.
  package struct Settings: Decodable {
    package var seed: UInt32
    package var d: Int
    package var k: Int
    package var profile: String
    package var noise: Double
    package var rank: Int
    package var alpha: Double
    package var rule: String
    package var `init`: String
    package var init_seed: UInt32?
    package var optimizer: String
    package var lr: Double
    package var lr_ratio: Double
    package var momentum: Double
    package var nesterov: Bool
    package var beta1: Double
    package var beta2: Double
    package var eps: Double
    package var weight_decay: Double
    package var schedule: String
    package var warmup: Int
    package var steps: Int
    package var inputs: String
    package var samples: Int
    package var batch: Int
    package var data_seed: UInt32?
    package var record: String
    package var divergence: Double
  }

  package static func load() throws -> TrainReference {
    let file = Scratch.project.appending(path: "Tests/Fixtures/train_reference.json")
    return try JSONDecoder().decode(TrainReference.self, from: Data(contentsOf: file))
  }
}
