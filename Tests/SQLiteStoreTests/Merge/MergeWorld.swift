import LoRASpectra
import TestSupport

@testable import SQLiteStore

/// Recorded sweeps; a book may have the first pieces of each.
struct MergeWorld {
  /// One sweep, in the pieces in which it was recorded.
  enum Sweep {
    case computed(Grid, [[MeasuredUpdate]])
    case external([[ExternalRun]])

    var pieces: Int {
      switch self {
      case .computed(_, let pieces): pieces.count
      case .external(let pieces): pieces.count
      }
    }
  }

  /// The part of a sweep in a book.
  struct Part {
    var sweep: Int
    /// Number of its pieces, from the first.
    var pieces: Int
    /// Whether an incomplete part was left as running.
    var isRunning = false
  }

  var sweeps: [Sweep] = []

  init(using generator: inout SplitMix64) throws {
    for number in 0..<5 {
      if number.isMultiple(of: 2) {
        let first = UInt32.random(in: 0..<4, using: &generator)
        let grid = try Grid.handMade(seeds: Array(first..<(first + 2)))
        sweeps.append(.computed(grid, try grid.updatesByIdentity().pieces(of: 5)))
      } else {
        let runs = (0..<30).map { _ in ExternalRun.random(using: &generator) }
        sweeps.append(.external(runs.pieces(of: 7)))
      }
    }
  }

  func uuid(_ sweep: Int) -> String { "00000000-0000-4000-8000-00000000000\(sweep)" }

  /// A random choice of sweeps, each with some of its pieces.
  func parts(using generator: inout SplitMix64) -> [Part] {
    sweeps.indices.filter { _ in Int.random(in: 0..<3, using: &generator) > 0 }
      .shuffled(using: &generator)
      .map {
        Part(
          sweep: $0, pieces: Int.random(in: 1...sweeps[$0].pieces, using: &generator),
          isRunning: Bool.random(using: &generator))
      }
  }

  /// The union of books with these parts: the largest part of each sweep.
  static func union(_ books: [[Part]]) -> [Part] {
    var most: [Int: Part] = [:]
    for part in books.joined() {
      let known = most[part.sweep]
      if known.map({ ($0.pieces, $0.isRunning ? 0 : 1) < (part.pieces, part.isRunning ? 0 : 1) })
        ?? true
      {
        most[part.sweep] = part
      }
    }
    return most.values.sorted { $0.sweep < $1.sweep }
  }

  /// Records parts, with the pieces of different sweeps interleaved.
  func record(_ parts: [Part], in book: Book, using generator: inout SplitMix64) throws {
    var writers: [Int: SweepWriter] = [:]
    var left = parts.flatMap { part in Array(repeating: part.sweep, count: part.pieces) }
      .shuffled(using: &generator)
    var recorded: [Int: Int] = [:]
    while let number = left.popLast() {
      let piece = recorded[number, default: 0]
      recorded[number] = piece + 1
      switch sweeps[number] {
      case .computed(let grid, let pieces):
        let writer =
          try writers[number]
          ?? SweepWriter(
            book, .handMade(name: "sweep \(number)", uuid: uuid(number)), grid: grid)
        writers[number] = writer
        try writer.record(pieces[piece])
      case .external(let pieces):
        _ = try ExternalRunWriter.record(
          in: book,
          ExternalOrigin(
            source: .log, lorabookVersion: "9.8.7", host: "there", command: "lorabook log",
            // Of the same process in each book.
            makeUUID: { [uuid = uuid(number)] in
              piece == 0 ? uuid : uuid.dropLast(4) + "\(piece)00\(number)"
            },
            now: { "2026-01-02T03:04:0\(piece).000Z" }),
          mayAppend: true
        ) { for run in pieces[piece] { try $0.add(run, to: "sweep \(number)") } }
      }
    }
    for part in parts {
      guard let writer = writers[part.sweep] else { continue }
      if part.pieces == sweeps[part.sweep].pieces {
        try writer.session.finish(.finished, at: "2026-02-02T00:00:00.000Z")
      } else if !part.isRunning {
        try writer.session.finish(.interrupted, at: "2026-01-03T00:00:0\(part.pieces).000Z")
      }
    }
  }
}

