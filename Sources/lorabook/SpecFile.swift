import LoRASpectra
import Rendering
import Yams

/// A spec as it stands in a YAML file: a mapping of field names to a value, a list or a list text.
struct SpecFile {
  /// One field's value.
  struct Entry {
    var mark: TextMark
    var items: [(text: String, mark: TextMark)]
  }

  /// The file's name without folder and ending: what the sweep is called unless it says.
  var stem: String
  /// The folder that `file:` profiles are relative to; empty for the working directory.
  var folder: String
  var entries: [SweepSpec.Field: Entry]

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

  static func entries(
    in text: String, path: String
  ) throws -> [SweepSpec.Field: Entry] {
    func refuse(_ mark: TextMark, _ problem: String) -> SpecError {
      SpecError(description: "\(path):\(mark.line):\(mark.column): \(problem)", status: .badData)
    }
    let known = SweepSpec.Field.allCases.map(\.rawValue)
    guard SpecFile.aliases(in: text) <= SpecFile.mostAliases else {
      throw refuse(
        TextMark(nil), "has more than \(SpecFile.mostAliases) aliases. Write the values themselves."
      )
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw describe(error, path: path)
    }
    guard let node, case .mapping(let mapping) = node else {
      throw refuse(
        TextMark(node?.mark),
        "is no spec. Write 'field: value' lines; fields are \(known.joined(separator: ", ")).")
    }
    var entries: [SweepSpec.Field: Entry] = [:]
    for (key, value) in mapping {
      let name = key.string ?? ""
      guard let field = SweepSpec.Field(rawValue: name) else {
        let nearest = nearestName(to: name, among: known).map { "Did you mean '\($0)'? " } ?? ""
        throw refuse(
          TextMark(key.mark),
          "'\(printable(name.shortened(to: 80)))' is no field of a spec. \(nearest)Fields are \(known.joined(separator: ", "))."
        )
      }
      let mark = TextMark(value.mark)
      switch value {
      case .scalar(let scalar):
        let texts =
          field == .name || field == .note ? [scalar.string] : ListText.items(scalar.string)
        entries[field] = Entry(mark: mark, items: texts.map { ($0, mark) })
      case .sequence(let sequence):
        let items = try sequence.map { item in
          guard case .scalar(let scalar) = item else {
            throw refuse(
              TextMark(item.mark), "\(name): an item is no plain value. Write one value an item.")
          }
          return (text: scalar.string, mark: TextMark(item.mark))
        }
        entries[field] = Entry(mark: mark, items: items)
      case .mapping, .alias:
        throw refuse(mark, "\(name): is no value or list. Write it as '\(name): value'.")
      }
    }
    return entries
  }

  /// A spec has no use for them, and a few that name one another grow without bounds where they are read.
  private static let mostAliases = 8

  /// About how many aliases there are: an asterisk and a name where a value may begin.
  private static func aliases(in text: String) -> Int {
    text.matches(of: #/(?:^|[\s\[{,:?-])\*[^\s,\[\]{}]/#).count
  }

  private static func describe(_ error: YamlError, path: String) -> SpecError {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let around = context.map { " \($0.text)" } ?? ""
      return SpecError(
        description:
          "\(path):\(mark.line):\(mark.column): is no YAML: \(problem)\(printable(around)). Mend that line.",
        status: .badData)
    case .reader(let problem, let offset, _, let yaml):
      // Where libyaml stopped, counted in bytes or code units; the text before it gives the place.
      let before = yaml.utf8.prefix(offset ?? 0)
      let line = before.count { $0 == UInt8(ascii: "\n") } + 1
      let column =
        before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
      return SpecError(
        description:
          "\(path):\(line):\(column): is no YAML: \(problem). Mend that line.", status: .badData)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let mark = context.mark
      let keys = duplicates.map { "'\(printable("\($0)"))'" }.joined(separator: ", ")
      return SpecError(
        description:
          "\(path):\(mark.line):\(mark.column): the key \(keys) is given twice. Give every field once.",
        status: .badData)
    default:
      return SpecError(
        description: "\(path): is no YAML: \(printable("\(error)")). Mend the file.",
        status: .badData)
    }
  }

  /// The canonical text of a spec's grid, as YAML that ``init(path:)`` reads back.
  static func canonicalText(_ spec: SweepSpec) throws -> String {
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

extension TextMark {
  fileprivate init(_ mark: Mark?) {
    self.init(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }
}
