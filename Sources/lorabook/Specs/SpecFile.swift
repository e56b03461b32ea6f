import LoRASpectra
import Rendering
import SpecFiles

/// A spec in a YAML file.
struct SpecFile {
  /// The file's name without folder and ending: the default name of the sweep.
  var stem: String
  /// The folder to which `file:` profiles are relative; empty for the working directory.
  var folder: String
  var entries: [SpecField: SpecText.Entry]

  /// Reads a file.
  ///
  /// - Throws: `SpecError` with line and column.
  init<Spec: GridSpec>(path: String, of kind: Spec.Type) throws {
    guard TextFile.exists(path) else { throw SpecFile.missing(path, of: kind) }
    let text = try TextFile.read(path)
    // By bytes, as the system reads a path: for Swift a slash and an accent after it are one
    // Character.
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ""
    let file = Substring(slash.map { path.utf8[$0...].dropFirst() } ?? path.utf8[...])
    stem = String(file.utf8.lastIndex(of: UInt8(ascii: ".")).map { file[..<$0] } ?? file)
    entries = try SpecFile.entries(in: text, path: printable(path), fields: Spec.fields)
  }

  /// The error for a name that is neither built in nor a file.
  static func missing<Spec: GridSpec>(_ path: String, of kind: Spec.Type) -> SpecError {
    let names = Spec.builtIn.map(\.name)
    let nearest = nearestName(to: path, among: names).map { "Did you mean '\($0)'? " } ?? ""
    return SpecError(
      description:
        "there is no spec '\(printable(path))', neither built in nor a file. \(nearest)Built in: \(names.joined(separator: ", ")).",
      status: .noInput)
  }

  /// The fields of a spec's text.
  ///
  /// - Parameter path: the file's name in messages.
  /// - Throws: `SpecError` with line and column.
  static func entries(
    in text: String, path: String, fields: [SpecField]
  ) throws -> [SpecField: SpecText.Entry] {
    do {
      return try SpecText(text, fields: fields).entries
    } catch let error as SpecTextError {
      throw SpecError(
        description: "\(path):\(error.mark.line):\(error.mark.column): \(error.problem)",
        status: .badData)
    }
  }
}
