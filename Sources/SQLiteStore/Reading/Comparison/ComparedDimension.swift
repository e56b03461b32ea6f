import LoRASpectra

extension SweepComparison {
  /// What the sides of a comparison differ in: the sweep, a setting, or a parameter that a user gave.
  package struct Dimension: Equatable, Sendable {
    /// Its column among those of cells; `shape` stands for `d` and `k`.
    package let column: String

    /// Several sweeps are the sides.
    package static let sweep = Dimension(column: "sweep")
    /// The scaling rule.
    package static let rule = Dimension(column: "rule")
    /// The learning rate of a training.
    package static let learningRate = Dimension(column: "learning_rate")

    /// The settings whose values can be sides.
    package static let settings =
      ["rule", "profile", "rank", "alpha", "shape", "noise"] + CellColumns.training

    /// What a user calls it.
    package var name: String { ParameterColumns.name(of: column) ?? column }

    /// The columns of a place that this dimension replaces.
    var columns: [String] {
      switch column {
      case "shape": ["d", "k"]
      // Momentum belongs to sgd, and betas to adam and adamw.
      case "optimizer": [column, "momentum", "nesterov", "beta1", "beta2", "eps"]
      default: [column]
      }
    }

    /// Whether the label of a rule may have another scale on each side.
    var decidesScale: Bool { ["rule", "rank", "alpha"].contains(column) }
  }
}

extension Book {
  /// The setting or parameter that a user names; a setting of trainings is a parameter where nothing
  /// was trained and runs have a parameter of that name.
  ///
  /// - Returns: nil if there is none.
  /// - Throws: `SQLiteError`.
  package func dimension(
    named name: String, ofSweeps ids: [Int64]
  ) throws -> SweepComparison.Dimension? {
    let parameters = Set(try parameterNames(ofSweeps: ids).map(ExactText.init))
    if SweepComparison.Dimension.settings.contains(name) {
      let isShadowed = CellColumns.training.contains(name) && parameters.contains(ExactText(name))
      if try !isShadowed || hasTrainings(inSweeps: ids) {
        return SweepComparison.Dimension(column: name)
      }
    }
    for given in [name, ParameterColumns.name(of: name)].compactMap(\.self)
    where parameters.contains(ExactText(given)) {
      return SweepComparison.Dimension(column: ParameterColumns.column(of: given))
    }
    return nil
  }
}
