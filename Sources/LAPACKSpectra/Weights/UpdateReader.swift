import LoRASpectra

/// Reads a matrix, or the difference of two, in LAPACK's layout: by columns, with at least as many
/// rows as columns.
///
/// If d < k it reads the transpose, which has the same singular values.
struct UpdateReader {
  let shape: Shape
  /// Its name in messages.
  let name: String
  private let minuend: any WeightMatrix
  private let subtrahend: (any WeightMatrix)?
  private let panelBytes: Int
  private var floors: [RoundingFloor]
  private var baseEnergy = 0.0
  private let values = Workspace()
  private let base = Workspace()

  init(minuend: any WeightMatrix, subtrahend: (any WeightMatrix)?, name: String, panelBytes: Int) {
    shape = minuend.shape
    self.name = name
    self.panelBytes = panelBytes
    self.minuend = minuend
    self.subtrahend = subtrahend
    floors = [minuend, subtrahend].compactMap { $0.map { RoundingFloor($0.format) } }
  }

  /// ‖base‖_F; nil if there is no base.
  var baseNorm: Double? { subtrahend.map { _ in baseEnergy.squareRoot() } }

  var roundingFloor: Double { floors.reduce(0) { $0 + $1.energy } }

  /// The side of the tiles that are transposed: both tiles fit in a cache.
  private static let tile = 64

  /// Reads the whole matrix: m·n numbers.
  ///
  /// - Throws: `LAPACKError.notFinite`; an error of reading the numbers.
  mutating func readAll(into target: UnsafeMutablePointer<Double>) throws {
    // Read by rows, a wide matrix is its transpose by columns, and a square one has the same
    // singular values.
    guard shape.d > shape.k else {
      let height = max(1, panelBytes / (8 * shape.k))
      for start in stride(from: 0, to: shape.d, by: height) {
        let rows = start..<min(start + height, shape.d)
        try subtract(rows, 0..<shape.k, into: target + start * shape.k)
      }
      return
    }
    let height = max(UpdateReader.tile, panelBytes / (8 * shape.k))
    for start in stride(from: 0, to: shape.d, by: height) {
      let rows = start..<min(start + height, shape.d)
      try turn(rows, 0..<shape.k, into: target + start, apart: shape.d)
    }
  }

  /// Reads some rows of the longer side, all columns of the shorter: `rows.count` by n numbers, by columns.
  ///
  /// - Throws: as ``readAll(into:)``.
  mutating func readPanel(_ rows: Range<Int>, into target: UnsafeMutablePointer<Double>) throws {
    if shape.d > shape.k {
      try turn(rows, 0..<shape.k, into: target, apart: rows.count)
    } else {
      try subtract(0..<shape.d, rows, into: target)
    }
  }

  /// Reads a block by columns with a stride of `apart`.
  private mutating func turn(
    _ rows: Range<Int>, _ columns: Range<Int>, into target: UnsafeMutablePointer<Double>,
    apart: Int
  ) throws {
    let (height, width, tile) = (rows.count, columns.count, UpdateReader.tile)
    let read = values.pointer(height * width)
    try subtract(rows, columns, into: read)
    for top in stride(from: 0, to: height, by: tile) {
      for left in stride(from: 0, to: width, by: tile) {
        for column in left..<min(left + tile, width) {
          for row in top..<min(top + tile, height) {
            target[column &* apart &+ row] = read[row &* width &+ column]
          }
        }
      }
    }
  }

  /// A block by rows.
  private mutating func subtract(
    _ rows: Range<Int>, _ columns: Range<Int>, into target: UnsafeMutablePointer<Double>
  ) throws {
    let count = rows.count * columns.count
    let tuned = UnsafeMutableBufferPointer(start: target, count: count)
    try minuend.read(rows: rows, columns: columns, into: tuned)
    floors[0].add(UnsafeBufferPointer(tuned))
    if let subtrahend {
      // A megabyte at a time, which stays in the cache beside the other matrix's block.
      let height = max(1, (1 << 17) / columns.count)
      let place = base.pointer(min(height, rows.count) * columns.count)
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: height) {
        let part = start..<min(start + height, rows.upperBound)
        let partCount = part.count * columns.count
        let other = UnsafeMutableBufferPointer(start: place, count: partCount)
        try subtrahend.read(rows: part, columns: columns, into: other)
        floors[1].add(UnsafeBufferPointer(other))
        let first = target + (start - rows.lowerBound) * columns.count
        for index in 0..<partCount {
          baseEnergy += place[index] * place[index]
          first[index] -= place[index]
        }
      }
    }
    // LAPACK may loop or stop the process on NaN.
    guard tuned.allSatisfy(\.isFinite) else { throw LAPACKError.notFinite(update: name) }
  }
}
