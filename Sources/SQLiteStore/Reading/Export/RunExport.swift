import LoRASpectra

/// A row of `runs` as an export takes it: what many rows have in common is rendered once, into memory that is
/// good until the next row.
package struct ExportedRun {
  /// The run's id.
  package var runID: Int64
  /// The columns from sweep_id to sweep, rendered.
  package var sweep: UnsafeRawBufferPointer
  /// The update's seed.
  package var seed: Int64
  /// The columns from d to scale, rendered.
  package var settings: UnsafeRawBufferPointer
  /// error, truncation_error and variance_captured; nil where one was not recorded, not finite where it
  /// diverged.
  package var measurements: (Double?, Double?, Double?)
}

extension ReadOnlySession {
  /// Gives all runs of some sweeps one after another, as the book is at one moment, none of them kept: what
  /// ``export(_:sweeps:where:begin:body:)`` gives of the view `runs`, without a join and a rendering a row.
  ///
  /// - Parameters:
  ///   - begin: sees the columns, once, before any row.
  ///   - render: renders values that stand one behind the other in many rows.
  ///   - body: throws to end the export.
  /// - Throws: `ReadOnlySessionError`, what the closures throw.
  package func exportRuns(
    sweeps ids: [Int64], begin: ([String]) throws -> Void, render: @escaping ([Value]) -> [UInt8],
    body: (ExportedRun) throws -> Void
  ) throws {
    try begin(prepare(Statements.exportRuns).columns)
    let sweep = try prepare(Statements.exportedSweep)
    let recordings = try prepare(Statements.exportedRecordings)
    let settings = try ExportedSettings(connection, render)
    let divergences = try Divergences(connection)
    let runs = try RangeOfRuns(connection)
    try atOneMoment {
      for id in ids {
        try sweep.bind(["sweep_id": .integer(id)])
        var common = RenderedColumns()
        try rows(of: sweep) { common = RenderedColumns(render(try $0.row)) }
        defer { common.deallocate() }
        try recordings.bind(["sweep_id": .integer(id)])
        try rows(of: recordings) { recording in
          let seed = recording.integer(2)
          try runs.forEach(from: recording.integer(0), count: recording.integer(1)) { run in
            guard let settings = try settings.rendered(ofCell: run.cell) else { return }
            var measured = (run.error, run.truncationError, run.varianceCaptured)
            if measured.0 == nil || measured.1 == nil || measured.2 == nil {
              try divergences.put(ofRun: run.id, in: &measured)
            }
            try body(
              ExportedRun(
                runID: run.id, sweep: common.bytes, seed: seed, settings: settings,
                measurements: measured))
          }
        }
      }
    }
  }
}

/// Cells' settings, each rendered when it is first met.
private final class ExportedSettings {
  /// How many are remembered, each in the place of one whose id has the same last bits: a sweep's cells follow
  /// one another, and runs measured elsewhere may each have a cell of their own.
  private static let places: Int64 = 1 << 16

  private let statement: Statement
  private let render: ([Value]) -> [UInt8]
  private let remembered: UnsafeMutableBufferPointer<(cell: Int64, columns: RenderedColumns)>

  init(_ connection: Connection, _ render: @escaping ([Value]) -> [UInt8]) throws {
    self.render = render
    statement = try connection.prepare(Statements.exportedSettings)
    remembered = .allocate(capacity: Int(ExportedSettings.places))
    remembered.initialize(repeating: (0, RenderedColumns()))
  }

  deinit {
    for place in remembered { place.columns.deallocate() }
    remembered.deallocate()
  }

  /// - Returns: nil where the book has no such cell.
  func rendered(ofCell id: Int64) throws -> UnsafeRawBufferPointer? {
    let place = Int(id & (ExportedSettings.places - 1))
    if remembered[place].cell == id, !remembered[place].columns.bytes.isEmpty {
      return remembered[place].columns.bytes
    }
    try statement.bind(Statements.ExportedSettings.cellID, id)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    let new = RenderedColumns(render(try statement.row))
    remembered[place].columns.deallocate()
    remembered[place] = (id, new)
    return new.bytes
  }
}

/// Rendered values outside of Swift's counted memory: to look at them costs nothing.
private struct RenderedColumns {
  let bytes: UnsafeRawBufferPointer

  init() { bytes = UnsafeRawBufferPointer(start: nil, count: 0) }

  init(_ rendered: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: rendered.count, alignment: 1)
    memory.copyBytes(from: rendered)
    bytes = UnsafeRawBufferPointer(memory)
  }

  func deallocate() { bytes.deallocate() }
}

/// Looks up what diverged.
private struct Divergences {
  private let statement: Statement

  init(_ connection: Connection) throws {
    statement = try connection.prepare(Statements.findDivergences)
  }

  func put(ofRun id: Int64, in measured: inout (Double?, Double?, Double?)) throws {
    try statement.bind(Statements.FindDivergences.runID, id)
    while try statement.step() {
      let value = Double(divergence: try statement.text(1))
      switch try statement.text(0) {
      case "error": measured.0 = value
      case "truncation_error": measured.1 = value
      default: measured.2 = value
      }
    }
  }
}

extension Double {
  /// What a measurement became, by the name under which a book keeps it.
  init(divergence name: String) {
    switch name {
    case "inf": self = .infinity
    case "-inf": self = -.infinity
    default: self = .nan
    }
  }
}
