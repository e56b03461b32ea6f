/// Who solves: draws updates and finds their singular values. One solver serves one worker, so it may own
/// workspaces that it uses again and again.
package protocol UpdateSolver: SendableMetatype {
  /// Draws an update and returns its spectrum.
  ///
  /// - Parameter stream: stands at the update's position, and behind its last draw afterwards.
  /// - Throws: where the numbers allow no spectrum (not finite, all zero, not converged).
  mutating func spectrum(
    of update: Grid.PlannedUpdate, drawing stream: inout NumPyLegacyNormals
  ) throws -> Spectrum

  /// Draws an update and measures it: in closed form from its spectrum, unless a solver has another way.
  ///
  /// - Parameters:
  ///   - points: where to measure; their ranks are from 1 to min(d, k).
  ///   - stream: as above.
  /// - Throws: as above.
  mutating func measure(
    _ update: Grid.PlannedUpdate, at points: [Grid.Point], drawing stream: inout NumPyLegacyNormals
  ) throws -> MeasuredUpdate
}

extension UpdateSolver {
  /// Draws an update and measures it in closed form.
  package mutating func measure(
    _ update: Grid.PlannedUpdate, at points: [Grid.Point], drawing stream: inout NumPyLegacyNormals
  ) throws -> MeasuredUpdate {
    MeasuredUpdate(
      planned: update, spectrum: try spectrum(of: update, drawing: &stream), points: points)
  }
}

/// Who records: keeps measured updates, in the order they are given.
package protocol SweepRecorder {
  /// Keeps all of these updates with all of their runs, or throws and keeps none.
  func record(_ updates: [MeasuredUpdate]) throws
}

/// An update with everything a sweep measures of it.
package struct MeasuredUpdate: Sendable {
  /// Which update it is.
  package var planned: Grid.PlannedUpdate
  /// Its singular values.
  package var spectrum: Spectrum
  /// One for each of the grid's points, in their order.
  package var measurements: [Measurement]

  package init(planned: Grid.PlannedUpdate, spectrum: Spectrum, measurements: [Measurement]) {
    self.planned = planned
    self.spectrum = spectrum
    self.measurements = measurements
  }

  /// Measures an update in closed form.
  package init(planned: Grid.PlannedUpdate, spectrum: Spectrum, points: [Grid.Point]) {
    self.init(
      planned: planned, spectrum: spectrum,
      measurements: points.map { spectrum.measure(rank: $0.rank, scale: $0.scale) })
  }
}
