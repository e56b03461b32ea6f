/// A sweep's experiment: each item is an update that is drawn, and measured at all points of the
/// grid from its spectrum.
package struct ClosedFormExperiment<Solver: UpdateSolver>: Experiment {
  /// The grid.
  package let grid: Grid
  private let makeSolver: @Sendable () -> Solver
  private let recorded: @Sendable ([UpdateIdentity]) throws -> [Spectrum?]

  /// - Parameters:
  ///   - makeSolver: makes a solver for one worker.
  ///   - recorded: the spectra that are already recorded, in the order of the identities; nil for
  ///   one that is not.
  package init(
    _ grid: Grid, makeSolver: @escaping @Sendable () -> Solver,
    recorded: @escaping @Sendable ([UpdateIdentity]) throws -> [Spectrum?]
  ) {
    self.grid = grid
    self.makeSolver = makeSolver
    self.recorded = recorded
  }

  /// Number of updates.
  package var itemCount: Int { grid.updateCount }
  /// Number of updates that draw from one random stream.
  package var itemsPerStream: Int { grid.spec.profiles.count }
  /// Number of points.
  package var runsPerItem: Int { grid.points.count }

  /// Makes a worker with a solver of its own.
  package func makeWorker() -> Worker {
    Worker(grid: grid, solver: makeSolver(), recorded: recorded)
  }

  /// Draws and measures the updates of one stream after another.
  package struct Worker: ExperimentWorker {
    private let grid: Grid
    private var solver: Solver
    private let recorded: @Sendable ([UpdateIdentity]) throws -> [Spectrum?]
    /// The updates of the current stream that were begun, with the spectra that are recorded.
    private var updates: [(planned: Grid.PlannedUpdate, recorded: Spectrum?)] = []
    private var next = 0
    private var seed: UInt32 = 0
    private var cursor: StreamCursor?

    fileprivate init(
      grid: Grid, solver: Solver,
      recorded: @escaping @Sendable ([UpdateIdentity]) throws -> [Spectrum?]
    ) {
      self.grid = grid
      self.solver = solver
      self.recorded = recorded
    }

    /// Looks up which of the updates have a recorded spectrum.
    package mutating func begin(_ items: [Int]) throws {
      let stream = grid.stream(at: (items.first ?? 0) / grid.spec.profiles.count)
      let planned = stream.updates.filter { items.contains($0.ordinal) }
      let known = try recorded(planned.map(\.identity))
      seed = stream.seed
      cursor = nil
      updates = Array(zip(planned, known))
      next = 0
    }

    /// Measures an update, which is drawn unless its spectrum is recorded.
    package mutating func outcome(
      of item: Int, shouldStop: () -> Bool
    ) throws -> MeasuredUpdate {
      guard next < updates.count, updates[next].planned.ordinal == item else {
        throw ItemOutOfOrder(item: item)
      }
      let (planned, recorded) = updates[next]
      next += 1
      if let recorded {
        return MeasuredUpdate(planned: planned, spectrum: recorded, points: grid.points)
      }
      var current = cursor ?? StreamCursor(seed: seed)
      cursor = nil
      defer { cursor = current }
      return try current.draw(planned, at: grid.points, with: &solver)
    }
  }
}

/// A random stream and the number of normals drawn from it. The stream is made when an update first
/// needs it, and skips the updates whose spectra are known.
private struct StreamCursor {
  private let seed: UInt32
  private var normals: NumPyLegacyNormals
  private var position = 0

  init(seed: UInt32) {
    self.seed = seed
    normals = NumPyLegacyNormals(seed: seed)
  }

  mutating func draw(
    _ planned: Grid.PlannedUpdate, at points: [Grid.Point], with solver: inout some UpdateSolver
  ) throws -> MeasuredUpdate {
    let target = planned.identity.position
    if target < position {
      normals = NumPyLegacyNormals(seed: seed)
      position = 0
    }
    normals.skip(target - position)
    position =
      target
      + UpdateIdentity.normalCount(shape: planned.identity.shape, count: planned.profile.count)
    return try solver.measure(planned, at: points, drawing: &normals)
  }
}
