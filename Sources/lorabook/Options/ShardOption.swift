import ArgumentParser
import LoRASpectra

/// The part of a grid that a process computes, of every command that computes one.
struct ShardOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Compute the part K of N into this book, as a task of a cluster does: 3/16.")
  var shard: String?

  /// - Throws: `CommandError` for what is no shard.
  func part() throws -> Shard? {
    guard let shard else { return nil }
    let parts = shard.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let numbers = parts.map { Int(String(decoding: $0, as: UTF8.self)) }
    guard numbers.count == 2, let number = numbers[0], let count = numbers[1] else {
      throw CommandError(
        "--shard: '\(printable(shard))' is no part of a grid. Give K/N, such as 3/16 for the third of sixteen.",
        .usage)
    }
    guard let part = Shard(number, of: count) else {
      let meant =
        number == 0 && count > 0
        ? "Parts are counted from 1: the first of \(count) is 1/\(count)."
        : "Give K/N with 1 ≤ K ≤ N ≤ \(Shard.mostShards)."
      throw CommandError("--shard: '\(printable(shard))' is out of range. \(meant)", .usage)
    }
    return part
  }
}
