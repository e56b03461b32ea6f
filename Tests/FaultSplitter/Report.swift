import CFaultInjection
import FaultOperations
import SQLiteStore

/// What became of one time that an operation was carried out.
struct Outcome: CustomStringConvertible {
  let round: FaultRound
  let result: Result<String, any Error>

  init(_ round: FaultRound, _ result: Result<String, any Error>) {
    self.round = round
    self.result = result
  }

  /// Fields with U+001F between them: how many steps were acknowledged; the word `gave` with what it gave, or `sqlite` with
  /// the code and message of an SQLite error, or `error` with another; the copies and complaints with U+001E between them.
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

/// What became of all, those of one kind together.
final class Report {
  private struct Kind: Hashable {
    /// Its status, as of wait(2), where it crashed or hung.
    var outcome: String
    /// Which of the folders that were found it left.
    var found: Int
    /// Whether no allocation failed.
    var isUntouched: Bool
  }

  private struct Count {
    var rounds = 0
    var injected = 0
    /// The first of them.
    var call: Int
    var forGood: Bool
  }

  private let folder: OpaquePointer
  private let found: String
  /// The numbers of what was found, by sums of it.
  private var numbers: [UInt64: Int] = [:]
  private var counts: [Kind: Count] = [:]

  init(_ folder: OpaquePointer, found: String) {
    self.folder = folder
    self.found = found
  }

  /// - Parameter outcome: nil where it crashed or hung.
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

  /// Writes how many calls there were where none failed, then each kind, all ended by a zero byte. Of a kind: how many rounds and faults; call, and 1 where all later ones failed too, of
  /// the first; what it left; and its outcome, or its
  /// status where it crashed or hung. Fields have U+001D between them. The round that passed untouched is at call
  /// 0.
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
