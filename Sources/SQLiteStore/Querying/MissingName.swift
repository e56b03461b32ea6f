import LoRASpectra

extension ReadOnlySession {
  /// SQLite's message about a statement; for an unknown name it adds the nearest name, or the known
  /// ones.
  func explained(_ message: String, in sql: String) -> String {
    guard let match = message.firstMatch(of: /^no such (column|table|function): "?([^\s"]+)/) else {
      return message
    }
    // The part before a point is a table's alias.
    let name = match.output.2.split(separator: ".").last.map(String.init) ?? ""
    let known = (try? names(of: match.output.1, in: sql)) ?? []
    if let nearest = nearestName(to: name, among: known) {
      return "\(message) (did you mean '\(nearest)'?)"
    }
    return match.output.1 == "column" && !known.isEmpty
      ? "\(message) (there are \(known.joined(separator: ", ")))" : message
  }

  private func names(of kind: Substring, in sql: String) throws -> [String] {
    let views = Book.Export.allCases.map(\.rawValue)
    switch kind {
    case "table": return views
    case "function": return try column(Statements.functionNames, [:])
    default:
      let asked = views.filter { sql.lowercased().contains($0) }
      var names: [String] = []
      for view in asked.isEmpty ? views : asked {
        for name in try column(Statements.viewColumns, ["view": .text(view)])
        where !names.contains(name) {
          names.append(name)
        }
      }
      return names
    }
  }

  private func column(_ sql: String, _ values: [String: Value]) throws -> [String] {
    var names: [String] = []
    let statement = try prepare(sql)
    try statement.bind(values)
    try rows(of: statement) { names.append(try $0.text(0)) }
    return names
  }
}
