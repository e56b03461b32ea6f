import LoRASpectra
import Rendering
import SpecFiles

/// A spec in a YAML file.
struct SpecFile {
  /// The file's name without folder and ending: the default name of the sweep.
  var stem: String
  /// The folder to which `file:` profiles are relative; empty for the working directory.
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
    // By bytes, as the system reads a path: for Swift a slash and an accent after it are one
    // Character.
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ""
    let file = Substring(slash.map { path.utf8[$0...].dropFirst() } ?? path.utf8[...])
    stem = String(file.utf8.lastIndex(of: UInt8(ascii: ".")).map { file[..<$0] } ?? file)
    entries = try SpecFile.entries(in: text, path: printable(path))
  }

  /// The fields of a spec's text.
  ///
  /// - Parameter path: the file's name in messages.
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
