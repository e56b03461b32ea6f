import LoRASpectra

/// Modules of measured sweeps, selected by name.
package struct ModuleSelection: Sendable {
  /// Names and patterns with commas between, as given.
  package let text: String
  /// The selected modules' names, in the order of their bytes within a pattern.
  package let names: [String]
  private let known: Set<ExactText>

  /// - Parameters:
  ///   - text: names with commas between; `*` stands for any text.
  ///   - ids: the sweeps whose modules are selected.
  /// - Throws: `ModuleSelectionError` if a pattern matches none of them, `SQLiteError`.
  package init(_ book: Book, _ text: String, ofSweeps ids: [Int64]) throws {
    self.text = text
    var names: [String] = []
    var known: Set<ExactText> = []
    for pattern in ListText.items(text) {
      let found = try book.moduleNames(pattern, ofSweeps: ids)
      guard !found.isEmpty else {
        throw ModuleSelectionError(
          pattern: pattern,
          nearest: nearestName(to: pattern, among: try book.moduleNames("*", ofSweeps: ids)))
      }
      names += found.filter { known.insert(ExactText($0)).inserted }
    }
    self.names = names
    self.known = known
  }

  /// Whether a module is selected.
  package func takes(_ name: String) -> Bool { known.contains(ExactText(name)) }

  /// The names as the JSON array that statements take.
  var array: Value { .text(ParameterColumns.array(names)) }
}

/// No module has the selected name.
package struct ModuleSelectionError: Error, Equatable {
  /// The name or pattern as given.
  package var pattern: String
  /// The most similar name; nil if none is similar.
  package var nearest: String?
}

extension Book {
  /// The names of modules that match a pattern, in which `*` stands for any text.
  fileprivate func moduleNames(_ pattern: String, ofSweeps ids: [Int64]) throws -> [String] {
    var names: [String] = []
    try connection.rows(
      Statements.moduleNames, ["sweep_ids": Connection.array(ids), "pattern": .text(pattern)]
    ) { names.append(try $0.text(0)) }
    return names
  }

  /// The cells of measured sweeps in which selected modules have runs, with the means over these.
  ///
  /// - Throws: `SQLiteError`.
  package func cells(of modules: ModuleSelection, inSweeps ids: [Int64]) throws -> ResultTable {
    try connection.table(
      Statements.cellsOfModules, ["sweep_ids": Connection.array(ids), "modules": modules.array])
  }
}
