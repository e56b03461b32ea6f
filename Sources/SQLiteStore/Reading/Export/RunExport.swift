import LoRASpectra

/// A row of `runs` for an export: values that many rows share are rendered once, into memory that
/// is valid until the next row.
package struct ExportedRun {
  /// The run's id.
  package var runID: Int64
  /// The columns from sweep_id to sweep, rendered.
  package var sweep: UnsafeRawBufferPointer
  /// The update's seed.
  package var seed: Int64
  /// The columns from d to scale, rendered.
  package var settings: UnsafeRawBufferPointer
  /// The metrics that are columns of every run (``Metric/Key/columns``).
  package var measurements: Measurements
}

extension ReadOnlySession {
  /// Passes all runs of some sweeps one at a time, from one snapshot of the book. The rows are
  /// those of ``export(_:sweeps:where:begin:body:)`` for the view `runs`, without a join and a
  /// rendering per row.
  ///
  /// - Parameters:
  ///   - begin: receives the columns, once, before any row.
  ///   - render: renders adjacent values that many rows share.
  ///   - body: throws to end the export.
  /// - Throws: `ReadOnlySessionError`, errors of the closures.
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
            var measured = run.measurements
            if Metric.Key.columns.contains(where: { measured[$0] == nil }) {
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

/// Cells' settings, each rendered at its first use.
private final class ExportedSettings {
  /// Number of cached cells; each replaces one whose id has the same last bits. A sweep's cells
  /// have consecutive ids, and runs measured elsewhere may each have a cell of their own.
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

  /// - Returns: nil if the book has no such cell.
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

/// Rendered values outside Swift's reference-counted memory, so that reading them costs nothing.
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

/// Looks up diverged measurements.
private struct Divergences {
  private let statement: Statement

  init(_ connection: Connection) throws {
    statement = try connection.prepare(Statements.findDivergences)
  }

  func put(ofRun id: Int64, in measured: inout Measurements) throws {
    try statement.bind(Statements.FindDivergences.runID, id)
    while try statement.step() {
      let value = Double(divergence: try statement.text(1))
      if let metric = try Metric.Key(named: statement.text(0)) { measured[metric] = value }
    }
  }
}

extension Double {
  /// The value of a diverged measurement, by its name in the book.
  init(divergence name: String) {
    switch name {
    case "inf": self = .infinity
    case "-inf": self = -.infinity
    default: self = .nan
    }
  }
}
