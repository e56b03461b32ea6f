import CFaultInjection
import FaultOperations
import SQLiteStore

/// The outcome of one run of an operation.
struct Outcome: CustomStringConvertible {
  let round: FaultRound
  let result: Result<String, any Error>

  init(_ round: FaultRound, _ result: Result<String, any Error>) {
    self.round = round
    self.result = result
  }

  /// Fields separated by U+001F: the number of acknowledged steps; the word `gave` with the result,
  /// or `sqlite` with the code and message of an SQLite error, or `error` with another; the copies
  /// and complaints, separated by U+001E.
  var description: String {
    let end =
      switch result {
      case .success(let text): ["gave", "", text]
      case .failure(let error as SQLiteError): ["sqlite", "\(error.extendedCode)", error.message]
      case .failure(let error): ["error", "", "\(error)"]
      }
    return
      (["\(round.acknowledged)"] + end
      + [round.copies, round.complaints].map {
        $0.joined(separator: "\u{1e}")
      }).joined(separator: "\u{1f}")
  }
}

/// The outcomes of all runs, grouped by kind.
final class Report {
  private struct Kind: Hashable {
    /// Its status, as of wait(2), if it crashed or hung.
    var outcome: String
    /// The number of the folder state that it left.
    var found: Int
    /// Whether no allocation failed.
    var isUntouched: Bool
  }

  private struct Count {
    var rounds = 0
    var injected = 0
    /// The first failing call of the kind.
    var call: Int
    var forGood: Bool
  }

  private let folder: OpaquePointer
  private let found: String
  /// The numbers of the folder states found, by checksum.
  private var numbers: [UInt64: Int] = [:]
  private var counts: [Kind: Count] = [:]

  init(_ folder: OpaquePointer, found: String) {
    self.folder = folder
    self.found = found
  }

  /// - Parameter outcome: nil if it crashed or hung.
  func add(_ outcome: String?, status: Int32, call: Int, forGood: Bool, injected: Int) {
    let sum = snapshot_sum(folder)
    let number = numbers[sum] ?? numbers.count
    if number == numbers.count {
      numbers[sum] = number
      snapshot_copy(folder, "\(found)/\(number)")
    }
    let kind = Kind(outcome: outcome ?? "\(status)", found: number, isUntouched: call == 0)
    var count = counts[kind] ?? Count(call: call, forGood: forGood)
    count.rounds += 1
    count.injected += injected
    counts[kind] = count
  }

  /// Writes the number of calls in a run without a fault, then each kind, all ended by a zero byte.
  /// The fields of a kind, separated by U+001D: the numbers of rounds and faults; the first failing
  /// call, and 1 if all later ones failed too; the folder state that it left; and its outcome, or
  /// its status if it crashed or hung. The round without a fault has call 0.
  func write(calls: Int) {
    print(calls, terminator: "\0")
    for (kind, count) in counts {
      let fields = [
        "\(count.rounds)", "\(count.injected)", "\(count.call)", count.forGood ? "1" : "0",
        "\(kind.found)", kind.outcome,
      ]
      print(fields.joined(separator: "\u{1d}"), terminator: "\0")
    }
  }
}
