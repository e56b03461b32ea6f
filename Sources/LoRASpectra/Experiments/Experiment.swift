/// What can be computed item by item and recorded: updates in closed form, trainings, real weights.
///
/// An item is what a worker takes, what is recorded whole or not at all, and what is lost at most.
package protocol Experiment: Sendable {
  /// Computes items on one thread.
  associatedtype Worker: ExperimentWorker
  /// Number of items. Each has a number from 0, in the order in which they are recorded.
  var itemCount: Int { get }
  /// Number of items in a row that one worker takes because they share what is drawn or read for
  /// them; at least 1.
  var itemsPerStream: Int { get }
  /// Number of items in a row that no shard divides, as they belong to one random stream; by default
  /// those of ``itemsPerStream``.
  var itemsPerShardUnit: Int { get }
  /// Number of runs of an item, or the largest if they differ; at least 1.
  var runsPerItem: Int { get }
  /// Approximate bytes of an item's outcome in memory.
  var bytesPerItem: Int { get }
  /// Makes a worker for one thread.
  func makeWorker() -> Worker
}

extension Experiment {
  /// Bytes of the measurements of an item's runs.
  package var bytesPerItem: Int { runsPerItem * MemoryLayout<MetricValues<Double>>.stride }
}

/// Computes items of an experiment on one thread, so it may own workspaces and reuse them.
package protocol ExperimentWorker: SendableMetatype {
  /// The result of an item, with all of its runs.
  associatedtype Outcome: Sendable
  /// Prepares for items of one stream, before the first of them is computed.
  ///
  /// - Parameter items: at least one, ascending.
  mutating func begin(_ items: [Int]) throws
  /// Computes one of the items that were begun, in their order.
  ///
  /// - Parameter shouldStop: an item that takes long may poll it.
  /// - Throws: ``Stopped`` if it was asked to stop; what the item cannot be computed for.
  mutating func outcome(of item: Int, shouldStop: () -> Bool) throws -> Outcome
}

/// An item ended early because it was asked to.
package struct Stopped: Error, Equatable {
  /// The error that a worker throws.
  package init() {}
}

/// An item was asked for that was not begun, or before an earlier one.
package struct ItemOutOfOrder: Error {
  /// The item's number.
  package var item: Int

  /// - Parameter item: its number.
  package init(item: Int) { self.item = item }
}

/// Records outcomes, in the order in which they are given.
package protocol OutcomeRecorder<Outcome> {
  /// The result of an item.
  associatedtype Outcome
  /// Records all of these with all of their runs; records none if it throws.
  func record(_ outcomes: [Outcome]) throws
}
