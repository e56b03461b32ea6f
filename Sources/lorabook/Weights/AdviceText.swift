import LoRASpectra
import Rendering
import SQLiteStore

/// Advice as rows, and what it assumes in words.
enum AdviceText {
  /// One row for each module, or profile, shape and noise level.
  static func table(_ advice: Advice, _ updates: AdvisedUpdates) -> ResultTable {
    let isOverSeeds = updates.subjects.contains { $0.spectra.count > 1 }
    var columns = [updates.areModules ? "module" : "profile", "d", "k"]
    if !updates.areModules { columns.append("noise") }
    columns.append("rank")
    if isOverSeeds { columns += ["least_rank", "most_rank", "updates"] }
    columns += ["alpha", "rule", "scale", "variance_captured", "parameters"]
    let rows = advice.choices.enumerated().map { index, choice -> [Value] in
      var row: [Value] = [
        .text(choice.name), .integer(Int64(choice.shape.d)), .integer(Int64(choice.shape.k)),
      ]
      if !updates.areModules { row.append(updates.noise[index].map(Value.real) ?? .absent) }
      row.append(.integer(Int64(choice.rank)))
      if isOverSeeds {
        row += [
          .integer(Int64(choice.range.lowerBound)), .integer(Int64(choice.range.upperBound)),
          .integer(Int64(updates.subjects[index].spectra.count)),
        ]
      }
      return row + [
        .real(choice.alpha), .text("\(advice.rule)"), .real(choice.scale), .real(choice.captured),
        .integer(Int64(choice.parameters)),
      ]
    }
    return ResultTable(columns: columns, rows: rows)
  }

  /// What the advice follows from, one sentence each.
  static func assumptions(
    _ advice: Advice, _ request: AdviceRequest, _ updates: AdvisedUpdates
  ) -> [String] {
    func percent(_ share: Double) -> String {
      "\(((share * 10_000).rounded() / 100).shortestText) %"
    }
    // An upper bound is rounded up.
    func bound(_ share: Double) -> String {
      "\(((share * 10_000).rounded(.up) / 100).shortestText) %"
    }
    let basis =
      switch request.basis {
      case .energy(let share):
        "each rank is the smallest that keeps \(percent(share)) of the energy (sum of squared singular values)"
      case .noise:
        "each rank counts the singular values above Gavish and Donoho's threshold for white noise"
      case .budget(let parameters):
        "\(advice.parameters) of \(parameters) parameters are spread where they capture most energy for each; no choice could capture more than \(bound(advice.gap ?? 0)) of it beyond these"
      }
    let scale =
      request.scale == .keep ? "the scale s of the measured adapter" : "the scale s of the table"
    return [
      "\(basis). Together they capture \(percent(advice.captured)) with \(advice.parameters) parameters, and α gives \(scale) under \(advice.rule).",
      "a spectrum bounds what truncating this update loses. It does not tell which rank a newly trained LoRA needs.",
    ] + wholeRanks(advice, updates)
  }

  /// Says where the advised rank is all that the adapter had, so that more might have been needed.
  private static func wholeRanks(_ advice: Advice, _ updates: AdvisedUpdates) -> [String] {
    let whole = zip(advice.choices, updates.subjects).filter { choice, subject in
      !subject.isWhole && choice.rank >= (subject.spectra.map(\.count).max() ?? 0)
    }
    guard let first = whole.first else { return [] }
    let others = whole.count > 1 ? " and \(whole.count - 1) more" : ""
    return [
      "of \(whole.count) of \(advice.choices.count) modules (\(printable(first.0.name))\(others)) the advised rank is all that the adapter has, and may have been the limit. Train one of a higher rank to see."
    ]
  }
}
