/// A matrix of weights that is read in blocks from its storage.
///
/// Blocks can be read on any thread at any time.
package protocol WeightMatrix: Sendable {
  /// d×k.
  var shape: Shape { get }
  /// The format of its numbers.
  var format: FloatFormat { get }

  /// Reads a block, row by row.
  ///
  /// - Parameters:
  ///   - rows: of 0 ..< d.
  ///   - columns: of 0 ..< k.
  ///   - values: room for `rows.count · columns.count` numbers.
  /// - Throws: an error of reading the numbers.
  func read(rows: Range<Int>, columns: Range<Int>, into values: UnsafeMutableBufferPointer<Double>)
    throws
}

extension WeightMatrix {
  /// The whole matrix, by rows.
  ///
  /// - Throws: as ``read(rows:columns:into:)``.
  package func values() throws -> [Double] {
    try [Double](unsafeUninitializedCapacity: shape.d * shape.k) { buffer, count in
      let all = UnsafeMutableBufferPointer(rebasing: buffer[..<(shape.d * shape.k)])
      try read(rows: 0..<shape.d, columns: 0..<shape.k, into: all)
      count = all.count
    }
  }
}

/// An update ΔW in files.
package enum WeightUpdate: Sendable {
  /// s·B·A, B d×r and A r×k.
  case adapter(left: any WeightMatrix, right: any WeightMatrix, scale: Double)
  /// tuned − base, both d×k.
  case difference(tuned: any WeightMatrix, base: any WeightMatrix)
  /// The matrix itself.
  case matrix(any WeightMatrix)

  /// d×k.
  package var shape: Shape {
    switch self {
    case .adapter(let left, let right, _): Shape(d: left.shape.d, k: right.shape.k)
    case .difference(let tuned, _): tuned.shape
    case .matrix(let matrix): matrix.shape
    }
  }

  /// What it is the update of.
  package var kind: Kind {
    switch self {
    case .adapter: .adapter
    case .difference: .difference
    case .matrix: .matrix
    }
  }

  /// Number of singular values that it can have above 0: min(d, k), of an adapter min(d, k, r).
  package var span: Int {
    if case .adapter(let left, _, _) = self { return min(shape.span, left.shape.k) }
    return shape.span
  }

  /// What an update is made of.
  package enum Kind: String, Sendable {
    case adapter, difference, matrix
  }
}
