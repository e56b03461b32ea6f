import CLAPACK
import LoRASpectra

/// Finds the singular values of a matrix: from the eigenvalues of its Gram matrix if a bound
/// computed from this matrix shows that they hold to 1e-10·σ₁, otherwise by DGESDD.
///
/// The Gram matrix G = A·Aᵀ costs one product and half the reduction that A itself needs, but
/// squares σ: an error β in an eigenvalue σ² is an error of up to β/σ in σ. The bounds on β, with u
/// = 2⁻⁵³ and n = min(d, k):
///
/// - E, by which the computed G misses A·Aᵀ, is measured: E·ω for four vectors ω of standard
///   normals, and
///   ‖E‖₂ ≤ 10·√(2/π)·max ‖E·ω‖₂ but for a chance of 10⁻⁴ at the very most (Halko, Martinsson &
///   Tropp 2011,
///   lemma 4.1), whatever E is.
/// - DSYTRD and DSTERF find eigenvalues to n·u·‖G‖₂ (Anderson et al., *LAPACK Users' Guide*, 4.7.1,
///   whose
///   p(n) is taken as n).
struct SingularValues {
  /// The largest error of a singular value, relative to σ₁.
  static let tolerance = 1e-10

  /// The range of σ₁² for which the bound can be computed.
  private static let squares = 1e-100...1e100

  private let probes = Workspace()
  private let values = Workspace()
  private let work = Workspace()
  private var normals: [Double] = []
  private var integers: [Int32] = []

  /// The singular values of A in descending order, valid until the next call.
  ///
  /// - Parameters:
  ///   - matrix: A by rows, d·k finite numbers; they are overwritten.
  ///   - conditioning: the expected σₙ/σ₁, roughly: it only decides which method is tried first.
  ///   - gram: room for n² numbers.
  ///   - update: the name of A in messages.
  /// - Throws: `LAPACKError.failed`.
  mutating func of(
    _ matrix: UnsafeMutablePointer<Double>, shape: Shape, conditioning: Double,
    gram: UnsafeMutablePointer<Double>, update: String
  ) throws(LAPACKError) -> UnsafeMutableBufferPointer<Double> {
    if conditioning * SingularValues.tolerance > 2 * Double(shape.span) * .ulpOfOne,
      let values = fromGram(matrix, shape, gram)
    {
      return values
    }
    return try fromFactorisation(matrix, shape, update)
  }

  /// - Returns: nil if the bound does not show that the values hold.
  mutating func fromGram(
    _ matrix: UnsafePointer<Double>, _ shape: Shape, _ gram: UnsafeMutablePointer<Double>
  ) -> UnsafeMutableBufferPointer<Double>? {
    let n = shape.span
    let values = values.pointer(n)
    // Read by columns, A is k×d.
    let ofColumns = shape.d < shape.k
    lorabook_gram(
      Int32(n), Int32(shape.longer), ofColumns ? 1 : 0, matrix, Int32(shape.k), gram)
    // σ₁² is at most the trace. LAPACK may loop or stop the process on NaN.
    let trace = (0..<n).reduce(0) { $0 + gram[$1 * (n + 1)] }
    guard trace <= SingularValues.squares.upperBound else { return nil }
    let gramError = errorOfGram(gram, of: matrix, shape)
    let info = work.serving { work, size in
      lorabook_symmetric_eigenvalues(Int32(n), gram, values, work, size)
    }
    guard info == 0 else { return nil }
    let (smallest, largest) = (values[0], values[n - 1])
    let bound = gramError + Double(n) * .ulpOfOne / 2 * largest
    // Far from 1 the squares of errors would underflow or overflow, and so would the bound.
    guard SingularValues.squares.contains(largest), smallest > 0,
      bound <= SingularValues.tolerance * largest.squareRoot() * smallest.squareRoot()
    else { return nil }
    for index in 0..<((n + 1) / 2) {
      (values[index], values[n - 1 - index]) =
        (values[n - 1 - index].squareRoot(), values[index].squareRoot())
    }
    return UnsafeMutableBufferPointer(start: values, count: n)
  }

  mutating func fromFactorisation(
    _ matrix: UnsafeMutablePointer<Double>, _ shape: Shape, _ update: String
  ) throws(LAPACKError) -> UnsafeMutableBufferPointer<Double> {
    let count = shape.span
    let values = values.pointer(count)
    if integers.count < 8 * count { integers = [Int32](repeating: 0, count: 8 * count) }
    let info = work.serving { work, size in
      lorabook_singular_values(
        Int32(shape.k), Int32(shape.d), matrix, values, work, size, &integers)
    }
    guard info == 0 else {
      throw .failed(routine: "DGESDD", info: Int(info), update: update)
    }
    return UnsafeMutableBufferPointer(start: values, count: count)
  }

  /// A bound of ‖G − A·Aᵀ‖₂, or ‖G − Aᵀ·A‖₂ if A has fewer rows than columns.
  mutating func errorOfGram(
    _ gram: UnsafePointer<Double>, of matrix: UnsafePointer<Double>, _ shape: Shape
  ) -> Double {
    let (n, others) = (Int32(shape.span), Int32(shape.longer))
    let count = Int32(SingularValues.probeCount)
    if normals.count < shape.span * SingularValues.probeCount {
      normals = [Double](repeating: 0, count: shape.span * SingularValues.probeCount)
      var stream = NumPyLegacyNormals(seed: SingularValues.probeSeed)
      normals.withUnsafeMutableBufferPointer { stream.fill($0) }
    }
    let between = probes.pointer((shape.span + shape.longer) * SingularValues.probeCount)
    let missed = between + shape.longer * SingularValues.probeCount
    let transposedFirst: Int32 = shape.d < shape.k ? 0 : 1
    let stride = Int32(shape.k)
    lorabook_multiply(
      transposedFirst, others, count, n, matrix, stride, normals, n, 0, between)
    lorabook_multiply(
      1 - transposedFirst, n, count, others, matrix, stride, between, others, 0, missed)
    lorabook_multiply_by_symmetric(n, count, gram, normals, missed)
    var largest = 0.0
    for probe in 0..<SingularValues.probeCount {
      var squares = 0.0
      for index in (probe * shape.span)..<((probe + 1) * shape.span) {
        squares += missed[index] * missed[index]
      }
      // A NaN sum is not passed over.
      largest = squares <= largest ? largest : squares
    }
    return 10 * (2 / Double.pi).squareRoot() * largest.squareRoot()
  }

  private static let probeCount = 4
  /// Any value: the probes only must not follow from the matrix.
  private static let probeSeed: UInt32 = 0x9e37_79b9
}

extension Grid.PlannedUpdate {
  /// The expected σₙ/σ₁, roughly: the last prescribed value if there are min(d, k) of them; else
  /// that of noise alone, whose smallest singular value has the median 0.6/√n for a square matrix
  /// (Edelman 1988) and the limit √m − √n for an m×n one.
  var expectedConditioning: Double {
    let shape = identity.shape
    let sigma = profile.singularValues(span: shape.span)
    let (m, n) = (Double(shape.longer), Double(shape.span))
    let largest = (sigma.max() ?? 0) + identity.noise * m.squareRoot()
    let noise = identity.noise * max(m.squareRoot() - n.squareRoot(), 0.6 / n.squareRoot())
    let smallest = sigma.count == shape.span ? max(sigma.min() ?? 0, noise) : noise
    return largest > 0 ? smallest / largest : 0
  }
}
