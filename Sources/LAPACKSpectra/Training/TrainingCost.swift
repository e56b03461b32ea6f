import LoRASpectra

/// What a grid of trainings takes to compute.
package struct TrainingCost: Equatable, Sendable {
  /// Number of trainings that are computed: those of one update, rank and settings that have the
  /// same scale and rate are one.
  package private(set) var trainings = 0
  /// Number of updates of their factors.
  package private(set) var steps = 0.0
  /// Approximate number of floating-point operations of the steps, each in its cheapest form.
  package private(set) var flops = 0.0

  /// Adds up the items of one stream of each shape.
  package init(of grid: TrainingGrid) {
    let spec = grid.spec
    let streams = spec.sweep.seeds.count * spec.sweep.noise.count * spec.sweep.profiles.count
    let kinds = spec.settings
    for rank in spec.sweep.ranks {
      let points = Set(grid.points(rank: rank).map { [$0.scale, $0.learningRate] }).count
      for shape in spec.sweep.shapes {
        for settings in kinds {
          let form = TrainingForm.best(for: settings, shape: shape, rank: rank)
          let here = Double(streams) * Double(points) * Double(settings.steps)
          trainings += streams * points
          steps += here
          flops += here * form.flops(shape, rank: rank, inputs: settings.inputsPerStep)
        }
      }
    }
  }
}
