import LoRASpectra

/// A sweep's trainings as an experiment: each item is an update with one rank and one set of
/// settings, trained at every α, rule and learning rate.
package struct TrainingExperiment: Experiment {
  /// The grid.
  package let grid: TrainingGrid

  /// The trainings of a grid.
  package init(_ grid: TrainingGrid) { self.grid = grid }

  /// Number of items.
  package var itemCount: Int { grid.itemCount }
  /// Number of items of one update, which is drawn and factorised once for them.
  package var itemsPerStream: Int { grid.itemsPerUpdate }
  /// Number of items of one random stream.
  package var itemsPerShardUnit: Int { grid.itemsPerUpdate * grid.spec.sweep.profiles.count }
  /// Number of trainings of an item.
  package var runsPerItem: Int { grid.pointsPerItem }
  /// Bytes of an item's curves.
  package var bytesPerItem: Int { Int(min(grid.bytesPerItem, 1e15)) }

  /// Makes a worker with workspaces of its own.
  package func makeWorker() -> Worker { Worker(grid: grid) }

  /// Trains the items of one update after another.
  package struct Worker: ExperimentWorker {
    private let grid: TrainingGrid
    private var worker = TrainingWorker()
    private var items: [Int: TrainingGrid.Item] = [:]

    fileprivate init(grid: TrainingGrid) { self.grid = grid }

    /// Looks up the items.
    package mutating func begin(_ items: [Int]) throws {
      guard let first = items.first else { return }
      let perStream = grid.itemsPerUpdate * grid.spec.sweep.profiles.count
      let planned = grid.items(ofStreamAt: first / perStream)
      self.items = Dictionary(
        planned.map { ($0.ordinal, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Trains an item at all of its points.
    package mutating func outcome(
      of item: Int, shouldStop: () -> Bool
    ) throws -> TrainedItem {
      guard let planned = items[item] else { throw ItemOutOfOrder(item: item) }
      return try worker.train(
        planned, at: grid.points(rank: planned.rank), shouldStop: shouldStop)
    }
  }
}
