import LoRASpectra

extension TableFunction {
  /// How often each cell of a sweep wins its contest of rules.
  static let ruleWins = TableFunction(
    "rule_wins", declaration: Statements.declareRuleWins, columnCount: 7, argumentCount: 3
  ) { connection, arguments in
    let sweep = ["sweep_id": arguments[0]]
    let cells = try connection.table(
      Statements.contestsOfCells, sweep.merging(["with_unit": arguments[2]]) { $1 })
    let slots = CellSlots(cells.rows.compactMap { $0[0].integer })
    var contests = Contests(
      ofCells: cells.rows.compactMap { $0[1].integer.map { Int(clamping: $0) } },
      tie: arguments[1].number)
    // Several runs of an update in a cell are repeats that count once, unless lorabook computed them.
    let isComputed = cells.rows.first?[2] == .integer(1)
    let runs = try connection.prepare(Statements.errorsByUpdate)
    try runs.bind(sweep)
    var update: Int64?
    while try runs.step() {
      if update != runs.integer(0) { contests.endUpdate() }
      update = runs.integer(0)
      guard let slot = slots.slot(of: runs.integer(1)) else { continue }
      let error = runs.kind(2) == .real ? runs.real(2) : nil
      if isComputed { contests.add(error, of: slot) } else { contests.addRepeat(error, of: slot) }
    }
    contests.endUpdate()
    let rows = contests.tallies.enumerated().flatMap { slot, tallies in
      tallies.sorted { $0.present < $1.present }.map { tally -> [Value] in
        [
          .integer(slots.ids[slot]), .integer(Int64(tally.present)), .integer(Int64(tally.updates)),
          .integer(Int64(tally.counts)), tally.error.value, .integer(Int64(tally.won)),
          .integer(Int64(tally.shared)),
        ]
      }
    }
    var place = rows.startIndex
    return {
      guard place < rows.endIndex else { return nil }
      defer { place += 1 }
      return rows[place]
    }
  }
}

/// The contests of rules on one update after the other.
private struct Contests {
  /// What one cell comes to on the updates where so many entrants have an error.
  struct Tally {
    let present: Int
    var updates = 0
    /// On how many updates the cell stands for its contest: the first of the least error.
    var counts = 0
    /// The sum of the errors; nil if there are none.
    var error: Double?
    var won = 0
    var shared = 0
  }

  private struct Entrant {
    let slot: Int
    let error: Double?
  }

  private struct Repeats {
    var count = 0
    var withError = 0
    var sum = 0.0
  }

  private let contests: [Int]
  private let tie: Double?
  /// Of the current update, by contest: the entrants, the least error first, and any without one before.
  private var entrants: [[Entrant]]
  /// The contests that the current update has entrants in.
  private var entered: [Int] = []
  /// Of the current update, by cell.
  private var repeats: [Int: Repeats] = [:]
  /// By cell.
  private(set) var tallies: [[Tally]]

  /// - Parameters:
  ///   - contests: the contest of each cell, from 0.
  ///   - tie: errors that differ by no more are a tie.
  init(ofCells contests: [Int], tie: Double?) {
    self.contests = contests
    self.tie = tie
    entrants = Array(repeating: [], count: (contests.max() ?? -1) + 1)
    tallies = Array(repeating: [], count: contests.count)
  }

  mutating func add(_ error: Double?, of slot: Int) {
    let contest = contests[slot]
    if entrants[contest].isEmpty { entered.append(contest) }
    var place = entrants[contest].count
    while place > 0, Contests.isBefore(error, entrants[contest][place - 1].error) { place -= 1 }
    entrants[contest].insert(Entrant(slot: slot, error: error), at: place)
  }

  private static func isBefore(_ a: Double?, _ b: Double?) -> Bool {
    guard let b else { return false }
    return a.map { $0 < b } ?? true
  }

  /// Adds one of several errors that count once, with their mean; none if one is absent.
  mutating func addRepeat(_ error: Double?, of slot: Int) {
    repeats[slot, default: Repeats()].count += 1
    guard let error else { return }
    repeats[slot, default: Repeats()].withError += 1
    repeats[slot, default: Repeats()].sum += error
  }

  mutating func endUpdate() {
    for (slot, some) in repeats.sorted(by: { $0.key < $1.key }) {
      add(some.withError == some.count ? some.sum / Double(some.count) : nil, of: slot)
    }
    if !repeats.isEmpty { repeats.removeAll(keepingCapacity: true) }
    for contest in entered { end(contest) }
    entered.removeAll(keepingCapacity: true)
  }

  private mutating func end(_ contest: Int) {
    let present = entrants[contest].count { $0.error != nil }
    let least = entrants[contest].first { $0.error != nil }?.error
    let limit = least.flatMap { least in tie.map { least + $0 } }
    let second = entrants[contest].count > 1 ? entrants[contest][1].error : nil
    for (place, entrant) in entrants[contest].enumerated() {
      let index = tallyIndex(entrant.slot, present)
      tallies[entrant.slot][index].updates += 1
      if place == 0 { tallies[entrant.slot][index].counts += 1 }
      guard let error = entrant.error else { continue }
      tallies[entrant.slot][index].error = (tallies[entrant.slot][index].error ?? 0) + error
      guard let limit, error <= limit, let second else { continue }
      if second <= limit {
        tallies[entrant.slot][index].shared += 1
      } else {
        tallies[entrant.slot][index].won += 1
      }
    }
    entrants[contest].removeAll(keepingCapacity: true)
  }

  private mutating func tallyIndex(_ slot: Int, _ present: Int) -> Int {
    if let index = tallies[slot].firstIndex(where: { $0.present == present }) { return index }
    tallies[slot].append(Tally(present: present))
    return tallies[slot].count - 1
  }
}
