import LoRASpectra
import Rendering
import SpecFiles

/// A spec as it stands in a YAML file.
struct SpecFile {
  /// The file's name without folder and ending: what the sweep is called unless it says.
  var stem: String
  /// The folder that `file:` profiles are relative to; empty for the working directory.
  var folder: String
  var entries: [SweepSpec.Field: SpecText.Entry]

  /// Reads a file.
  ///
  /// - Throws: `SpecError` with line and column.
  init(path: String) throws {
    guard TextFile.exists(path) else {
      let names = SweepSpec.builtIn.map(\.name)
      let nearest = nearestName(to: path, among: names).map { "Did you mean '\($0)'? " } ?? ""
      throw SpecError(
        description:
          "there is no spec '\(printable(path))', neither built in nor a file. \(nearest)Built in: \(names.joined(separator: ", ")).",
        status: .noInput)
    }
    let text = try TextFile.read(path)
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let file = parts.last ?? ""
    folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") : ""
    if path.hasPrefix("/"), folder.isEmpty { folder = "/" }
    let base = file.split(separator: ".", omittingEmptySubsequences: false)
    stem = base.count > 1 ? base.dropLast().joined(separator: ".") : String(file)
    entries = try SpecFile.entries(in: text, path: printable(path))
  }

  /// The fields of a spec's text.
  ///
  /// - Parameter path: what a message calls the file.
  /// - Throws: `SpecError` with line and column.
  static func entries(
    in text: String, path: String
  ) throws -> [SweepSpec.Field: SpecText.Entry] {
    do {
      return try SpecText(text).entries
    } catch let error as SpecTextError {
      throw SpecError(
        description: "\(path):\(error.mark.line):\(error.mark.column): \(error.problem)",
        status: .badData)
    }
  }
}
