import LoRASpectra

/// What a sweep found, in a few sentences with their numbers.
package enum SweepFindings {
  /// The most profiles that are told one by one.
  private static let mostProfiles = 6
  /// The share of the variance that a sufficient rank captures.
  private static let share = 0.9

  /// - Parameter cells: rows `profile, d, k, noise, alpha, rank, rule, scale, n, error,
  ///   truncation_error, variance_captured` and what else tells cells apart.
  /// - Returns: none where no error was measured.
  package static func sentences(_ cells: ResultTable) -> [String] {
    [winners(cells)].compactMap(\.self) + profiles(cells)
  }

  /// How often each rule has the least error among those at one setting.
  private static func winners(_ cells: ResultTable) -> String? {
    let names = cells.columns.filter {
      !["cell_id", "rule", "scale", "n", "error", "truncation_error", "variance_captured"]
        .contains($0)
    }
    var settings: [[Value]: [(rule: String, error: Double)]] = [:]
    for row in cells.rows {
      // `unit` is the floor of all rules, whatever α is.
      guard let rule = cells.value("rule", in: row).text, rule != "unit",
        let error = cells.finite("error", in: row)
      else { continue }
      settings[names.map { cells.value($0, in: row) }, default: []].append((rule, error))
    }
    var wins: [String: Int] = [:]
    var compared = 0
    var equal = 0
    for candidates in settings.values where Set(candidates.map(\.rule)).count > 1 {
      compared += 1
      guard let least = candidates.map(\.error).min() else { continue }
      let best = candidates.filter { $0.error == least }
      if best.count > 1 { equal += 1 } else { wins[best[0].rule, default: 0] += 1 }
    }
    guard compared > 0 else { return nil }
    let parts = wins.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.enumerated().map {
      $0.offset == 0
        ? "\($0.element.key) has the least error in \($0.element.value) of \(compared) setting\(compared == 1 ? "" : "s")"
        : "\($0.element.key) in \($0.element.value)"
    }
    let ties = equal > 0 ? ["\(equal) \(equal == 1 ? "is" : "are") equal"] : []
    return (parts.isEmpty ? ["of \(compared) settings"] : parts).joined(separator: ", ")
      + (ties.isEmpty ? "" : "; \(ties[0])") + "."
  }

  /// For each profile, shape and noise level the rank that captures enough and the least error.
  private static func profiles(_ cells: ResultTable) -> [String] {
    var order: [[Value]] = []
    var groups: [[Value]: [[Value]]] = [:]
    let keys = ["profile", "d", "k", "noise"]
    for row in cells.rows {
      let key = keys.map { cells.value($0, in: row) }
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(row)
    }
    func differs(_ index: Int) -> Bool { Set(order.map { $0[index] }).count > 1 }
    let hasShapes = differs(1) || differs(2)
    let hasNoise = differs(3)
    let sentences = order.compactMap { key -> String? in
      let rows = groups[key] ?? []
      let words: [String?] = [
        key[0] == .absent ? "without a profile" : key[0].plainText,
        hasShapes ? "\(key[1].plainText)x\(key[2].plainText)" : nil,
        hasNoise ? "noise \(key[3].plainText)" : nil,
      ]
      let label = words.compactMap(\.self).joined(separator: " ")
      let facts = [captured(rows, of: cells), least(rows, of: cells)].compactMap(\.self)
      return facts.isEmpty ? nil : "\(label): \(facts.joined(separator: "; "))."
    }
    let more = sentences.count - mostProfiles
    return sentences.prefix(mostProfiles)
      + (more > 0 ? ["… and \(more) more below."] : [])
  }

  private static func captured(_ rows: [[Value]], of cells: ResultTable) -> String? {
    let shares = rows.compactMap { row -> (rank: Int64, share: Double)? in
      guard let rank = cells.value("rank", in: row).integer,
        let share = cells.finite("variance_captured", in: row)
      else { return nil }
      return (rank, share)
    }
    guard let highest = shares.max(by: { $0.rank < $1.rank }) else { return nil }
    let enough = shares.filter { $0.share >= share }.min { $0.rank < $1.rank }
    let shown = enough ?? highest
    return "rank \(shown.rank) captures \(DecimalText.short(shown.share * 100)) % of the variance"
  }

  private static func least(_ rows: [[Value]], of cells: ResultTable) -> String? {
    let candidates = rows.filter { cells.value("rule", in: $0).text != "unit" }
    let measured = candidates.compactMap { row -> (row: [Value], error: Double)? in
      cells.finite("error", in: row).map { (row, $0) }
    }
    guard measured.count > 1, let best = measured.min(by: { $0.error < $1.error }) else {
      return nil
    }
    let settings = [("rule", "under"), ("rank", "at rank"), ("scale", "with s =")]
      .compactMap { column, words -> String? in
        switch cells.value(column, in: best.row) {
        case .absent: nil
        case .real(let number): "\(words) \(DecimalText.short(number))"
        case let value: "\(words) \(value.plainText)"
        }
      }
    return
      "the least error is \(DecimalText.short(best.error)), \(settings.joined(separator: " "))"
  }
}
