import LoRASpectra

/// A matrix that lies in a stored tensor: all of it, a slice, or every n-th column.
package struct StoredMatrix: WeightMatrix {
  package let shape: Shape
  package let format: FloatFormat
  /// The tensor in which it lies.
  package let tensor: StoredTensor
  /// The dimensions that a digest names: the tensor's own, or the slice's.
  let dimensions: [Int]
  /// Of the first element, in the file.
  private let offset: Int
  /// How many elements the next row and the next column lie on.
  private let rowStride: Int
  private let columnStride: Int

  /// - Parameters:
  ///   - first: the element of the tensor that is the first of the matrix.
  init(
    _ tensor: StoredTensor, _ format: FloatFormat, shape: Shape, dimensions: [Int], first: Int = 0,
    rowStride: Int, columnStride: Int = 1
  ) {
    self.shape = shape
    self.format = format
    self.tensor = tensor
    self.dimensions = dimensions
    offset = tensor.offset + first * format.byteCount
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  package func read(
    rows: Range<Int>, columns: Range<Int>, into values: UnsafeMutableBufferPointer<Double>
  ) throws {
    guard !rows.isEmpty, !columns.isEmpty else { return }
    let width = columns.count
    // A megabyte at a time, so that the bytes are still in the cache when they are decoded.
    let height = max(1, (1 << 20) / (width * format.byteCount))
    try withBytes(min(height, rows.count) * width * format.byteCount) { buffer in
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: height) {
        let part = start..<min(start + height, rows.upperBound)
        let bytes = UnsafeMutableRawBufferPointer(
          rebasing: buffer[..<(part.count * width * format.byteCount)])
        try readElements(rows: part, columns: columns, into: bytes)
        let place = (start - rows.lowerBound) * width
        decode(
          UnsafeRawBufferPointer(bytes), format,
          into: UnsafeMutableBufferPointer(rebasing: values[place..<(place + part.count * width)]))
      }
    }
  }

  /// Reads the bytes of a block, row by row.
  func readElements(
    rows: Range<Int>, columns: Range<Int>, into bytes: UnsafeMutableRawBufferPointer
  ) throws {
    let size = format.byteCount
    let width = columns.count
    func place(_ row: Int, _ column: Int) -> Int {
      offset + (row * rowStride + column * columnStride) * size
    }
    if columnStride == 1 {
      let isWhole = width == rowStride
      let (pieces, length) = isWhole ? (1, rows.count * width) : (rows.count, width)
      for piece in 0..<pieces {
        try tensor.source.read(
          into: UnsafeMutableRawBufferPointer(
            rebasing: bytes[(piece * length * size)..<((piece + 1) * length * size)]),
          at: place(rows.lowerBound + piece, columns.lowerBound))
      }
      return
    }
    // Whichever of both runs faster is read in one piece and laid out from there.
    let byColumns = rowStride < columnStride
    let (outer, inner, step) =
      byColumns ? (columns, rows, rowStride) : (rows, columns, columnStride)
    let span = ((inner.count - 1) * step + 1) * size
    try withBytes(span) { line in
      for (index, line0) in outer.enumerated() {
        let start =
          byColumns ? place(inner.lowerBound, line0) : place(line0, inner.lowerBound)
        try tensor.source.read(into: line, at: start)
        for position in 0..<inner.count {
          let target = byColumns ? position * width + index : index * width + position
          for byte in 0..<size { bytes[target * size + byte] = line[position * step * size + byte] }
        }
      }
    }
  }

  private func withBytes(
    _ count: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Void
  ) throws {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { bytes.deallocate() }
    try body(bytes)
  }
}
