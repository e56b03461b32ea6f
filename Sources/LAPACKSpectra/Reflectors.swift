import CLAPACK
import LoRASpectra

/// The orthonormal factor Q of a drawn matrix, kept as the product of Householder reflections that LAPACK
/// finds: applying them costs less than forming Q and multiplying by it.
struct Reflectors {
  private let drawn = Workspace()
  private let triangles = Workspace()
  private let work = Workspace()
  private var rows = 0
  private var columns = 0
  private var count = 0

  /// Draws `rows` × `columns` normals, row by row, over the old ones.
  mutating func draw(rows: Int, columns: Int, from stream: inout NumPyLegacyNormals) {
    self.rows = rows
    self.columns = columns
    let size = rows * columns
    stream.fill(UnsafeMutableBufferPointer(start: drawn.pointer(size), count: size))
  }

  /// Finds the first `count` columns of Q, which depend on the first `count` drawn columns alone.
  ///
  /// - Throws: `LAPACKError.failed`.
  mutating func factorise(_ count: Int, _ planned: Grid.PlannedUpdate) throws(LAPACKError) {
    self.count = count
    let (drawn, triangles) = (drawn.pointer(rows * columns), triangles.pointer(block * count))
    let info = work.serving { work, size in
      lorabook_lq(
        Int32(count), Int32(rows), Int32(block), drawn, Int32(columns), triangles, work, size)
    }
    guard info == 0 else {
      throw .failed(routine: "DGELQF", info: Int(info), update: planned.description)
    }
  }

  /// Replaces C by C·Qᵀ. C has `height` rows, as many columns as Q has rows, and a column stride of
  /// `stride`.
  func multiplyFromRight(_ matrix: UnsafeMutablePointer<Double>, height: Int, stride: Int) {
    _ = lorabook_multiply_by_q(
      0, Int32(height), Int32(rows), Int32(count), Int32(block), drawn.pointer(rows * columns),
      Int32(columns), triangles.pointer(block * count), matrix, Int32(stride),
      work.pointer(block * height))
  }

  /// Replaces C by Q·C. C has `width` columns and as many rows as Q.
  func multiplyFromLeft(_ matrix: UnsafeMutablePointer<Double>, width: Int) {
    _ = lorabook_multiply_by_q(
      1, Int32(rows), Int32(width), Int32(count), Int32(block), drawn.pointer(rows * columns),
      Int32(columns), triangles.pointer(block * count), matrix, Int32(rows),
      work.pointer(block * width))
  }

  /// Number of reflections applied at once: larger blocks need longer products, smaller ones more
  /// products.
  private var block: Int { min(count, rows < 256 ? 8 : 32) }
}
