/// One factor of all trainings of a block, stacked by rows, with the gradients and the optimizer's
/// state.
final class FactorStack {
  /// Columns: k of A, d of Bᵀ.
  private(set) var width = 0
  /// r.
  private(set) var rank = 0
  private let memory = (0..<5).map { _ in Workspace() }

  /// Allocates trainings of a rank; gradients and moments are 0.
  func prepare(_ count: Int, rank: Int, width: Int) {
    self.rank = rank
    self.width = width
    for workspace in memory {
      workspace.pointer(count * size).update(repeating: 0, count: count * size)
    }
  }

  /// Number of entries of one training's factor.
  var size: Int { rank * width }

  /// A quantity of the first `count` trainings.
  func all(_ part: Part, _ count: Int) -> Matrix {
    Matrix(pointer(part), rows: count * rank, columns: width)
  }

  /// A quantity of the training in a slot.
  func one(_ part: Part, _ slot: Int) -> Matrix {
    Matrix(pointer(part) + slot * size, rows: rank, columns: width)
  }

  /// The stored quantities of a factor.
  enum Part: Int {
    case factor, gradient, mean, square
    /// The factor before the last update, if a row needs it.
    case previous
  }

  private func pointer(_ part: Part) -> UnsafeMutablePointer<Double> {
    memory[part.rawValue].pointer(size)
  }

  /// Replaces the training of one slot by another's.
  func move(from source: Int, to target: Int) {
    guard source != target else { return }
    for part in 0..<memory.count {
      let start = memory[part].pointer(size)
      (start + target * size).update(from: start + source * size, count: size)
    }
  }

  /// Saves the factors of the first `count` trainings before an update.
  func keep(_ count: Int) {
    pointer(.previous).update(from: pointer(.factor), count: count * size)
  }
}
