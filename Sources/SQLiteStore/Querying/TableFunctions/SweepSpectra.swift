import LoRASpectra

/// One update of a sweep, and the singular values that the book has of it: σ₁ ≥ σ₂ ≥ …
struct UpdateSpectrum {
  let update: Int64
  let origin: Int64
  var values: [Double] = []

  /// σᵢ/σ₁; nil for each if σ₁ is 0.
  var ratios: [Double]? {
    guard let largest = values.first, largest != 0 else { return nil }
    return values.map { $0 / largest }
  }
}

/// Reads the spectra of a sweep's updates, one after the other.
struct SweepSpectra {
  private let statement: Statement
  private var next: UpdateSpectrum?
  private static let blockLength: Int32 = 32

  /// - Parameter byRecording: in the order in which the updates were recorded first, not of their ids.
  init(_ connection: Connection, _ sweep: Value, byRecording: Bool = false) throws {
    statement = try connection.prepare(Statements.spectraOfSweep)
    try statement.bind(["sweep_id": sweep, "by_recording": .integer(byRecording ? 1 : 0)])
    next = try row()
  }

  private func row() throws -> UpdateSpectrum? {
    guard try statement.step() else { return nil }
    var block = UpdateSpectrum(update: statement.integer(0), origin: statement.integer(1))
    statement.appendNumbers(from: 2, count: SweepSpectra.blockLength, to: &block.values)
    return block
  }

  mutating func read() throws -> UpdateSpectrum? {
    guard var spectrum = next else { return nil }
    next = try row()
    while let more = next, more.update == spectrum.update {
      spectrum.values += more.values
      next = try row()
    }
    return spectrum
  }
}
