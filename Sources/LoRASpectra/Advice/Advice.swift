/// Advised ranks and α, with the share of the energy that they capture.
///
/// A spectrum bounds what truncation loses of a given update. It does not tell which rank a newly
/// trained LoRA needs.
package struct Advice: Equatable, Sendable {
  /// The advice for one subject.
  package struct Choice: Equatable, Sendable {
    package var name: String
    package var shape: Shape
    /// r; 0 leaves the module out.
    package var rank: Int
    /// The least and greatest rank that single spectra ask for.
    package var range: ClosedRange<Int>
    /// α.
    package var alpha: Double
    /// s, as PEFT computes it from α.
    package var scale: Double
    /// The share of the energy that the rank captures, from 0 to 1: the least over seeds.
    package var captured: Double
    /// r·(d + k).
    package var parameters: Int
  }

  /// One for each subject, in order.
  package let choices: [Choice]
  /// The rule by which α gives s.
  package let rule: ScalingRule
  /// Σ r·(d + k).
  package let parameters: Int
  /// The share of all energy that all ranks together capture.
  package let captured: Double
  /// Upper bound on how much larger that share could be with the same budget; nil without one.
  package let gap: Double?

  /// - Parameters:
  ///   - subjects: each with at least one spectrum that is not all zero.
  /// - Throws: `AdviceError`.
  package init(_ subjects: [AdviceSubject], _ request: AdviceRequest) throws(AdviceError) {
    try Advice.check(subjects, request)
    var ranges: [ClosedRange<Int>] = []
    var ranks: [Int]
    var bound: Double?
    switch request.basis {
    case .energy(let share):
      for subject in subjects {
        ranges.append(Advice.range(subject) { SpectrumSummary.rank(capturing: share, $0) })
      }
      ranks = ranges.map(\.upperBound)
    case .noise:
      for subject in subjects {
        ranges.append(Advice.range(subject) { NoiseThreshold.rank($0, subject.shape) })
      }
      ranks = ranges.map(\.upperBound)
    case .budget(let parameters):
      let allocation = try BudgetAllocation(subjects, parameters: parameters, request)
      ranks = allocation.ranks
      ranges = ranks.map { $0...$0 }
      bound = allocation.bound
    }
    if request.isPerLayer, bound == nil {
      let largest = Dictionary(zip(subjects.map(\.layer), ranks), uniquingKeysWith: max)
      ranks = subjects.map { largest[$0.layer] ?? 0 }
    }
    if bound == nil {
      ranks = zip(subjects, ranks).map { min(max($1, request.least), request.most, $0.shape.span) }
    }
    var choices: [Choice] = []
    var (head, total) = (0.0, 0.0)
    for (index, subject) in subjects.enumerated() {
      let rank = ranks[index]
      let energies = subject.energies
      head += energies.prefix(rank).reversed().reduce(0, +)
      total += energies.reversed().reduce(0, +)
      let (alpha, scale) = try Advice.alpha(subject, rank: max(rank, 1), request)
      choices.append(
        Choice(
          name: subject.name, shape: subject.shape, rank: rank, range: ranges[index], alpha: alpha,
          scale: scale,
          captured: subject.spectra.map { Advice.captured($0, rank: rank) }.min() ?? 0,
          parameters: rank * subject.parametersPerRank))
    }
    self.choices = choices
    rule = request.rule
    parameters = choices.reduce(0) { $0 + $1.parameters }
    captured = head / total
    gap = bound.map { max(0, $0 - head) / total }
  }

  private static func check(
    _ subjects: [AdviceSubject], _ request: AdviceRequest
  ) throws(AdviceError) {
    guard !subjects.isEmpty else {
      throw AdviceError(value: "0", problem: "modules are left", remedy: "Include at least one")
    }
    guard 0 <= request.least, request.least <= request.most, request.most >= 1 else {
      throw AdviceError(
        value: "\(request.least)-\(request.most)", problem: "is no range of ranks",
        remedy: "Give a least rank from 0 that is not above the most")
    }
    guard request.rule == .lora || request.rule == .rslora else {
      throw AdviceError(
        value: request.rule.description, problem: "is a rule that PEFT does not have",
        remedy: "Name lora or rslora")
    }
    if case .energy(let share) = request.basis, !(share > 0 && share <= 1) {
      throw AdviceError(
        value: share.shortestText, problem: "is no share of the energy",
        remedy: "Give one above 0 and up to 1, such as 0.99")
    }
    if case .fixed(let scale) = request.scale, !(scale.isFinite && scale != 0) {
      throw AdviceError(
        value: scale.shortestText, problem: "is no scale", remedy: "Give a finite one but 0")
    }
    for subject in subjects {
      guard subject.spectra.contains(where: { $0.first ?? 0 > 0 }) else {
        throw AdviceError(
          value: subject.name, problem: "has no singular value above 0", remedy: "Exclude it")
      }
      if request.basis == .noise, !subject.isWhole {
        throw AdviceError(
          value: subject.name,
          problem: "has the spectrum of an adapter, whose noise no threshold can tell",
          remedy: "Take --energy or --budget")
      }
    }
  }

  private static func range(
    _ subject: AdviceSubject, _ rank: ([Double]) -> Int
  ) -> ClosedRange<Int> {
    let ranks = subject.spectra.map(rank)
    return (ranks.min() ?? 0)...(ranks.max() ?? 0)
  }

  private static func captured(_ spectrum: [Double], rank: Int) -> Double {
    guard rank > 0, let spectrum = try? Spectrum(singularValues: spectrum) else { return 0 }
    return spectrum.measure(rank: rank, scale: 1)[.varianceCaptured]
  }

  /// α, and the s that PEFT computes from it: the wanted one, if any α gives it.
  private static func alpha(
    _ subject: AdviceSubject, rank: Int, _ request: AdviceRequest
  ) throws(AdviceError) -> (alpha: Double, scale: Double) {
    let wanted: Double
    switch request.scale {
    case .fixed(let scale): wanted = scale
    case .keep:
      guard let scale = subject.scale else {
        throw AdviceError(
          value: subject.name, problem: "has no scale to keep: it is no adapter",
          remedy: "Give --scale a number")
      }
      wanted = scale
    }
    let alpha = wanted / request.rule.scale(alpha: 1, rank: rank)
    func scale(_ alpha: Double) -> Double { request.rule.scale(alpha: alpha, rank: rank) }
    // People write whole α, and the quotient may miss a whole number by a rounding error.
    let near = [alpha.rounded(), alpha, alpha.nextUp, alpha.nextDown]
    let exact = near.first { scale($0) == wanted } ?? alpha
    guard exact.isFinite, scale(exact).isFinite else {
      throw AdviceError(
        value: wanted.shortestText, problem: "is a scale beyond what an alpha can give",
        remedy: "Give a smaller one")
    }
    return (exact, scale(exact))
  }
}
