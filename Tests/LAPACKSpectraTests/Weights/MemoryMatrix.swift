import LoRASpectra

/// A matrix in memory.
struct MemoryMatrix: WeightMatrix {
  var shape: Shape
  var format = FloatFormat.f64
  /// By rows.
  var numbers: [Double]

  /// Standard normals.
  static func random(_ d: Int, _ k: Int, seed: UInt32) -> MemoryMatrix {
    var stream = NumPyLegacyNormals(seed: seed)
    var numbers = [Double](repeating: 0, count: d * k)
    numbers.withUnsafeMutableBufferPointer { stream.fill($0) }
    return MemoryMatrix(shape: Shape(d: d, k: k), numbers: numbers)
  }

  func read(rows: Range<Int>, columns: Range<Int>, into values: UnsafeMutableBufferPointer<Double>)
  {
    var place = 0
    for row in rows {
      for column in columns {
        values[place] = numbers[row * shape.k + column]
        place += 1
      }
    }
  }

  /// The matrix with each column multiplied by a number.
  func scaled(columns factors: [Double]) -> MemoryMatrix {
    var copy = self
    for index in numbers.indices { copy.numbers[index] *= factors[index % shape.k] }
    return copy
  }

  func times(_ other: MemoryMatrix) -> MemoryMatrix {
    var product = [Double](repeating: 0, count: shape.d * other.shape.k)
    for row in 0..<shape.d {
      for inner in 0..<shape.k {
        let factor = numbers[row * shape.k + inner]
        for column in 0..<other.shape.k {
          product[row * other.shape.k + column] +=
            factor * other.numbers[inner * other.shape.k + column]
        }
      }
    }
    return MemoryMatrix(shape: Shape(d: shape.d, k: other.shape.k), numbers: product)
  }

  /// Its singular values by DGESDD alone.
  func factorised() throws -> [Double] {
    try DirectSingularValues.of(numbers, shape)
  }
}
