import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore

/// What a sweep that was cut into shards still lacks.
struct MissingShards {
  /// A line for each missing shard: its number, its seeds, and the command that computes it; empty
  /// if the sweep is whole or was not cut.
  let lines: [String]

  private static let most = 20

  /// - Throws: errors of the book.
  init(_ book: Book, sweepID: Int64) throws {
    let recorded = try book.recordedSweep(sweepID)
    guard recorded.status != "finished", let cut = try book.shardCounts(of: sweepID).first,
      (1...Shard.mostShards).contains(cut.shards)
    else {
      lines = []
      return
    }
    let experiment = try Self.items(of: recorded)
    let there = try book.recordedItems(of: sweepID)
    let missing = (1...cut.shards).compactMap { Shard($0, of: cut.shards) }.filter {
      !there.missing(from: $0.items(of: experiment.count, itemsPerStream: experiment.perStream))
        .isEmpty
    }
    var lines = missing.prefix(Self.most).map { shard in
      let items = shard.items(of: experiment.count, itemsPerStream: experiment.perStream)
      let seeds = Set(
        [items.lowerBound, items.upperBound - 1].map {
          experiment.grid.stream(at: $0 / experiment.perStream).seed
        }
      ).sorted().map(String.init).joined(separator: "–")
      let line = Self.command(cut.command, for: shard)
      return "\(shard.description) (seeds \(seeds)): \(printable(line))"
    }
    if missing.count > Self.most { lines.append("and \(missing.count - Self.most) more") }
    self.lines = lines
  }

  private static func items(
    of recorded: RecordedSweep
  ) throws -> (grid: Grid, count: Int, perStream: Int) {
    if recorded.source == "train" {
      let experiment = TrainingExperiment(try recorded.trainingGrid())
      return (experiment.grid.grid, experiment.itemCount, experiment.itemsPerShardUnit)
    }
    let grid = try recorded.grid()
    return (grid, grid.updateCount, grid.spec.profiles.count)
  }

  /// The command line that recorded one shard, with another's number and a book of its own.
  private static func command(_ line: String, for shard: Shard) -> String {
    let book = "--db shard-\(shard.number).db"
    let named = line.replacing(
      /--shard[ =]'?[0-9]+\/[0-9]+'?/, with: "--shard \(shard.description)")
    let moved = named.replacing(/--db[ =](?:'(?:[^']|'\\'')*'|[^\s']+)+/, with: book)
    return moved == named && !named.contains(book) ? "\(named) \(book)" : moved
  }
}
