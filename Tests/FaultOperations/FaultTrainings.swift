import LoRASpectra
import SQLiteStore

/// Operations on trained sweeps.
extension FaultOperation {
  static func train(_ round: FaultRound) throws -> String {
    try train(in: round.opening { try open(round.path) }) { try round.acknowledge() }
  }

  /// Records trainings item by item.
  ///
  /// - Parameter acknowledge: called after each step whose effect must last.
  package static func train(in book: Book, acknowledge: () throws -> Void) throws -> String {
    let grid = try TrainingGrid.made()
    let writer = try TrainingSweepWriter(book, .made("trained", 6), grid: grid)
    try acknowledge()
    do {
      for item in try grid.madeItems() {
        try writer.record([item])
        try acknowledge()
      }
      try writer.session.finish(.finished, at: time)
    } catch {
      try? writer.session.finish(.failed, at: time, failure: "\(error)")
      throw error
    }
    return "\(writer.session.recordedRuns)"
  }

  static func removeTrained(_ round: FaultRound) throws -> String {
    let book = try round.opening { try open(round.path) }
    try book.remove([book.sweepID("trained")])
    try round.acknowledge()
    return ""
  }

  static func exportTrained(_ round: FaultRound) throws -> String {
    let (book, session) = try round.opening {
      let book = try Book(reading: round.path, wait: 50)
      return (book, try ReadOnlySession(book))
    }
    var rows: [[Value]] = []
    for table in [Book.Export.trainings, .curves] {
      try session.export(
        table, sweeps: [book.sweepID("trained")], where: nil,
        begin: { rows.append($0.map(Value.text)) }, body: { rows.append(try $0.row) })
    }
    return "\(rows)"
  }
}

extension TrainingGrid {
  /// One stream with two items of two trainings each.
  fileprivate static func made() throws -> TrainingGrid {
    var spec = TrainingSpec.signal
    spec.sweep.seeds = [3]
    spec.sweep.shapes = [Shape(d: 5, k: 4)]
    spec.sweep.profiles = [
      Profile(label: "style", prescription: .linear(first: 5, last: 0.5, count: 4))
    ]
    spec.sweep.ranks = [1, 2]
    spec.sweep.rules = [.lora]
    spec.optimizers = [.sgd]
    spec.learningRates = [0.1, 1]
    spec.shared.steps = 4
    return try TrainingGrid(spec)
  }

  /// Every item with invented numbers; at the larger rate it diverged.
  fileprivate func madeItems() throws -> [TrainedItem] {
    let spectrum = try Spectrum(singularValues: [5, 3, 1, 0.5])
    return items(ofStreamAt: 0).map { item in
      let measured = spectrum.measure(rank: item.rank, scale: 1)
      return TrainedItem(
        item: item, spectrum: spectrum,
        runs: points(rank: item.rank).map { point in
          let isDiverged = point.learningRate == 1
          var summary = TrainingSummary()
          summary.scale = point.scale
          summary.status = isDiverged ? .diverged : .learned
          summary.divergedAt = isDiverged ? 2 : nil
          summary.truncationError = measured[.truncationError]
          summary.varianceCaptured = measured[.varianceCaptured]
          summary.lossFloor = 0.25
          summary.finalLoss = isDiverged ? nil : 0.5
          summary.finalError = isDiverged ? nil : 0.75
          let curve = (isDiverged ? [0, 1] : [0, 1, 2, 4]).map { step in
            var row = CurvePoint(step: step)
            row[.loss] = 2 / Double(step + 1)
            return row
          }
          return TrainingRun(point: point, summary: summary, curve: curve)
        })
    }
  }
}
