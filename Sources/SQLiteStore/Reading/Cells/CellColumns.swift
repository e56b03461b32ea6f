import LoRASpectra

/// The columns that tell cells apart besides shape, profile, noise, rank, α and rule.
enum CellColumns {
  /// How the factors were trained, as in the view `trainings`.
  static let training = [
    "optimizer", "learning_rate", "lr_ratio", "momentum", "nesterov", "beta1", "beta2", "eps",
    "weight_decay", "schedule", "warmup", "steps", "init", "init_seed", "inputs", "samples",
    "batch",
    "data_seed", "record", "divergence", "sharpness",
  ]
  /// All of them. `label_scale` is the scale where rule, α and rank do not give it; `parameter_set_id` stands for the parameters that a
  /// user gave, which have columns of their own (``ParameterColumns``).
  static let identity = ["label_scale"] + training + ["parameter_set_id"]

  /// Whether a column tells cells apart besides shape, profile, noise, rank, α and rule.
  static func isIdentity(_ column: String) -> Bool {
    identity.contains(column) || ParameterColumns.name(of: column) != nil
  }
}

extension ResultTable {
  /// Whether two rows differ in a column; absent values are equal.
  func varies(_ column: String) -> Bool {
    guard let place = columns.firstIndex(of: column), let first = rows.first else { return false }
    return rows.contains { $0[place] != first[place] }
  }

  /// The table without some columns.
  package func without(_ left: some Collection<String>) -> ResultTable {
    let kept = columns.indices.filter { !left.contains(columns[$0]) }
    return ResultTable(
      columns: kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
  }
}
