import LoRASpectra
import Testing

@testable import Rendering

@Suite("A comparison in words")
struct ComparisonWordsTests {
  /// Two sides at one place per rank, from the values of each update: nil if a side has none.
  private func words(
    _ places: [(rank: Int, values: [(Double?, Double?)])], sharesUpdates: Bool = true
  ) -> ComparisonWords.Account {
    var comparison = Comparison(metric: .error, sideCount: 2, placeCount: places.count)
    for (place, (_, values)) in places.enumerated() {
      for (first, second) in values {
        if let first { comparison.add(first, place: place, side: 0) }
        if !sharesUpdates { comparison.endPair() }
        if let second { comparison.add(second, place: place, side: 1) }
        comparison.endPair()
      }
    }
    // t of 95 % for 2 degrees of freedom, and close enough for more.
    let tables = ComparisonTables(
      placeColumns: ["profile", "rank"],
      places: places.map { [.text("p"), .integer(Int64($0.rank))] }, sides: ["lora", "rslora"],
      comparison: comparison, criticalValue: { _ in 4.302652729696142 })
    return ComparisonWords(tables, level: 0.95).accounts[0]
  }

  private let lower: [(Double?, Double?)] = [(1, 0.6), (1.1, 0.68), (0.9, 0.46)]
  private let higher: [(Double?, Double?)] = [(1, 1.4), (1.1, 1.52), (0.9, 1.34)]
  private let unclear: [(Double?, Double?)] = [(1, 1.1), (1, 0.9), (1, 1.05)]

  @Test("says which is lower, by how much, within what, and over how many")
  func clear() {
    let account = words([(8, lower)])
    #expect(
      account.overview.text
        == "rslora against lora: of 1 cell, the error with rslora is lower in 1.")
    #expect(
      account.details.map(\.text) == [
        "At rank 8, the error is lower with rslora than with lora: 0.420 lower (95 % interval 0.370 to 0.470, 3 pairs); rslora wins on all of the 3 updates."
      ])
  }

  @Test("says that it cannot be told where the interval holds 0")
  func unclearInterval() {
    let account = words([(8, unclear)])
    #expect(
      account.overview.text
        == "rslora against lora: of 1 cell, in 1 the interval holds 0, so that it cannot be told which is lower."
    )
    #expect(
      account.details[0].text
        == "At rank 8, the error may be lower with rslora or with lora, which cannot be told: difference 0.02 (95 % interval −0.24 to 0.28, 3 pairs); rslora wins on 1 of the 3 updates."
    )
    #expect(!account.overview.text.contains("is lower in"))
  }

  @Test("says that there are no repeats where there is one seed, and gives no interval")
  func single() {
    let account = words([(2, [(1, 0.5)]), (4, [(1, 1.25)])])
    #expect(
      account.overview.text
        == "rslora against lora: of 2 cells, the error with rslora is lower in 1 and higher in 1. There are no repeats, one seed a cell: nothing here says how far another seed would fall from it."
    )
    #expect(
      account.details[0].text
        == "the error with rslora is lower at rank 2 and higher at rank 4. The largest difference is at rank 2: 0.5 lower (one seed, no interval)."
        || account.details[0].text
          == "The error with rslora is lower at rank 2 and higher at rank 4. The largest difference is at rank 2: 0.5 lower (one seed, no interval)."
    )
  }

  @Test("tells at which ranks it goes which way, and one that cannot be told")
  func ranks() {
    let account = words([(2, lower), (4, lower), (8, lower), (16, unclear), (32, higher)])
    #expect(
      account.overview.text
        == "rslora against lora: of 5 cells, the error with rslora is lower in 3 and higher in 1; in 1 the interval holds 0, so that it cannot be told which is lower."
    )
    let text = account.details[0].text
    #expect(
      text.contains(
        "error with rslora is lower at ranks 2 to 8, not to be told apart at rank 16 and higher at rank 32."
      ), "\(text)")
    #expect(text.contains("The largest difference is at rank"))
    #expect(
      text.contains("At rank 16, where it cannot be told: difference 0.02 (95 % interval −0.24"))
  }

  @Test("has no largest difference where none can be told")
  func noneTold() {
    let account = words([(2, unclear), (4, unclear)])
    #expect(
      account.details.map(\.text) == [
        "the error with rslora is not to be told apart at ranks 2 and 4. At rank 2, where it cannot be told: difference 0.02 (95 % interval −0.24 to 0.28, 3 pairs); rslora wins on 1 of the 3 updates."
      ])
  }

  @Test("counts ranks rather than list them where they go to and fro")
  func manyRanks() {
    let account = words(
      (1...12).map { (rank: $0, values: $0 % 2 == 0 ? lower : higher) })
    #expect(
      account.details[0].text.contains("lower at 6 of 12 ranks and higher at 6 of 12 ranks"),
      "\(account.details[0].text)")
  }

  @Test("says where sides share no update, where they are the same, and where one is alone")
  func others() {
    let welch = words([(8, lower)], sharesUpdates: false).details[0].text
    #expect(welch.contains("unpaired (Welch), for they share no update"), "\(welch)")
    #expect(!welch.contains("wins"))
    let same = words([(8, [(1, 1), (2, 2), (3, 3)])])
    #expect(same.overview.text.hasSuffix("of 1 cell, the error with rslora is the same in 1."))
    #expect(same.details[0].text == "At rank 8, the error is the same with rslora and lora.")
    let alone = words([(8, [(1, nil), (2, nil)])])
    #expect(alone.overview.text.contains("no cell has finite values on both sides"))
    #expect(alone.details.isEmpty)
    let constant = words([(8, [(1, 1.5), (2, 2.5), (3, 3.5)])]).details[0].text
    #expect(constant.contains("0.5 higher (3 pairs, the same on each)"), "\(constant)")
  }

  @Test("calls diverged values no numbers")
  func diverged() {
    let account = words([(8, lower + [(1, .nan), (.infinity, 1)])])
    #expect(account.details[0].text.contains("0.370 to 0.470, 3 pairs"))
  }
}
