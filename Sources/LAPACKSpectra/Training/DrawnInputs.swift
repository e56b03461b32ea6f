import LoRASpectra

/// The inputs of a training's steps, drawn once for all trainings that share them.
final class DrawnInputs {
  /// The settings that determine the draws.
  struct Key: Equatable {
    var seed: UInt32
    var k: Int
    var inputs: InputDistribution
    var samples: Int
    var batch: Int
  }

  let key: Key
  private var stream: NumPyLegacyNormals
  /// The stream after the kept steps.
  private var streamAfterKept: NumPyLegacyNormals
  private let roots: [Double]
  private var kept: [Workspace] = []
  private let passing = Workspace()
  /// The step whose inputs are in `passing`.
  private var passingStep = -1

  private let mostBytes: Int

  /// - Parameter mostBytes: drawn steps are kept up to this many bytes; every block draws the later
  ///   ones itself.
  init(_ key: Key, mostBytes: Int) {
    self.key = key
    self.mostBytes = mostBytes
    stream = NumPyLegacyNormals(seed: key.seed)
    streamAfterKept = stream
    roots = key.inputs.variances(key.k).map { $0.squareRoot() }
  }

  /// The inputs of a step, one per row; each block asks for steps in order, from 0.
  func inputs(at step: Int) -> Matrix {
    let count = max(key.samples, key.batch)
    func matrix(_ workspace: Workspace) -> Matrix {
      Matrix(workspace.pointer(count * key.k), rows: count, columns: key.k)
    }
    let step = key.samples > 0 ? 0 : step
    if step < kept.count { return matrix(kept[step]) }
    if (kept.count + 1) * count * key.k * 8 <= mostBytes || kept.isEmpty {
      let workspace = Workspace()
      draw(matrix(workspace), from: &streamAfterKept)
      kept.append(workspace)
      return matrix(workspace)
    }
    if passingStep != step {
      if step == kept.count { stream = streamAfterKept }
      draw(matrix(passing), from: &stream)
      passingStep = step
    }
    return matrix(passing)
  }

  private func draw(_ inputs: Matrix, from stream: inout NumPyLegacyNormals) {
    stream.fill(
      UnsafeMutableBufferPointer(start: inputs.start, count: inputs.rows * inputs.columns))
    guard key.inputs != .white else { return }
    for row in 0..<inputs.rows {
      for column in 0..<inputs.columns {
        inputs.start[row * inputs.columns + column] *= roots[column]
      }
    }
  }
}
