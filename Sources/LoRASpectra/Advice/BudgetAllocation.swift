/// Spreads a number of parameters over modules where they capture the most energy.
///
/// A rank of a module costs d + k parameters and captures its next σ². The greedy choice takes the
/// largest next σ²/(d + k) that still fits. Because a module's σ are descending, the choices up to
/// the first that does not fit solve the knapsack's linear relaxation; so no choice captures more
/// than those, plus the rest of the budget at the density of the first that does not fit (Dantzig
/// 1957, "Discrete-variable extremum problems", Oper. Res. 5).
struct BudgetAllocation {
  /// The rank of each subject.
  private(set) var ranks: [Int]
  /// An upper bound of the energy of any choice within the budget.
  private(set) var bound: Double

  /// Modules that share a rank: one module, or all of a layer.
  private struct Group {
    var members: [Int]
    var energies: [Double]
    var cost: Int
    var rank: Int
    /// The last useful rank: later ones capture nothing, or exceed the limit.
    var last: Int
  }

  /// - Throws: `AdviceError` if the budget is too small for the least ranks.
  init(
    _ subjects: [AdviceSubject], parameters: Int, _ request: AdviceRequest
  ) throws(AdviceError) {
    var groups: [Group] = []
    var places: [ExactText: Int] = [:]
    for (index, subject) in subjects.enumerated() {
      let energies = subject.energies
      let last = min(request.most, subject.shape.span)
      guard request.isPerLayer, let place = places[ExactText(subject.layer)] else {
        places[ExactText(subject.layer)] = groups.count
        groups.append(
          Group(
            members: [index], energies: energies, cost: subject.parametersPerRank,
            rank: min(request.least, last), last: last))
        continue
      }
      groups[place].members.append(index)
      groups[place].cost += subject.parametersPerRank
      let more = max(0, energies.count - groups[place].energies.count)
      groups[place].energies += [Double](repeating: 0, count: more)
      for (position, energy) in energies.enumerated() { groups[place].energies[position] += energy }
      // A layer's rank must be possible for each of its modules.
      groups[place].last = min(groups[place].last, last)
      groups[place].rank = min(groups[place].rank, groups[place].last)
    }
    var left = parameters
    for group in groups { left -= group.rank * group.cost }
    guard left >= 0 else {
      throw AdviceError(
        value: "\(parameters)",
        problem: "parameters are too few: the least ranks take \(parameters - left)",
        remedy: "Give more, or a lower --least, or exclude modules")
    }
    var captured = groups.reduce(0) { $0 + $1.energies.prefix($1.rank).reduce(0, +) }
    var bound: Double?
    var steps: [(density: Double, group: Int, rank: Int)] = []
    for (index, group) in groups.enumerated() {
      let last = min(group.last, group.energies.count)
      for rank in group.rank..<max(group.rank, last) where group.energies[rank] > 0 {
        steps.append((group.energies[rank] / Double(group.cost), index, rank))
      }
    }
    steps.sort {
      $0.density != $1.density ? $0.density > $1.density : ($0.group, $0.rank) < ($1.group, $1.rank)
    }
    for step in steps where groups[step.group].rank == step.rank {
      // A group that could not grow once cannot grow later.
      guard groups[step.group].cost <= left else {
        if bound == nil { bound = captured + Double(left) * step.density }
        continue
      }
      left -= groups[step.group].cost
      captured += groups[step.group].energies[step.rank]
      groups[step.group].rank += 1
    }
    ranks = [Int](repeating: 0, count: subjects.count)
    for group in groups {
      for member in group.members { ranks[member] = group.rank }
    }
    self.bound = bound ?? captured
  }
}
