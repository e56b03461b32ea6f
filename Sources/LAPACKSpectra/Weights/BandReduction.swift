import CLAPACK
import LoRASpectra

/// Finds all singular values of a large matrix in two steps: reduction to a band, which consists of
/// matrix products, and from the band to two diagonals, which is little work.
///
/// DGESDD reduces to two diagonals at once. Half of that work consists of matrix-vector products,
/// which wait for memory. The reflections are of the same kind and number, so the values are as
/// accurate: n·u·σ₁.
struct BandReduction {
  private let work = Workspace()
  private let triangles = Workspace()
  private let band = Workspace()
  private let values = Workspace()

  /// From this min(d, k) on it is faster.
  static let leastSpan = 512

  /// Number of diagonals above the main one in the band. A wider band has longer products and more
  /// bulge chasing.
  private static let width = 32

  /// The singular values of a matrix in descending order, valid until the next call.
  ///
  /// - Parameters:
  ///   - matrix: by columns, m×n finite numbers, m ≥ n > 32; they are overwritten.
  ///   - name: its name in messages.
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
