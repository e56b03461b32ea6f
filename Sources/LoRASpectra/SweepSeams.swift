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
}
