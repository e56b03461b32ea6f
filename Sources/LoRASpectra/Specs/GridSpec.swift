/// A grid of settings whose fields are read and written one by one: what a command line, a YAML
/// file and a book share.
package protocol GridSpec: Sendable {
  /// The specs with a name; fields that a file leaves out are those of the first.
  static var builtIn: [Self] { get }
  /// The fields, in order.
  static var fields: [SpecField] { get }
  /// The fields that decide what is computed; the others only describe the sweep.
  static var gridFields: [SpecField] { get }
  /// The sweep's name.
  var name: String { get set }

  /// Sets one field from the items of its list.
  ///
  /// - Parameter readingFile: returns the text of the file at a path, for `file:PATH` profiles.
  /// - Throws: `SettingError` for an item that is invalid for the field, and for a repeated value.
  mutating func set(
    _ field: SpecField, to items: [String], readingFile: (String) throws -> String) throws

  /// The field's values as texts, in the canonical spelling that ``set(_:to:readingFile:)`` parses;
  /// empty if there is no value.
  func items(of field: SpecField) -> [String]
}

extension SweepSpec: GridSpec {}

extension TrainingSpec: GridSpec {
  /// The sweep's name.
  package var name: String {
    get { sweep.name }
    set { sweep.name = newValue }
  }
}
