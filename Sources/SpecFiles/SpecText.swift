import LoRASpectra

/// A spec in a YAML text: a mapping of field names to a value, a list or a list text.
package struct SpecText {
  /// One field's value.
  package struct Entry {
    /// The place of the value.
    package var mark: TextMark
    /// The value, or the items of the list, with their places.
    package var items: [(text: String, mark: TextMark)]
  }

  /// The contents of the text, by field.
  package private(set) var entries: [SweepSpec.Field: Entry] = [:]

  /// A value of the text: a scalar, or a list of scalars.
  private struct Value {
    var mark: TextMark
    var texts: [(text: String, mark: TextMark)]
    var isList: Bool
  }

  private let fields: [SpecField]

  /// The values that have an anchor.
  private var anchored: [String: Value] = [:]

  /// Parses a text.
  ///
  /// - Parameter fields: those that it may have.
  /// - Throws: `SpecTextError`.
  package init(_ text: String, fields: [SpecField] = SweepSpec.fields) throws {
    self.fields = fields
    var reader = try YAMLReader(text)
    var next = try reader.next()
    while case .start = next.event { next = try reader.next() }
    guard case .mappingStart = next.event else {
      throw SpecTextError(
        next.mark,
        "is no spec. Write 'field: value' lines; fields are \(fieldNames).")
    }
    while true {
      let key = try reader.next()
      if case .end = key.event { break }
      let field = try field(key.event, key.mark)
      let value = try value(of: field, &reader)
      let items =
        value.isList || field == .name || field == .note
        ? value.texts : value.texts.flatMap { ListText.items($0.text).map { ($0, value.mark) } }
      entries[field] = Entry(mark: value.mark, items: items)
    }
    _ = try reader.next()
    let rest = try reader.next()
    guard case .streamEnd = rest.event else {
      throw SpecTextError(rest.mark, "has a second document. Write one spec a file.")
    }
  }

  private var fieldNames: String { fields.map(\.rawValue).joined(separator: ", ") }

  private func field(_ event: YAMLReader.Event, _ mark: TextMark) throws -> SweepSpec.Field {
    var name = ""
    if case .scalar(let text, _) = event { name = text }
    guard let field = fields.first(where: { $0.rawValue == name }) else {
      let nearest = nearestName(to: name, among: fields.map(\.rawValue))
      throw SpecTextError(
        mark,
        "'\(printable(name.shortened(to: 80)))' is no field of a spec. \(nearest.map { "Did you mean '\($0)'? " } ?? "")Fields are \(fieldNames)."
      )
    }
    guard entries[field] == nil else {
      throw SpecTextError(mark, "the key '\(name)' is given twice. Give every field once.")
    }
    return field
  }

  private mutating func value(
    of field: SweepSpec.Field, _ reader: inout YAMLReader
  ) throws -> Value {
    let (event, mark) = try reader.next()
    switch event {
    case .scalar(let text, let anchor):
      let value = Value(mark: mark, texts: [(text, mark)], isList: false)
      if let anchor { anchored[anchor] = value }
      return value
    case .alias(let name):
      guard let value = anchored[name] else { throw SpecText.noAnchor(name, mark) }
      return value
    case .sequenceStart(let anchor):
      var value = Value(mark: mark, texts: [], isList: true)
      while let item = try item(of: field, &reader) { value.texts.append(item) }
      if let anchor { anchored[anchor] = value }
      return value
    default:
      throw SpecTextError(
        mark,
        "\(field.rawValue): is no value or list. Write it as '\(field.rawValue): value'.")
    }
  }

  /// - Returns: nil at the list's end.
  private mutating func item(
    of field: SweepSpec.Field, _ reader: inout YAMLReader
  ) throws -> (text: String, mark: TextMark)? {
    let (event, mark) = try reader.next()
    switch event {
    case .end: return nil
    case .scalar(let text, let anchor):
      if let anchor {
        anchored[anchor] = Value(mark: mark, texts: [(text, mark)], isList: false)
      }
      return (text, mark)
    case .alias(let name):
      guard let value = anchored[name] else { throw SpecText.noAnchor(name, mark) }
      if !value.isList, let text = value.texts.first { return text }
    default: break
    }
    throw SpecTextError(
      mark, "\(field.rawValue): an item is no plain value. Write one value an item.")
  }

  private static func noAnchor(_ name: String, _ mark: TextMark) -> SpecTextError {
    SpecTextError(
      mark,
      "there is no anchor '&\(printable(name.shortened(to: 80)))' before '*'. Write the value itself."
    )
  }

  /// The canonical text of a spec's grid, as YAML that ``init(_:fields:)`` parses. Fields without a
  /// value are left out.
  ///
  /// - Throws: an error of the YAML library, which a test rules out.
  package static func canonical<Spec: GridSpec>(_ spec: Spec) throws -> String {
    try YAMLWriter.text(
      of: Spec.gridFields.compactMap { field in
        let items = spec.items(of: field)
        guard let first = items.first else { return nil }
        return (field.rawValue, field.isList ? .list(items) : .text(first))
      })
  }
}
