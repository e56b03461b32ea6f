import CFaultInjection
import LoRASpectra

/// One time that an operation is carried out.
package final class FaultRound {
  /// The book's.
  package let path: String
  /// The other's, where there is one.
  package var other: String { path + ".other" }
  private let watch: Int32
  /// How many of its steps it was told are done.
  package private(set) var acknowledged = 0
  /// What it was told are copies of the book.
  package private(set) var copies: [String] = []
  /// What it found wrong by itself.
  package private(set) var complaints: [String] = []
  /// Whether it is on one thread, and the opening of books is left out of what fails: operations of their own.
  private let isSplit: Bool
  private let onAcknowledgement: (Int) throws -> Void

  /// - Parameter watch: of the files of the book's folder.
  package init(
    _ path: String, watch: Int32, isSplit: Bool = false,
    onAcknowledgement: @escaping (Int) throws -> Void = { _ in }
  ) {
    self.path = path
    self.watch = watch
    self.isSplit = isSplit
    self.onAcknowledgement = onAcknowledgement
  }

  /// Opens what an operation is about to be done to.
  package func opening<Result>(_ open: () throws -> Result) rethrows -> Result {
    guard isSplit else { return try open() }
    faults_join(-1)
    defer { faults_join(watch) }
    return try open()
  }

  /// Computes the updates of a grid that are not recorded, as ``SweepRunner`` does.
  package func run(
    _ grid: Grid, jobs: Int, after done: Int = 0, before end: Int? = nil,
    recorded: @escaping @Sendable ([UpdateIdentity]) throws -> [Spectrum?],
    recorder: some SweepRecorder
  ) throws {
    guard isSplit else {
      let watch = watch
      let runner = SweepRunner(
        grid: grid, jobs: jobs, makeSolver: { MadeSolver() },
        recorded: {
          faults_join(watch)
          defer { faults_join(-1) }
          return try recorded($0)
        })
      _ = try runner.run(after: done, before: end, recorder: recorder)
      return
    }
    for index in 0..<grid.streamCount {
      let planned = grid.stream(at: index).updates.filter {
        (done..<(end ?? grid.updateCount)).contains($0.ordinal)
      }
      if planned.isEmpty { continue }
      for (update, known) in zip(planned, try recorded(planned.map(\.identity))) {
        try recorder.record([grid.measured(update, known ?? MadeSolver.spectrum(of: update))])
      }
    }
  }

  /// Says that what was asked is done, whatever comes now.
  package func acknowledge() throws {
    acknowledged += 1
    try onAcknowledgement(acknowledged)
  }

  /// Says that a file is a copy of the book, to be looked at when nothing fails any more.
  package func add(copy: String) { copies.append(copy) }

  /// Says that something is not as it should be, whatever else comes.
  package func complain(_ complaint: String) { complaints.append(complaint) }
}
