import LoRASpectra

/// What ranks can be advised for in a sweep: its modules, or its profiles by shape and noise level.
package struct AdvisedUpdates: Sendable {
  /// With the spectra, in the order in which they were recorded.
  package private(set) var subjects: [AdviceSubject] = []
  /// The noise level of each subject; nil for a module.
  package private(set) var noise: [Double?] = []
  /// The names of the modules that were left out.
  package private(set) var others: [String] = []
  /// The rule of the measured adapter; nil if there is none.
  package private(set) var adapterRule: ScalingRule?
  /// Whether they are modules of a real model.
  package private(set) var areModules = false

  /// What tells subjects apart.
  private struct Key: Hashable {
    var name: ExactText
    var shape: Shape
    var noise: Double?
  }

  /// - Parameter takes: whether a name is taken.
  /// - Throws: `SQLiteError`, `SpectrumError.incomplete` for a damaged book, errors of `takes`.
  package init(_ book: Book, sweepID: Int64, takes: (String) throws -> Bool) throws {
    let blocks = try SpectrumBlocks(book.connection)
    var places: [Key: Int] = [:]
    try book.connection.rows(Statements.advisedUpdates, ["sweep_id": .integer(sweepID)]) { row in
      guard let name = try row.value(1).text, let d = Int(exactly: row.integer(2)),
        let k = Int(exactly: row.integer(3))
      else { return }
      let kind = try row.value(5).text
      guard try takes(name) else { return others.append(name) }
      let values = try blocks.values(of: row.integer(0))
      let known = values.compactMap(\.self)
      guard known.count == values.count else { throw SpectrumError.incomplete }
      areModules = areModules || kind != nil
      if let rule = try row.value(7).text, adapterRule == nil {
        adapterRule = try? ScalingRule(parsing: rule)
      }
      let shape = Shape(d: d, k: k)
      let key = Key(name: ExactText(name), shape: shape, noise: try row.value(4).number)
      if let place = places[key] { return subjects[place].spectra.append(known) }
      places[key] = subjects.count
      noise.append(key.noise)
      subjects.append(
        AdviceSubject(
          name: name, shape: shape, spectra: [known], scale: try row.value(6).number.map(abs),
          isWhole: kind != "adapter"))
    }
  }
}
