import CFaultInjection
import LoRASpectra

/// One run of an operation.
package final class FaultRound {
  /// The book's path.
  package let path: String
  /// The other book's path, if there is one.
  package var other: String { path + ".other" }
  private let watch: Int32
  /// Number of steps acknowledged.
  package private(set) var acknowledged = 0
  /// The copies of the book that it made.
  package private(set) var copies: [String] = []
  /// The faults that it found itself.
  package private(set) var complaints: [String] = []
  /// Whether it is limited to one thread and does not inject faults into opening books, which is a
  /// separate operation.
  private let isSplit: Bool
  private let onAcknowledgement: (Int) throws -> Void

  /// - Parameter watch: the watch of the book's folder.
  package init(
    _ path: String, watch: Int32, isSplit: Bool = false,
    onAcknowledgement: @escaping (Int) throws -> Void = { _ in }
  ) {
    self.path = path
    self.watch = watch
    self.isSplit = isSplit
    self.onAcknowledgement = onAcknowledgement
  }

  /// Opens the input of an operation.
  package func opening<Result>(_ open: () throws -> Result) rethrows -> Result {
    guard isSplit else { return try open() }
    faults_join(-1)
    defer { faults_join(watch) }
    return try open()
  }

  /// Computes the updates of a grid that are not recorded, as an ``ExperimentRunner`` does.
  package func run(
    _ grid: Grid, _ items: ItemSet? = nil, jobs: Int,
    recorded: @escaping @Sendable ([UpdateIdentity]) throws -> [Spectrum?],
    recorder: some OutcomeRecorder<MeasuredUpdate>
  ) throws {
    guard isSplit else {
      let watch = watch
      let experiment = ClosedFormExperiment(
        grid, makeSolver: { MadeSolver() },
        recorded: {
          faults_join(watch)
          defer { faults_join(-1) }
          return try recorded($0)
        })
      _ = try ExperimentRunner(experiment, jobs: jobs).run(items, recorder: recorder)
      return
    }
    for index in 0..<grid.streamCount {
      let planned = grid.stream(at: index).updates.filter {
        items?.contains($0.ordinal) ?? true
      }
      if planned.isEmpty { continue }
      for (update, known) in zip(planned, try recorded(planned.map(\.identity))) {
        try recorder.record([grid.measured(update, known ?? MadeSolver.spectrum(of: update))])
      }
    }
  }

  /// Acknowledges a step: its effect must survive later faults.
  package func acknowledge() throws {
    acknowledged += 1
    try onAcknowledgement(acknowledged)
  }

  /// Registers a copy of the book, to be checked when no more faults are injected.
  package func add(copy: String) { copies.append(copy) }

  /// Records a fault, whatever happens later.
  package func complain(_ complaint: String) { complaints.append(complaint) }
}
