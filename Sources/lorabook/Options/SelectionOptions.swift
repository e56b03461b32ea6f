import ArgumentParser
import LoRASpectra
import Rendering

/// The options that select cells of a sweep.
struct SelectionOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: "Show this profile alone, or several: may be given again.")
  var profile: [String] = []

  @Option(parsing: .unconditionalSingleValue, help: "Show this shape alone: 64x64.")
  var shape: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: "Show this noise level alone; 'none' where none is recorded.")
  var noise: [String] = []

  @Option(parsing: .unconditionalSingleValue, help: "Show this α alone.")
  var alpha: [String] = []

  @Option(parsing: .unconditionalSingleValue, help: "Show this scaling rule alone.")
  var rule: [String] = []

  @Option(parsing: .unconditionalSingleValue, help: "Show this optimizer alone.")
  var optimizer: [String] = []

  /// The selection from the options.
  var selection: FigureSelection {
    let given: [(CellSetting, [String])] = [
      (.profile, profile), (.shape, shape), (.noise, noise.map(number)),
      (.alpha, alpha.map(number)), (.rule, rule), (.optimizer, optimizer),
    ]
    return FigureSelection(
      Dictionary(uniqueKeysWithValues: given.filter { !$0.1.isEmpty }))
  }

  /// A number in its one canonical spelling: 16 for 16.0.
  private func number(_ text: String) -> String { Double.finite(text)?.shortestText ?? text }
}
