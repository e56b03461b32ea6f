import LoRASpectra

extension MetricTables {
  /// The most metrics that are told one by one.
  private static let mostMetrics = 4

  /// What was found on each metric, a sentence each: the settings with the best and the worst mean, or
  /// with the lowest and the highest where nobody has said which is better.
  package var findings: [String] {
    let shaped = SweepTables.withShape(cells)
    let settings = MetricTables.settings(in: shaped, cells)
    let sentences = metrics.compactMap { sentence(on: $0, settings, shaped) }
    let more = sentences.count - MetricTables.mostMetrics
    return sentences.prefix(MetricTables.mostMetrics)
      + (more > 0 ? ["… and \(more) more metric\(more == 1 ? "" : "s") below."] : [])
  }

  /// The columns by which people tell the cells apart.
  ///
  /// - Parameter shaped: the cells with a column `shape`.
  static func settings(in shaped: ResultTable, _ cells: ResultTable) -> [String] {
    ["profile", "shape", "noise", "rank", "alpha", "rule"]
      .filter { SweepTables.varies($0, in: shaped) } + CellDistinction(cells).columns
  }

  private func sentence(
    on metric: MetricSummaries, _ settings: [String], _ shaped: ResultTable
  ) -> String? {
    let measured = shaped.rows.map { (row: $0, repeats: metric.repeats(ofCell: id(of: $0))) }
    let means = measured.filter { $0.repeats.summary.count > 0 }
      .map { (row: $0.row, summary: $0.repeats.summary) }
    guard let lowest = means.min(by: { $0.summary.mean < $1.summary.mean }),
      let highest = means.max(by: { $0.summary.mean < $1.summary.mean })
    else { return nil }
    let diverged = measured.map(\.repeats.diverged).reduce(0, +)
    let end = diverged > 0 ? "; \(diverged) diverged, left out." : "."
    func told(_ cell: (row: [Value], summary: RunningSummary), _ which: String) -> String {
      let count = cell.summary.count
      let size =
        count > 1
        ? "mean \(DecimalText.short(cell.summary.mean))" : DecimalText.short(cell.summary.mean)
      let place = label(of: cell.row, settings, in: shaped)
      return [
        which, size, place.isEmpty ? "" : "with \(place)",
        "(\(count) repeat\(count == 1 ? "" : "s"))",
      ].filter { !$0.isEmpty }.joined(separator: " ")
    }
    let start = "\(metric.metric.name): "
    if lowest.summary.mean == highest.summary.mean {
      if means.count == 1 { return start + told(lowest, "") + end }
      return
        "\(start)the same in all \(means.count) settings, \(DecimalText.short(lowest.summary.mean))\(end)"
    }
    let ends =
      switch metric.metric.isBetterLarger {
      case nil: [told(lowest, "lowest"), told(highest, "highest")]
      case false?: [told(lowest, "best"), told(highest, "worst")]
      case true?: [told(highest, "best"), told(lowest, "worst")]
      }
    return start + ends.joined(separator: "; ") + end
  }

  /// `style, rank 8, rslora, lr = 0.1`.
  private func label(
    of row: [Value], _ settings: [String], in table: ResultTable
  ) -> String {
    settings.map { column in
      let value = table.value(column, in: row)
      let text = value == .absent ? "none" : value.plainText
      return switch column {
      case "profile", "shape", "rule": value == .absent ? "no \(column)" : text
      case "rank", "noise": "\(column) \(text)"
      case "alpha": "α = \(text)"
      default: "\(CellDistinction.heading(of: column)) = \(text)"
      }
    }.joined(separator: ", ")
  }
}
