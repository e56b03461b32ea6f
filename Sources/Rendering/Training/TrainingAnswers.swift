import LoRASpectra

/// What a trained sweep answers, as tables with sentences: the learning signal at the start, the
/// best learning rates, what a kept rate loses, and the rules at one rate and at their best.
package struct TrainingAnswers {
  /// An answer.
  package struct Section: Equatable, Sendable {
    /// The title, without a full stop.
    package var title: String
    /// What it says, one sentence each.
    package var sentences: [String]
    /// The numbers behind it.
    package var table: ResultTable
  }

  private let signal: ResultTable
  private let best: ResultTable
  private let transfer: ResultTable
  private let rules: ResultTable
  private let level: Double
  private let criticalValue: (Double) -> Double?

  /// - Parameters:
  ///   - signal: the rows of the query `learning-signal`.
  ///   - best: those of `best-learning-rate`.
  ///   - transfer: those of `learning-rate-transfer`.
  ///   - rules: those of `rules-at-best-rate`.
  ///   - level: the confidence of intervals, above 0 and below 1.
  ///   - criticalValue: the critical t of that level by degrees of freedom.
  package init(
    signal: ResultTable, best: ResultTable, transfer: ResultTable, rules: ResultTable,
    level: Double, criticalValue: @escaping (Double) -> Double?
  ) {
    self.signal = signal
    self.best = best
    self.transfer = transfer
    self.rules = rules
    self.level = level
    self.criticalValue = criticalValue
  }

  /// The answers, in the order in which a reader asks.
  package var sections: [Section] {
    [signalSection, bestSection, transferSection, rulesSection].filter { !$0.table.rows.isEmpty }
  }

  /// What a practitioner acts on: what a kept rate loses, and the rules against each other.
  package var findings: [String] {
    [transferSection, rulesSection].filter { !$0.table.rows.isEmpty }.flatMap(\.sentences)
  }

  // MARK: - The signal

  private var signalSection: Section {
    let groups = TrainingGroups(signal)
    let sentences = groups.all.map { group -> String in
      let rules = signal.firstRows(group.rows, of: "rule").map { row in
        "\(signal.text("rule", in: row)): the gradient of B \(power("grad_norm", in: row)), the gain of the first update \(power("gain", in: row))"
      }
      return "\(group.label)\(rules.joined(separator: "; "))."
    }
    return Section(
      title:
        "The learning signal at the start, by rank: the gradient of B, and what the first update gains of the loss, a unit of learning rate",
      sentences: sentences,
      table: signal.selecting(
        groups.columns + ["rule", "rank", "scale"],
        renaming: [
          "grad_norm_b_mean": "gradient", "grad_norm_b_expected": "expected",
          "gain_per_rate_mean": "gain",
        ]))
  }

  /// `∝ r^-0.44 (theory -0.5)`.
  private func power(_ what: String, in row: [Value]) -> String {
    guard let fitted = signal.finite("\(what)_power", in: row) else { return "at one rank alone" }
    return "∝ r^\(TrainingAnswers.exponent(fitted))"
      + theory(signal.finite("\(what)_power_theory", in: row))
  }

  /// Two decimals, and no minus sign before 0.00.
  private static func exponent(_ power: Double) -> String {
    DecimalText.format("%.2f", abs(power) < 0.005 ? 0 : power)
  }

  private func theory(_ power: Double?) -> String {
    power.map { " (theory \($0.shortestText))" } ?? ""
  }

  // MARK: - The best rates

  private var bestSection: Section {
    let groups = TrainingGroups(best)
    let powers = groups.all.compactMap { group -> String? in
      let rules = best.firstRows(group.rows, of: "rule").compactMap { row -> String? in
        best.finite("rate_power", in: row).map {
          "∝ r^\(TrainingAnswers.exponent($0)) under \(best.text("rule", in: row))\(theory(best.finite("rate_power_theory", in: row)))"
        }
      }
      return rules.isEmpty
        ? nil : "\(group.label)the best rate is \(rules.joined(separator: ", "))."
    }
    return Section(
      title: "The best learning rate by rank, with the range that is nearly as good",
      sentences: powers + [edges, stillborn].compactMap(\.self),
      table: best.selecting(
        groups.columns + ["rule", "rank"],
        renaming: [
          "best_learning_rate": "best_rate", "usable_low": "usable_from",
          "usable_high": "usable_to", "largest_stable_learning_rate": "largest_stable",
          "share_mean": "share", "at_edge": "at_edge",
        ]))
  }

  private var edges: String? {
    let edges = best.rows.count { best.value("at_edge", in: $0).integer == 1 }
    guard edges > 0 else { return nil }
    return
      "\(edges) of the \(best.rows.count) best rates \(edges == 1 ? "lies" : "lie") at the edge of the grid and \(edges == 1 ? "is" : "are") no optimum that was seen: widen --learning-rates."
  }

  private var stillborn: String? {
    let none = best.rows.count { best.value("best_learning_rate", in: $0) == .absent }
    return none > 0
      ? "At \(none) of \(best.rows.count) settings a seed diverged at every rate: lower --learning-rates."
      : nil
  }

  // MARK: - The kept rate

  private var transferSection: Section {
    let groups = TrainingGroups(transfer)
    let from = transfer.rows.first.map { transfer.text("from_rank", in: $0) } ?? ""
    let sentences = groups.all.compactMap { group -> String? in
      guard let highest = group.rows.map(transfer.rank).max(), "\(highest)" != from else {
        return nil
      }
      let losses = transfer.firstRows(group.rows, of: "rule").compactMap { first -> String? in
        let rule = transfer.text("rule", in: first)
        return loss(group.rows.filter { transfer.text("rule", in: $0) == rule }, at: highest)
          .map { "\($0) under \(rule)" }
      }
      guard let first = losses.first else { return nil }
      let isOpen = group.rows.contains {
        transfer.rank(in: $0) == highest
          && (transfer.value("from_at_edge", in: $0).integer == 1
            || transfer.value("at_edge", in: $0).integer == 1)
      }
      let (share, rule) = (first.prefix { $0 != "|" }, first.drop { $0 != "|" }.dropFirst())
      let rest =
        ["\(share) of what r = \(highest) could learn\(rule)"]
        + losses.dropFirst().map { $0.replacing("|", with: "") }
      return
        "\(group.label.isEmpty ? "A" : group.label + "a") learning rate tuned at r = \(from) loses \(rest.joined(separator: ", "))\(isOpen ? "; one of these rates lies at the grid's edge and is no optimum that was seen" : "")."
    }
    return Section(
      title: "What a learning rate tuned at r = \(from) loses at the other ranks",
      sentences: sentences,
      table: transfer.selecting(
        groups.columns + ["rule", "rank"],
        renaming: [
          "kept_learning_rate": "kept_rate", "best_learning_rate": "best_rate",
          "kept_share_mean": "share_kept", "best_share_mean": "share_best",
          "transfer_loss_mean": "loss", "kept_diverged": "diverged",
        ]))
  }

  /// `17 %|`, with the worst rank if it is another one; nil if nothing was compared at the highest.
  private func loss(_ rows: [[Value]], at highest: Int) -> String? {
    func mean(_ row: [Value]) -> Double? { transfer.finite("transfer_loss_mean", in: row) }
    guard let loss = rows.first(where: { transfer.rank(in: $0) == highest }).flatMap(mean) else {
      return nil
    }
    let worst = rows.max { (mean($0) ?? 0) < (mean($1) ?? 0) }
    let others = worst.flatMap { row -> String? in
      guard let most = mean(row), most > loss + 0.05 else { return nil }
      return ", and \(TrainingAnswers.percent(most)) at r = \(transfer.rank(in: row)),"
    }
    return "\(TrainingAnswers.percent(loss))|\(others ?? "")"
  }

  /// A share in percent, with as many digits as tell.
  static func percent(_ share: Double) -> String {
    let percent = share * 100
    if percent > 100 { return "more than all" }
    if abs(percent) < 0.05 { return "less than 0.1 %" }
    return DecimalText.format(abs(percent) < 9.95 ? "%.1f %%" : "%.0f %%", percent)
  }

  // MARK: - The rules

  private var rulesSection: Section {
    let groups = TrainingGroups(rules)
    var table = rules.selecting(
      groups.columns + ["rank", "rate_choice", "first_rule", "second_rule"],
      renaming: [
        "first_learning_rate": "first_rate", "second_learning_rate": "second_rate",
        "first_final_error_mean": "first_error", "second_final_error_mean": "second_error",
        "final_error_difference_mean": "difference",
      ])
    table.columns += ["from", "to", "pairs", "second_wins"]
    for (index, row) in rules.rows.enumerated() {
      let interval = interval(row)
      table.rows[index] += [
        interval.map { .real($0.low) } ?? .absent, interval.map { .real($0.high) } ?? .absent,
        rules.value("pairs", in: row), rules.value("second_wins", in: row),
      ]
    }
    let sentences = groups.all.compactMap { group -> String? in
      guard let highest = group.rows.map(rules.rank).max() else { return nil }
      let rows = group.rows.filter { rules.rank(in: $0) == highest }
      let parts = rows.map { row in
        rules.text("rate_choice", in: row) == "same"
          ? "at one rate (\(rules.text("first_learning_rate", in: row))) \(difference(row))"
          : "with each rule at its best rate \(difference(row))"
      }
      return parts.isEmpty
        ? nil
        : "\(group.label.isEmpty ? "At" : group.label + "at") r = \(highest), \(parts.joined(separator: "; "))."
    }
    return Section(
      title:
        "The rules at one learning rate, the best of the first rule at the lowest rank, and each at its own best",
      sentences: sentences
        + (rules.rows.isEmpty
          ? [] : ["Intervals at best rates ignore that the rates were chosen."]),
      table: table)
  }

  private func difference(_ row: [Value]) -> String {
    let (first, second) = (rules.text("first_rule", in: row), rules.text("second_rule", in: row))
    let diverged = [
      (first, rules.value("first_diverged", in: row).integer ?? 0),
      (second, rules.value("second_diverged", in: row).integer ?? 0),
    ].filter { $0.1 > 0 }.map { "\($0.1) trainings with \($0.0) diverged" }
    guard let mean = rules.finite("final_error_difference_mean", in: row) else {
      return diverged.isEmpty ? "nothing was compared" : diverged.joined(separator: ", ")
    }
    let range =
      interval(row).map {
        " (\((level * 100).shortestText) % interval \(DecimalText.short($0.low)) to \(DecimalText.short($0.high)))"
      } ?? ""
    let size = DecimalText.short(abs(mean))
    let text =
      abs(mean) <= TrainingAgreement.tolerance
      ? "\(second) and \(first) end with the same error\(range)"
      : "\(second) ends with an error \(size) \(mean < 0 ? "below" : "above") \(first)'s\(range)"
    return ([text] + diverged).joined(separator: ", ")
  }

  private func interval(_ row: [Value]) -> (low: Double, high: Double)? {
    guard
      let estimate = Estimate(
        ofMean: rules.finite("final_error_difference_mean", in: row),
        deviation: rules.finite("final_error_difference_sd", in: row),
        count: rules.value("pairs", in: row).integer ?? 0, criticalValue: criticalValue),
      let low = estimate.low, let high = estimate.high
    else { return nil }
    return (low, high)
  }
}