extension Grid {
  /// Every update with a spectrum computed from its identity, for any grid.
  func updatesByIdentity() throws -> [MeasuredUpdate] {
    try (0..<streamCount).flatMap { index in
      try stream(at: index).updates.map { planned in
        let identity = planned.identity
        let first =
          7 + 0.1 * Double(identity.seed % 64) + 0.3 * identity.noise
          + 0.01 * Double(identity.definition.utf8.count) + 0.001 * Double(identity.position)
        let spectrum = try Spectrum(
          singularValues: (1...identity.shape.span).map { first / Double(3 * $0) })
        return MeasuredUpdate(
          planned: planned, spectrum: spectrum,
          measurements: points.map { spectrum.measure(rank: $0.rank, scale: $0.scale) })
      }
    }
  }
}

extension ExternalRun {
  /// A run with few settings and odd numbers, so that many runs share a cell.
  static func random(using generator: inout SplitMix64) -> ExternalRun {
    func measurement() -> Double? {
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: nil
      case 1: [.nan, .infinity, -.infinity].randomElement(using: &generator) ?? .nan
      default: Double.random(in: 0..<2, using: &generator)
      }
    }
    return ExternalRun(
      seed: UInt32.random(in: 0..<3, using: &generator), shape: Shape(d: 8, k: 6),
      profile: ["p", "é", "e\u{301}"].randomElement(using: &generator) ?? "p",
      noise: [nil, 0, 0.5].randomElement(using: &generator) ?? nil,
      rank: Int.random(in: 1...2, using: &generator), alpha: 16, rule: "lora", scale: 8,
      MetricValues { _ in measurement() })
  }
}

/// The contents of books whose ids and names may differ: everything, by sweep in the order of the
/// uuids.
enum BookContent {
  static func of(_ path: String) throws -> [[Value]] {
    let connection = try Connection(path: path, access: .reading, wait: 1000)
    return try [
      """
      SELECT uuid, CASE status WHEN 'running' THEN 'interrupted' ELSE status END, source, started_at,
        finished_at, planned_runs, recorded_runs, spec, failure
      FROM sweep ORDER BY uuid
      """,
      """
      SELECT sweep.uuid, execution.uuid, shard, shards, execution.started_at, execution.finished_at,
        lorabook_version, git_commit, generator, lapack, lapack_threads, jobs, host, processor,
        command, boot_id, process_id, process_start
      FROM execution JOIN sweep USING (sweep_id) ORDER BY 1, execution_id
      """,
      """
      SELECT sweep.uuid, execution.uuid, item, sequence + run_id - recording_id
      FROM measured_run
      JOIN recording ON run_id BETWEEN recording_id AND recording_id + runs - 1
      JOIN execution USING (execution_id)
      JOIN sweep ON sweep.sweep_id = recording.sweep_id
      ORDER BY sweep.uuid, run_id
      """,
      """
      SELECT uuid, seed, runs.d, runs.k, profile, noise, rank, alpha, rule, scale, error,
        truncation_error, variance_captured, error_diverged, truncation_error_diverged,
        variance_captured_diverged
      FROM runs JOIN sweep USING (sweep_id) ORDER BY uuid, run_id
      """,
      """
      SELECT uuid, label, d, k, cell.noise, rank, alpha, rule, scale, label_scale, definition,
        metric, n, mean, squared_deviations
      FROM cell
      JOIN sweep USING (sweep_id)
      JOIN sweep_profile USING (sweep_id, prescription_id)
      LEFT JOIN parameter_set USING (parameter_set_id)
      LEFT JOIN cell_summary USING (cell_id)
      ORDER BY uuid, cell_id, metric
      """,
      """
      SELECT DISTINCT uuid, seed, spectra.d, spectra.k, profile, noise, position, singular_value
      FROM spectra JOIN sweep USING (sweep_id)
      ORDER BY uuid, seed, spectra.d, spectra.k, profile, noise, position
      """,
      """
      SELECT definition, generator, position, d, k, noise, seed
      FROM weight_update JOIN prescription USING (prescription_id) ORDER BY 1, 2, 3, 4, 5, 6, 7
      """,
      "SELECT definition FROM prescription ORDER BY 1", "PRAGMA foreign_key_check",
      "PRAGMA integrity_check",
      // Rows here show that two counts differ.
      """
      SELECT uuid FROM sweep
      WHERE recorded_runs <> (SELECT count(*) FROM runs WHERE runs.sweep_id = sweep.sweep_id)
      """,
      "SELECT count(*) - (SELECT sum(runs) FROM recording) FROM measured_run",
    ].flatMap { try connection.table($0).rows }
  }
}
