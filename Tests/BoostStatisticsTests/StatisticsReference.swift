import Foundation

/// SciPy's and statsmodels' results: `Tests/Fixtures/statistics_reference.json`, made by the program beside it.
struct StatisticsReference: Decodable {
  struct Quantile: Decodable {
    var level: Double
    var degrees: Double
    var t: Double
  }

  struct Case: Decodable {
    var first: [Double]
    var second: [Double]
    /// Number of values, from the first, whose updates both sides have.
    var shared: Int
    var level: Double
    var sd: Double
    var interval: [Double]
    var difference: Double
    var wins: Double?
    var difference_interval: [Double]
  }

  /// A power of statsmodels' `TTestPower`.
  struct Power: Decodable {
    var pairs: Int
    var effect: Double
    var level: Double
    var power: Double
  }

  /// A power of statsmodels' `TTestIndPower`, or of SciPy's non-central t where the sides vary unalike.
  struct UnpairedPower: Decodable {
    /// Number of values on each side.
    var repeats: Int
    var difference: Double
    /// The standard deviations of both sides.
    var sds: [Double]
    var level: Double
    var power: Double
  }

  var unpaired_powers: [UnpairedPower]
  /// The numbers of values on each side that reach a power.
  var unpaired_needed: [UnpairedPower]
  var powers: [Power]
  /// The numbers of pairs that reach a power.
  var needed: [Power]
  var quantiles: [Quantile]
  var cases: [Case]

  static func load() throws -> StatisticsReference {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/statistics_reference.json")
    return try JSONDecoder().decode(StatisticsReference.self, from: Data(contentsOf: path))
  }
}
