import LoRASpectra

/// A contradiction between a sweep of another book and this book.
struct MergeConflict: Error {
  var what: String
}

/// Finds or creates in one book the prescriptions and updates of another.
final class MergedUpdates {
  /// Largest number of each kept in memory.
  static let limit = 100_000

  private let source: MergeSource
  private let connection: Connection
  private let updates: UpdateWriter
  private let readUpdate: Statement
  private let spectra: SpectrumBlocks
  private let ownSpectra: SpectrumBlocks
  private let modules: MergedModules
  private var prescriptions: [Int64: Int64] = [:]
  private var ids: [Int64: Int64] = [:]
  /// Runs of one update usually come together.
  private var last: (source: Int64, id: Int64)?

  init(_ source: MergeSource, into connection: Connection, _ updates: UpdateWriter) throws {
    self.source = source
    self.connection = connection
    self.updates = updates
    readUpdate = try source.connection.prepare(Statements.mergedUpdate)
    spectra = try SpectrumBlocks(source.connection)
    ownSpectra = try SpectrumBlocks(connection)
    modules = try MergedModules(source, into: connection)
  }

  /// The id in this book of a prescription of the source; nil if there is none and it is not to be
  /// created.
  func prescription(_ sourceID: Int64, isMade: Bool) throws -> Int64? {
    if let id = prescriptions[sourceID] { return id }
    var definition: String?
    try source.connection.rows(
      Statements.mergedPrescription, ["prescription_id": .integer(sourceID)]
    ) { definition = try $0.text(0) }
    guard let definition else { throw source.damage("a profile is named that is not there") }
    let found =
      isMade
      ? try connection.prescriptionID(definition) : try connection.findPrescription(definition)
    guard let id = found else { return nil }
    if prescriptions.count >= Self.limit { prescriptions.removeAll(keepingCapacity: true) }
    prescriptions[sourceID] = id
    return id
  }

  /// The id in this book of an update of the source; nil if there is none and it is not to be
  /// created.
  ///
  /// - Throws: `MergeConflict` if both books have its spectrum and the two differ.
  func update(_ sourceID: Int64, isMade: Bool) throws -> Int64? {
    if let last, last.source == sourceID { return last.id }
    guard let id = try ids[sourceID] ?? findOrMake(sourceID, isMade: isMade) else { return nil }
    if ids.count >= Self.limit { ids.removeAll(keepingCapacity: true) }
    ids[sourceID] = id
    last = (sourceID, id)
    return id
  }

  /// Copies the name and files of a measured item, if it is one.
  func copyModule(item: Int64, of sourceSweep: Int64, to sweepID: Int64, updateID: Int64) throws {
    try modules.copy(item: item, of: sourceSweep, to: sweepID, updateID: updateID)
  }

  private func findOrMake(_ sourceID: Int64, isMade: Bool) throws -> Int64? {
    if let module = try modules.update(sourceID) {
      if let id = module.id {
        try compareSpectra(sourceID, id, seed: "content \(module.content.prefix(12))")
        return id
      }
      guard isMade else { return nil }
      let id = try modules.make(module, from: sourceID)
      try updates.insert(spectrum(of: sourceID), of: id)
      return id
    }
    try readUpdate.bind(Statements.MergedUpdate.updateID, sourceID)
    defer { readUpdate.reset() }
    guard try readUpdate.step() else { throw source.damage("an update is named that is not there") }
    let given = try readUpdate.value(6).integer
    let seed = given.flatMap { UInt32(exactly: $0) }
    guard (given == nil) == (seed == nil) else {
      throw source.damage("an update has no possible seed")
    }
    var prescription: Int64?
    if let theirs = try readUpdate.value(4).integer {
      prescription = try self.prescription(theirs, isMade: isMade)
      if prescription == nil { return nil }
    }
    let origin = try Origin(
      generator: readUpdate.value(0).text, position: readUpdate.value(1).integer.map { Int($0) },
      shape: readUpdate.shape(2), prescription: prescription, noise: readUpdate.value(5).number)
    if let id = try updates.find(origin, seed: seed) {
      try compareSpectra(sourceID, id, seed: seed.map { "seed \($0)" } ?? "no seed")
      return id
    }
    return isMade
      ? try updates.update(origin, seed: seed, singularValues: spectrum(of: sourceID)) : nil
  }

  private func spectrum(of sourceID: Int64) throws -> [Double] {
    let values = try spectra.values(of: sourceID)
    // An update measured elsewhere has no spectrum.
    if values.isEmpty { return [] }
    let known = values.compactMap(\.self)
    guard known.count == values.count, let spectrum = try? Spectrum(singularValues: known) else {
      throw source.damage("singular values are recorded that are no spectrum")
    }
    return spectrum.singularValues
  }

  /// Draws are exact on every machine, spectra only to rounding.
  private func compareSpectra(_ sourceID: Int64, _ id: Int64, seed: String) throws {
    let theirs = try spectrum(of: sourceID)
    let ours = try ownSpectra.values(of: id).compactMap(\.self)
    let tolerance = 1e-10 * max(ours.first ?? 0, theirs.first ?? 0)
    let differing = zip(ours, theirs).firstIndex { !(($0 - $1).magnitude <= tolerance) }
    guard ours.count == theirs.count else {
      throw MergeConflict(
        what:
          "an update of \(seed) has \(ours.count) singular values here and \(theirs.count) there"
      )
    }
    if let differing {
      throw MergeConflict(
        what:
          "the singular value \(differing + 1) of an update of \(seed) is \(ours[differing].shortestText) here and \(theirs[differing].shortestText) there"
      )
    }
  }
}

extension Sequence {
  /// The zero-based index of the first element that meets a condition.
  fileprivate func firstIndex(where holds: (Element) -> Bool) -> Int? {
    for (index, element) in enumerated() where holds(element) { return index }
    return nil
  }
}
