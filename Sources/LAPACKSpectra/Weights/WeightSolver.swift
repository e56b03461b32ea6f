import CLAPACK
import LoRASpectra

/// Finds the spectra of updates in files, in its own workspaces.
package struct WeightSolver: StoredUpdateSolver {
  private let matrix = Workspace()
  private let panel = Workspace()
  private let gram = Workspace()
  private var values = SingularValues()
  private let band = BandReduction()
  private let factors = FactorSpectrum()

  /// Below this min(d, k) a factorisation is as fast as a Gram matrix.
  private static let leastGramSpan = 128

  /// Largest size of a long matrix that is read whole; larger ones are read in panels.
  private let wholeBytes: Int
  /// Number of bytes read at once.
  private let panelBytes: Int

  /// A solver with empty workspaces, which grow with the shapes.
  package init() { self.init(wholeBytes: 160 << 20, panelBytes: 16 << 20) }

  init(wholeBytes: Int, panelBytes: Int) {
    self.wholeBytes = wholeBytes
    self.panelBytes = panelBytes
  }

  /// About how many bytes measuring an update takes.
  static func workspaceBytes(for update: WeightUpdate) -> Double {
    let (m, n) = (Double(update.shape.longer), Double(update.shape.span))
    if case .adapter(let left, _, _) = update { return 16 * Double(left.shape.k) * (m + n) }
    let isInPanels = 2 * m >= 3 * n && 8 * m * n > 160e6
    return 8 * ((isInPanels ? n * n : m * n) + n * n) + 64e6
  }

  /// Measures an update.
  ///
  /// - Parameters:
  ///   - name: its name in messages.
  /// - Throws: `LAPACKError`; an error of reading the numbers.
  package mutating func spectrum(of update: WeightUpdate, name: String) throws -> WeightSpectrum {
    let spectrum =
      switch update {
      case .adapter(let left, let right, let scale):
        try adapter(left, right, scale: scale, name: name)
      case .difference(let tuned, let base):
        try whole(
          UpdateReader(minuend: tuned, subtrahend: base, name: name, panelBytes: panelBytes))
      case .matrix(let matrix):
        try whole(
          UpdateReader(minuend: matrix, subtrahend: nil, name: name, panelBytes: panelBytes))
      }
    // Finite entries may still have a norm beyond a double's range.
    guard let largest = spectrum.singularValues.first, largest.isFinite else {
      throw LAPACKError.notFinite(update: name)
    }
    guard largest > 0 else { throw LAPACKError.allZero(update: name) }
    return spectrum
  }

  package func overlaps(
    of update: WeightUpdate, with other: WeightUpdate, ranks: [Int], name: String
  ) throws -> [SubspaceOverlap?] {
    try SubspaceBases(of: update, name: name).overlaps(
      with: SubspaceBases(of: other, name: name), ranks: ranks)
  }

  private func adapter(
    _ left: any WeightMatrix, _ right: any WeightMatrix, scale: Double, name: String
  ) throws -> WeightSpectrum {
    let (d, r, k) = (left.shape.d, left.shape.k, right.shape.k)
    guard right.shape.d == r else { throw LAPACKError.allZero(update: name) }
    let (b, a) = (matrix.pointer(d * r), panel.pointer(r * k))
    let (columns, rows) = (
      UnsafeMutableBufferPointer(start: b, count: d * r),
      UnsafeMutableBufferPointer(start: a, count: r * k)
    )
    try left.read(rows: 0..<d, columns: 0..<r, into: columns)
    try right.read(rows: 0..<r, columns: 0..<k, into: rows)
    guard columns.allSatisfy(\.isFinite), rows.allSatisfy(\.isFinite) else {
      throw LAPACKError.notFinite(update: name)
    }
    let floor = roundingFloor(columns, left.format, rows, right.format, rank: r)
    let found = try BLASThreads.shared().forShape(Shape(d: r, k: r)) {
      try factors.singularValues(left: b, right: a, d: d, r: r, k: k, name: name)
    }
    return WeightSpectrum(
      singularValues: found.map { $0 * abs(scale) }, roundingFloor: scale * scale * floor,
      accuracy: Double(r) * .ulpOfOne)
  }

  /// Σᵢⱼ of the mean square of Σρ (δBᵢρ·Aρⱼ + Bᵢρ·δAρⱼ): with independent errors Σρ ‖δbρ‖²‖aρ‖² + ‖bρ‖²‖δaρ‖².
  private func roundingFloor(
    _ left: UnsafeMutableBufferPointer<Double>, _ leftFormat: FloatFormat,
    _ right: UnsafeMutableBufferPointer<Double>, _ rightFormat: FloatFormat, rank: Int
  ) -> Double {
    let k = right.count / rank
    let column = UnsafeMutableBufferPointer<Double>.allocate(capacity: left.count / rank)
    defer { column.deallocate() }
    return (0..<rank).reduce(0) { total, index in
      for row in 0..<column.count { column[row] = left[row * rank + index] }
      let row = UnsafeBufferPointer(rebasing: right[(index * k)..<((index + 1) * k)])
      var (ofLeft, ofRight) = (RoundingFloor(leftFormat), RoundingFloor(rightFormat))
      ofLeft.add(UnsafeBufferPointer(column))
      ofRight.add(row)
      func energy(_ values: UnsafeBufferPointer<Double>) -> Double {
        values.reduce(0) { $0 + $1 * $1 }
      }
      return total + ofLeft.energy * energy(row) + energy(UnsafeBufferPointer(column))
        * ofRight.energy
    }
  }

  /// The spectrum of a matrix without factors: of a long one in panels, of others at once.
  private mutating func whole(_ reader: consuming UpdateReader) throws -> WeightSpectrum {
    let shape = reader.shape
    let (m, n) = (shape.longer, shape.span)
    let isLong = 2 * m >= 3 * n
    let found: UnsafeMutableBufferPointer<Double>
    var accuracy = Double(n) * .ulpOfOne
    if isLong, 8 * m * n > wholeBytes {
      let triangle = matrix.pointer(n * n)
      try reduceToTriangle(&reader, triangle, m, n)
      found = try BLASThreads.shared().forShape(shape) {
        try square(triangle, n, n, &accuracy, name: reader.name)
      }
    } else {
      let all = matrix.pointer(m * n)
      try reader.readAll(into: all)
      found = try BLASThreads.shared().forShape(shape) {
        try square(all, m, n, &accuracy, name: reader.name)
      }
    }
    return WeightSpectrum(
      singularValues: Array(found), baseNorm: reader.baseNorm, roundingFloor: reader.roundingFloor,
      accuracy: accuracy)
  }

  /// The singular values of a matrix by columns, m×n with m ≥ n.
  private mutating func square(
    _ all: UnsafeMutablePointer<Double>, _ m: Int, _ n: Int, _ accuracy: inout Double, name: String
  ) throws -> UnsafeMutableBufferPointer<Double> {
    // By rows it is the transpose, which has the same singular values.
    let transposed = Shape(d: n, k: m)
    // A long matrix is usually conditioned well enough for its Gram matrix, or this is soon found
    // not to hold.
    if n >= WeightSolver.leastGramSpan, m > n || n < BandReduction.leastSpan,
      let values = values.fromGram(all, transposed, gram.pointer(n * n))
    {
      accuracy = SingularValues.tolerance
      return values
    }
    guard n >= BandReduction.leastSpan else {
      return try values.fromFactorisation(all, transposed, name)
    }
    return try band.singularValues(all, m, n, name: name)
  }

  /// R of a QR factorisation in panels: each is appended below the R of the earlier ones.
  private func reduceToTriangle(
    _ reader: inout UpdateReader, _ triangle: UnsafeMutablePointer<Double>, _ m: Int, _ n: Int
  ) throws {
    triangle.update(repeating: 0, count: n * n)
    let block = min(n, 64)
    let height = max(1, min(m, max(n / 2, panelBytes / (8 * n))))
    let panel = panel.pointer(height * n + 2 * block * n)
    for start in stride(from: 0, to: m, by: height) {
      let rows = start..<min(start + height, m)
      try reader.readPanel(rows, into: panel)
      let info = try BLASThreads.shared().forShape(reader.shape) {
        lorabook_update_r(
          Int32(n), Int32(rows.count), Int32(block), triangle, panel, panel + height * n,
          panel + height * n + block * n)
      }
      guard info == 0 else {
        throw LAPACKError.failed(routine: "DTPQRT", info: Int(info), update: reader.name)
      }
    }
  }
}
