import LoRASpectra
import Rendering
import WeightFiles

extension CommandError {
  /// A file of weights that cannot be read, or must not be.
  static func of(_ error: WeightFileError) -> CommandError {
    let status: ExitStatus =
      switch error.kind {
      case .missing: .noInput
      case .unreadable: .inputOutput
      case .malformed, .unsupported: .badData
      }
    return CommandError(printable("\(error)"), status)
  }

  /// Modules that are not measured.
  static func of(_ error: MeasurementError) -> CommandError {
    switch error {
    case .twice(let module, let file):
      CommandError(
        "two modules are called '\(printable(module))', the second in '\(printable(file))'. Measure them as two sweeps, or leave one out with --exclude.",
        .badData)
    case .nothing(let leftOut):
      CommandError(
        "there is nothing to measure: "
          + (leftOut.isEmpty
            ? "no module is left. Check --include and --exclude."
            : "everything is left out.\n" + LeftOutText.lines(leftOut).joined(separator: "\n")),
        .badData)
    case .notFinite(let module):
      CommandError(
        "the module '\(printable(module))' has entries that are infinite or no numbers. Leave it out with --exclude.",
        .badData)
    case .zero(let module):
      CommandError(
        "the update of '\(printable(module))' cannot be told from zero, so it has no spectrum. Leave it out with --exclude.",
        .badData)
    }
  }
}
