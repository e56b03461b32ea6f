/// Draws updates and finds their singular values. One solver serves one worker, so it may own
/// workspaces and reuse them.
package protocol UpdateSolver: SendableMetatype {
  /// Draws an update and returns its spectrum.
  ///
  /// - Parameter stream: stands at the update's position before, and after its last draw on return.
  /// - Throws: if the numbers have no spectrum (not finite, all zero, not converged).
  mutating func spectrum(
    of update: Grid.PlannedUpdate, drawing stream: inout NumPyLegacyNormals
  ) throws -> Spectrum

  /// Draws an update and measures it: by default in closed form from its spectrum.
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

/// An update with all measurements of a sweep.
package struct MeasuredUpdate: Sendable {
  /// The update's plan.
  package var planned: Grid.PlannedUpdate
  /// Its singular values.
  package var spectrum: Spectrum
  /// One for each of the grid's points, in order.
  package var measurements: [MetricValues<Double>]

  package init(
    planned: Grid.PlannedUpdate, spectrum: Spectrum, measurements: [MetricValues<Double>]
  ) {
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
