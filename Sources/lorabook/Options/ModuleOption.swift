import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

/// The option that selects modules of measured sweeps.
struct ModuleOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Of measured modules these alone: names with commas between; '*' stands for any text.",
      valueName: "names"))
  var module: String?

  /// The selected modules of some sweeps; nil for all.
  ///
  /// - Throws: `CommandError` if a name is not among them, `SQLiteError`.
  func selection(_ book: Book, ofSweeps ids: [Int64]) throws -> ModuleSelection? {
    do {
      return try module.map { try ModuleSelection(book, $0, ofSweeps: ids) }
    } catch let error as ModuleSelectionError {
      let pattern = printable(error.pattern.shortened(to: 80))
      throw CommandError(
        "--module: no measured module is named '\(pattern)'. "
          + (error.nearest.map { "Did you mean '\(printable($0))'? " } ?? "")
          + "'lorabook export --table modules' lists them.", .usage)
    }
  }
}
