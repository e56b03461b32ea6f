import LoRASpectra
import Rendering
import SQLiteStore
import SpecFiles

/// The source of a field's value, so that a message can point there.
enum SettingOrigin {
  /// The built-in spec with that name.
  case builtIn(String)
  case option
  /// A YAML file, with the mark of the field's value and of each item in it.
  case file(path: String, mark: TextMark, items: [String: TextMark])
}

/// An invalid setting or spec file, with its source.
struct SpecError: Error, CustomStringConvertible {
  var description: String
  var status: ExitStatus
}

/// A spec whose fields remember their sources.
struct LocatedSpec<Spec: GridSpec> {
  private(set) var spec: Spec
  /// Whether an option or a file gave the name.
  private(set) var nameIsAsked = false
  private var origins: [SpecField: SettingOrigin]

  /// The built-in spec with a name, or the YAML file at a path.
  ///
  /// - Throws: `SpecError` if there is neither, or the file is unreadable or malformed.
  init(named text: String) throws {
    if let known = Spec.builtIn.first(where: { $0.name == text }) {
      self.init(spec: known, origin: .builtIn(text))
      return
    }
    let file = try SpecFile(path: text, of: Spec.self)
    guard let base = Spec.builtIn.first else { throw SpecFile.missing(text, of: Spec.self) }
    self.init(spec: base, origin: .builtIn(base.name))
    // A file's name may be invalid for a sweep.
    spec.name = (try? Book.checkName(file.stem)) == nil ? "sweep" : file.stem
    // In the fields' own order, so that a message does not depend on the order in the file.
    for field in Spec.fields {
      guard let entry = file.entries[field] else { continue }
      try set(
        field, to: entry.items.map(\.text),
        origin: .file(
          path: text, mark: entry.mark,
          items: Dictionary(entry.items.map { ($0.text, $0.mark) }, uniquingKeysWith: { $1 })),
        profilesIn: file.folder)
    }
  }

  private init(spec: Spec, origin: SettingOrigin) {
    self.spec = spec
    origins = Dictionary(
      uniqueKeysWithValues: Spec.fields.map { ($0, origin) })
  }

  /// Overrides a field with an option.
  ///
  /// - Throws: `SpecError`.
  mutating func override(_ field: SpecField, with items: [String]) throws {
    try set(field, to: items, origin: .option, profilesIn: "")
  }

  /// Sets the name, which a suffix may tell from others, if it is valid.
  mutating func suggestName(_ name: String) {
    if (try? Book.checkName(name)) != nil { spec.name = name }
  }

  /// Validates the whole spec for workers with so many bytes of memory each.
  ///
  /// - Throws: `SpecError`.
  func grid(memory: Double) throws -> Grid where Spec == SweepSpec {
    try described { try Grid(spec, memory: memory) }
  }

  /// Validates the whole spec for workers with so many bytes of memory each.
  ///
  /// - Throws: `SpecError`.
  func grid(memory: Double) throws -> TrainingGrid where Spec == TrainingSpec {
    try described { try TrainingGrid(spec, memory: memory) }
  }

  private func described<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as SettingError {
      throw describe(error)
    }
  }

  private mutating func set(
    _ field: SpecField, to items: [String], origin: SettingOrigin, profilesIn folder: String
  ) throws {
    origins[field] = origin
    if field == .name { nameIsAsked = true }
    do {
      try spec.set(field, to: items) { path in
        try TextFile.read(
          path.utf8.first == UInt8(ascii: "/") || folder.isEmpty ? path : "\(folder)/\(path)")
      }
      if field == .name { try Book.checkName(spec.name) }
    } catch let error as SettingError {
      throw describe(error)
    } catch let error as BookError {
      guard case .file(let path, let mark, _) = origin else { throw error }
      let problem = CommandError(error)?.message ?? "\(error)"
      throw SpecError(
        description: "\(printable(path)):\(mark.line):\(mark.column): \(problem)",
        status: .badData)
    }
  }

  /// `--ranks: '100' is above …` or `spec.yaml:3:9: ranks: '100' is above …`.
  private func describe(_ error: SettingError) -> SpecError {
    let text = printable(error.description)
    switch origins[error.field] {
    case .file(let path, let mark, let items):
      let mark = items[error.value] ?? mark
      return SpecError(
        description:
          "\(printable(path)):\(mark.line):\(mark.column): \(error.field.rawValue): \(text)",
        status: .badData)
    case .option, nil:
      return SpecError(description: "--\(error.field.option): \(text)", status: .usage)
    case .builtIn(let name):
      return SpecError(
        description: "--\(error.field.option), from the built-in \(name): \(text)",
        status: .usage)
    }
  }
}
