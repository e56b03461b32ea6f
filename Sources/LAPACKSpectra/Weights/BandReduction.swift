import CLAPACK
import LoRASpectra

/// Finds all singular values of a large matrix in two steps: to a band, whose work is products of matrices, and from
/// the band to two diagonals, whose work is small.
///
/// DGESDD goes to two diagonals at once, half of whose work are products of a matrix and a vector, which wait for the
/// memory. The reflections are the same kind and number, so that the values are as accurate: n·u·σ₁.
struct BandReduction {
  private let work = Workspace()
  private let triangles = Workspace()
  private let band = Workspace()
  private let values = Workspace()

  /// From this min(d, k) on it is the faster way.
  static let leastSpan = 512

  /// How many diagonals the band has above its own. A wider one has longer products and more to chase.
  private static let width = 32

  /// The singular values of a matrix in descending order, good until the next call.
  ///
  /// - Parameters:
  ///   - matrix: by columns, m×n finite numbers, m ≥ n > 32; they are lost.
  ///   - name: what a message calls it.
  /// - Throws: `LAPACKError.failed`.
  func singularValues(
    _ matrix: UnsafeMutablePointer<Double>, _ m: Int, _ n: Int, name: String
  ) throws(LAPACKError) -> UnsafeMutableBufferPointer<Double> {
    let width = BandReduction.width
    let info = lorabook_band(
      Int32(m), Int32(n), Int32(width), matrix, triangles.pointer(width * width),
      work.pointer(width * m))
    guard info == 0 else {
      throw .failed(routine: "DGEQRT or DGELQT", info: Int(info), update: name)
    }
    let height = 3 * width + 1
    let band = band.pointer(height * n)
    band.update(repeating: 0, count: height * n)
    for column in 0..<n {
      for row in max(0, column - width)...column {
        band[column * height + 2 * width + row - column] = matrix[column * m + row]
      }
    }
    let values = values.pointer(n)
    let found = lorabook_band_singular_values(
      Int32(n), Int32(width), band, values, work.pointer(max(5 * n, 4 * width)))
    guard found == 0 else { throw .failed(routine: "DLASQ1", info: Int(found), update: name) }
    return UnsafeMutableBufferPointer(start: values, count: n)
  }
}
