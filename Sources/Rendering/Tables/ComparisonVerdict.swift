import LoRASpectra

extension ComparisonTables {
  /// What was found of each later side against the first, a sentence each: `rslora better in 10 of 12 settings, no clear
  /// difference in 2 (paired, 100 seeds).`
  package var verdicts: [String] {
    sides.indices.dropFirst().map { verdict(onSide: $0) }
  }

  private func verdict(onSide side: Int) -> String {
    let contrasts = places.indices.compactMap { contrast($0, side) }
    guard !contrasts.isEmpty else {
      return
        "\(sides[side]) and \(sides[0]) have no setting in common: there is nothing to compare."
    }
    func count(_ finding: Contrast.Finding) -> Int { contrasts.count { $0.finding == finding } }
    let (larger, smaller) = (count(.secondLarger), count(.firstLarger))
    let wins =
      comparison.isBetterLarger
      ? [(sides[side], larger), (sides[0], smaller)] : [(sides[0], larger), (sides[side], smaller)]
    let found =
      wins.sorted { $0.1 > $1.1 }.map { ("\($0.0) better", $0.1) } + [
        ("the same", count(.equal)), ("no clear difference", count(.unclear)),
        ("too few repeats to tell", count(.tooFew)),
      ]
    let clauses = found.filter { $0.1 > 0 }.enumerated().map { place, clause in
      place == 0
        ? "\(clause.0) in \(clause.1) of \(settings(contrasts.count))"
        : "\(clause.0) in \(clause.1)"
    }
    let alone = places.count - contrasts.count
    let rest = alone > 0 ? "; \(settings(alone)) on one side alone" : ""
    // Clauses without a name need both sides'.
    let start =
      larger + smaller > 0 && sides.count == 2 ? "" : "\(sides[side]) against \(sides[0]): "
    return start + clauses.joined(separator: ", ") + " (\(repeatsOf(contrasts, side)))\(rest)."
  }

  private func settings(_ count: Int) -> String { "\(count) setting\(count == 1 ? "" : "s")" }

  /// `paired, 100 seeds`, or how many repeats either side has.
  private func repeatsOf(_ contrasts: [Contrast], _ side: Int) -> String {
    let pairs = contrasts.map(\.pairs).filter { $0 > 0 }
    let isPaired = pairs.count == contrasts.count
    guard let least = pairs.min(), let most = pairs.max() else { return "unpaired" }
    let counts = least == most ? "\(most)" : "\(least) to \(most)"
    let noun = comparison.pairing == .module ? "module" : "seed"
    return "\(isPaired ? "" : "partly ")paired, \(counts) \(noun)\(counts == "1" ? "" : "s")"
  }

  /// The contrasts of a later side with the first that tell no difference although they could: their intervals hold 0.
  package func unclear(onSide side: Int) -> [Contrast] {
    places.indices.compactMap { contrast($0, side) }.filter { $0.finding == .unclear }
  }

  /// Whether each comparison of a side rests on too few repeats for an interval.
  package func isUnrepeated(side: Int) -> Bool {
    let contrasts = places.indices.compactMap { contrast($0, side) }
    return !contrasts.isEmpty && contrasts.allSatisfy { $0.finding == .tooFew }
  }
}
