import LoRASpectra

/// What a sweep of measured modules answers: which ranks hold each update, and what truncation
/// loses.
package struct ModuleAnswers {
  private let modules: ResultTable
  private let cells: ResultTable

  /// - Parameters:
  ///   - modules: rows as `modules-of-sweep.sql` gives them.
  ///   - cells: the sweep's cells, with n, error, truncation_error and variance_captured.
  package init(modules: ResultTable, cells: ResultTable) {
    self.modules = modules
    self.cells = cells
  }

  /// What was found, one sentence each.
  package var findings: [String] {
    [ranks, wholeRanks, noise, size, rounding].compactMap(\.self) + [assumption]
  }

  /// The numbers behind it, in the order in which a reader asks.
  package var sections: [TrainingAnswers.Section] {
    let sections = [
      TrainingAnswers.Section(
        title:
          "The rank of each module's update: stable, effective, and for 90, 95 and 99 % of its energy",
        sentences: [],
        table: ranksTable),
      TrainingAnswers.Section(
        title: "What truncation to a rank loses, mean over the modules of one shape", sentences: [],
        table: errorsTable),
    ]
    return sections.filter { !$0.table.rows.isEmpty }
  }

  // MARK: - Sentences

  private func numbers(_ column: String) -> [(name: String, value: Double)] {
    modules.rows.compactMap { row in
      modules.value(column, in: row).number.map {
        (modules.value("module", in: row).plainText, $0)
      }
    }
  }

  private func median(_ values: [Double]) -> Double? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    return sorted[(sorted.count - 1) / 2]
  }

  private var ranks: String? {
    let ranks = numbers("rank_99")
    guard let middle = median(ranks.map(\.value)), let most = ranks.max(by: { $0.value < $1.value })
    else { return nil }
    let half =
      ranks.count > 1
      ? "Rank \(Int(middle)) keeps 99 % of the energy of half of the \(ranks.count) modules; " : ""
    guard middle < most.value || ranks.count == 1 else {
      return
        "Rank \(Int(middle)) keeps 99 % of the energy of every one of the \(ranks.count) modules."
    }
    return half
      + "\(half.isEmpty ? "The" : "the") most is rank \(Int(most.value)), of \(most.name)."
  }

  private var wholeRanks: String? {
    let adapters = modules.rows.filter { modules.value("adapter_rank", in: $0) != .absent }
    guard !adapters.isEmpty else { return nil }
    let whole = adapters.count {
      modules.value("rank_99", in: $0) == modules.value("adapter_rank", in: $0)
    }
    guard whole > 0 else {
      return "No module needs its adapter's whole rank for that."
    }
    return
      adapters.count == 1
      ? "It needs its adapter's whole rank for that: there the rank may have been the limit."
      : "\(whole) of the \(adapters.count) modules need\(whole == 1 ? "s" : "") \(whole == 1 ? "its" : "their") adapter's whole rank for that: there the rank may have been the limit."
  }

  private var noise: String? {
    let ranks = numbers("noise_rank")
    guard let middle = median(ranks.map(\.value)) else { return nil }
    return
      "Gavish and Donoho's threshold tells \(Int(middle)) singular values of the median module from noise."
  }

  private var size: String? {
    let ratios = numbers("relative_norm")
    guard let middle = median(ratios.map(\.value)),
      let most = ratios.max(by: { $0.value < $1.value })
    else { return nil }
    let warning =
      most.value > 0.5
      ? " More than half means that the model was trained anew rather than fine-tuned, or that the base is another one."
      : ""
    return
      "‖ΔW‖/‖W‖ is \(DecimalText.format("%.3g", middle)) in the median and at most \(DecimalText.format("%.3g", most.value)), of \(most.name).\(warning)"
  }

  private var rounding: String? {
    let count = modules.rows.count { modules.value("is_rounding", in: $0).integer == 1 }
    guard count > 0 else { return nil }
    return
      "Rounding to the files' types can account for the whole update of \(count) module\(count == 1 ? "" : "s")."
  }

  private var assumption: String {
    "A spectrum bounds what truncating this update loses. It does not tell which rank a newly trained LoRA needs."
  }

  // MARK: - Tables

  private func shape(_ table: ResultTable, _ row: [Value]) -> Value {
    guard let d = table.value("d", in: row).integer, let k = table.value("k", in: row).integer
    else { return .absent }
    return .text("\(Shape(d: Int(clamping: d), k: Int(clamping: k)))")
  }

  /// Columns without any value are left out.
  private func table(
    _ table: ResultTable, _ columns: [(name: String, column: String)]
  ) -> ResultTable {
    let kept = columns.filter { entry in
      entry.column == "shape"
        || table.rows.contains { table.value(entry.column, in: $0) != .absent }
    }
    return ResultTable(
      columns: kept.map(\.name),
      rows: table.rows.map { row in
        kept.map { $0.column == "shape" ? shape(table, row) : table.value($0.column, in: row) }
      })
  }

  private var ranksTable: ResultTable {
    table(
      modules,
      [
        ("module", "module"), ("shape", "shape"), ("r", "adapter_rank"), ("alpha", "adapter_alpha"),
        ("s", "adapter_scale"), ("norm", "frobenius_norm"), ("norm/base", "relative_norm"),
        ("stable", "stable_rank"), ("effective", "effective_rank"), ("90 %", "rank_90"),
        ("95 %", "rank_95"), ("99 %", "rank_99"), ("beyond noise", "noise_rank"),
      ])
  }

  private var errorsTable: ResultTable {
    table(
      cells,
      [
        ("shape", "shape"), ("rank", "rank"), ("alpha", "alpha"), ("rule", "rule"), ("n", "n"),
        ("error", "error"), ("truncation", "truncation_error"), ("captured", "variance_captured"),
      ])
  }
}
