import LoRASpectra
import Rendering
import Yams

/// A spec as it stands in a YAML text: a mapping of field names to a value, a list or a list text.
package struct SpecText {
  /// One field's value.
  package struct Entry {
    /// Where the value begins.
    package var mark: TextMark
    /// The value, or each item of the list, with where it begins.
    package var items: [(text: String, mark: TextMark)]
  }

  /// What the text says, by field.
  package private(set) var entries: [SweepSpec.Field: Entry] = [:]

  /// Reads a text.
  ///
  /// - Throws: `SpecTextError`.
  package init(_ text: String) throws {
    let known = SweepSpec.Field.allCases.map(\.rawValue)
    guard SpecText.aliases(in: text) <= SpecText.mostAliases else {
      throw SpecTextError(
        .start, "has more than \(SpecText.mostAliases) aliases. Write the values themselves.")
    }
    let node: Node?
    do {
      // The encoding is said, because Yams takes it from the environment where it is not.
      node = try Yams.compose(yaml: text, .default, .default, .utf8)
    } catch let error as YamlError {
      throw SpecTextError(error)
    }
    guard let node, case .mapping(let mapping) = node else {
      throw SpecTextError(
        TextMark(node?.mark),
        "is no spec. Write 'field: value' lines; fields are \(known.joined(separator: ", ")).")
    }
    for (key, value) in mapping {
      let name = key.string ?? ""
      guard let field = SweepSpec.Field(rawValue: name) else {
        let nearest = nearestName(to: name, among: known).map { "Did you mean '\($0)'? " } ?? ""
        throw SpecTextError(
          TextMark(key.mark),
          "'\(printable(name.shortened(to: 80)))' is no field of a spec. \(nearest)Fields are \(known.joined(separator: ", "))."
        )
      }
      entries[field] = try SpecText.entry(field, value)
    }
  }

  private static func entry(_ field: SweepSpec.Field, _ value: Node) throws -> Entry {
    let mark = TextMark(value.mark)
    switch value {
    case .scalar(let scalar):
      let texts =
        field == .name || field == .note ? [scalar.string] : ListText.items(scalar.string)
      return Entry(mark: mark, items: texts.map { ($0, mark) })
    case .sequence(let sequence):
      let items = try sequence.map { item in
        guard case .scalar(let scalar) = item else {
          throw SpecTextError(
            TextMark(item.mark),
            "\(field.rawValue): an item is no plain value. Write one value an item.")
        }
        return (text: scalar.string, mark: TextMark(item.mark))
      }
      return Entry(mark: mark, items: items)
    case .mapping, .alias:
      throw SpecTextError(
        mark,
        "\(field.rawValue): is no value or list. Write it as '\(field.rawValue): value'.")
    }
  }

  /// A spec has no use for them, and a few that name one another grow without bounds where they are read.
  private static let mostAliases = 8

  /// About how many aliases there are: an asterisk and a name where a value may begin.
  private static func aliases(in text: String) -> Int {
    text.matches(of: #/(?:^|[\s\[{,:?-])\*[^\s,\[\]{}]/#).count
  }

  /// The canonical text of a spec's grid, as YAML that ``init(_:)`` reads back.
  ///
  /// - Throws: what the YAML library throws, which a test rules out.
  package static func canonical(_ spec: SweepSpec) throws -> String {
    let pairs = SweepSpec.gridFields.map { field -> (Node, Node) in
      let items = spec.items(of: field).map { Node($0) }
      let value =
        field == .stream
        ? items.first ?? Node("") : Node.sequence(Node.Sequence(items, .implicit, .flow))
      return (Node(field.rawValue), value)
    }
    return try Yams.serialize(node: Node(pairs), width: -1, allowUnicode: true)
  }
}
