import CFactorLoops
import CLAPACK
import LoRASpectra

/// The update ΔW that factors are trained toward, with its singular vectors and values derived from
/// them.
final class TrainingTarget {
  let shape: Shape
  /// σ in descending order.
  let spectrum: Spectrum
  /// ΔW: d×k.
  let matrix: Matrix
  /// U: d×min(d, k).
  let left: Matrix
  /// Vᵀ: min(d, k)×k.
  let right: Matrix
  /// σ.
  let singularValues: UnsafeMutablePointer<Double>
  /// Its name in messages.
  let name: String
  private let memory = (Workspace(), Workspace(), Workspace(), Workspace())

  /// Copies an update and factorises it.
  ///
  /// - Parameter entries: d·k finite numbers by rows.
  /// - Throws: `LAPACKError.failed`, `.notFinite`, `.allZero`.
  init(_ entries: UnsafePointer<Double>, shape: Shape, name: String) throws {
    let (d, k, span) = (shape.d, shape.k, shape.span)
    self.shape = shape
    self.name = name
    matrix = Matrix(memory.0.pointer(d * k), rows: d, columns: k)
    left = Matrix(memory.1.pointer(d * span), rows: d, columns: span)
    right = Matrix(memory.2.pointer(span * k), rows: span, columns: k)
    singularValues = memory.3.pointer(span)
    matrix.start.update(from: entries, count: d * k)
    let copy = Workspace()
    let work = Workspace()
    var integers = [Int32](repeating: 0, count: 8 * span)
    // By columns the matrix is the k×d transpose, whose left vectors are ΔW's right ones.
    let (u, sigma, vt) = (left.start, singularValues, right.start)
    let info = work.serving { work, size in
      copy.pointer(d * k).update(from: entries, count: d * k)
      return lorabook_singular_triples(
        Int32(k), Int32(d), copy.pointer(d * k), sigma, vt, u, work, size, &integers)
    }
    guard info == 0 else {
      throw LAPACKError.failed(routine: "DGESDD", info: Int(info), update: name)
    }
    guard singularValues[0].isFinite else { throw LAPACKError.notFinite(update: name) }
    guard singularValues[0] > 0 else { throw LAPACKError.allZero(update: name) }
    spectrum = try Spectrum(
      singularValues: Array(UnsafeBufferPointer(start: singularValues, count: span)))
  }

  /// ½ Σᵢ>ᵣ σᵢ(ΔW Σ^½)², summed from the small end, for every r from 0 to min(d, k).
  ///
  /// - Parameter variances: λ, or nil for ones.
  /// - Throws: `LAPACKError.failed`.
  func lossFloors(variances: [Double]?) throws -> [Double] {
    let (d, k, span) = (shape.d, shape.k, shape.span)
    var values = spectrum.singularValues
    if let variances {
      let roots = variances.map { $0.squareRoot() }
      let copy = Workspace()
      let work = Workspace()
      var integers = [Int32](repeating: 0, count: 8 * span)
      let info = work.serving { work, size in
        lorabook_scale_columns(d, k, matrix.start, roots, copy.pointer(d * k))
        return lorabook_singular_values(
          Int32(k), Int32(d), copy.pointer(d * k), &values, work, size, &integers)
      }
      guard info == 0 else {
        throw LAPACKError.failed(routine: "DGESDD", info: Int(info), update: name)
      }
    }
    var floors = [Double](repeating: 0, count: span + 1)
    var sum = 0.0
    for rank in (0..<span).reversed() {
      sum += values[rank] * values[rank]
      floors[rank] = 0.5 * sum
    }
    return floors
  }
}

/// The factor A before the first update.
enum InitialFactor {
  /// Draws A, r×k, equal to the reference to the bit: row by row, so that a lower rank has the
  /// first rows of a higher one.
  static func draw(_ kind: FactorInit, seed: UInt32, into a: Matrix) {
    let (r, k) = (a.rows, a.columns)
    let entries = UnsafeMutableBufferPointer(start: a.start, count: r * k)
    switch kind {
    case .kaiming:
      var stream = NumPyLegacyUniforms(seed: seed)
      let bound = 1 / Double(k).squareRoot()
      for index in entries.indices { entries[index] = (2 * stream.uniform() - 1) * bound }
    case .gaussian, .normal:
      var stream = NumPyLegacyNormals(seed: seed)
      stream.fill(entries)
      let factor = kind == .gaussian ? 1 / Double(r) : 1 / Double(k).squareRoot()
      for index in entries.indices { entries[index] *= factor }
    }
  }
}
