/// How far two updates share a subspace at one rank: Hu et al.'s φ of both sides, from 0 to 1.
package struct SubspaceOverlap: Equatable, Sendable {
  /// φ of the left singular vectors.
  package var outputs: Double
  /// φ of the right singular vectors.
  package var inputs: Double

  package init(outputs: Double, inputs: Double) {
    self.outputs = outputs
    self.inputs = inputs
  }
}

/// The measurements of one module's update.
package struct WeightSpectrum: Equatable, Sendable {
  /// σ in descending order: min(d, k) values, for an adapter min(d, k, r).
  package var singularValues: [Double]
  /// ‖base‖_F; nil if there is no base.
  package var baseNorm: Double?
  /// The energy that rounding to the files' types can account for.
  package var roundingFloor: Double
  /// Largest error of a value, relative to σ₁.
  package var accuracy: Double

  package init(
    singularValues: [Double], baseNorm: Double? = nil, roundingFloor: Double, accuracy: Double
  ) {
    self.singularValues = singularValues
    self.baseNorm = baseNorm
    self.roundingFloor = roundingFloor
    self.accuracy = accuracy
  }
}
