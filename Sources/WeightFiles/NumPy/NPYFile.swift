import LoRASpectra

/// An array as numpy.save writes it, versions 1 to 3 (numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
package struct NPYFile: TensorCollection {
  private let tensor: StoredTensor

  /// Reads the header of an array; its name is the file's stem.
  ///
  /// - Throws: `WeightFileError`.
  package init(_ source: any ByteSource) throws {
    let file = source.name.split(separator: "/").last.map(String.init) ?? source.name
    try self.init(source, name: file.hasSuffix(".npy") ? String(file.dropLast(4)) : file)
  }

  init(_ source: any ByteSource, name: String) throws {
    let header = try NPYHeader(source)
    tensor = StoredTensor(
      name: name, type: header.type, dimensions: header.dimensions, source: source,
      offset: header.dataStart, byteCount: header.byteCount, isFortranOrder: header.isFortranOrder)
  }

  var count: Int { 1 }

  subscript(index: Int) -> StoredTensor { tensor }
}

/// What stands before the numbers of an `.npy` file.
struct NPYHeader {
  var type = ElementType.f64
  var dimensions: [Int] = []
  var isFortranOrder = false
  /// Where the numbers begin, and how many bytes they take.
  var dataStart = 0
  var byteCount = 0

  /// No header of numbers is longer; numpy.load itself takes 10,000.
  static let longest = 65_536

  /// - Throws: `WeightFileError`.
  init(_ source: any ByteSource) throws {
    func refused(_ problem: String) -> WeightFileError {
      WeightFileError(.malformed, source.name, problem, remedy: "Save it again with numpy.save")
    }
    guard source.count >= 10, try source.begins(with: [0x93] + Array("NUMPY".utf8)) else {
      if let foreign = try foreignFormat(of: source) { throw foreign }
      throw refused("does not begin as an .npy file")
    }
    let start = try source.bytes(at: 0, count: min(12, source.count))
    let version = start[6]
    guard (1...3).contains(version), start[7] == 0 else {
      throw refused("is of version \(version).\(start[7]); known are 1.0, 2.0 and 3.0")
    }
    guard version == 1 || start.count == 12 else { throw refused("ends within its header") }
    let length =
      version == 1
      ? Int(start[8]) | Int(start[9]) << 8
      : (0..<4).reduce(0) { $0 | Int(start[8 + $1]) << (8 * $1) }
    let textStart = version == 1 ? 10 : 12
    guard length <= NPYHeader.longest, length <= source.count - textStart else {
      throw refused("has a header of \(length) bytes, beyond its end or \(NPYHeader.longest)")
    }
    let text = try source.bytes(at: textStart, count: length)
    guard let text = String(validating: text, as: UTF8.self), text.hasSuffix("\n") || length > 0
    else {
      throw refused("has a header that is no text")
    }
    dataStart = textStart + length
    var literal = PythonLiteral(text)
    guard let fields = literal.dictionary() else {
      throw refused("has a header that is no dictionary of Python: \(text.quoted)")
    }
    try read(fields, source, refused)
  }

  private mutating func read(
    _ fields: [(key: String, value: PythonLiteral.Value)], _ source: any ByteSource,
    _ refused: (String) -> WeightFileError
  ) throws {
    guard fields.count == 3, Set(fields.map(\.key)) == ["descr", "fortran_order", "shape"] else {
      throw refused("has a header with \(fields.map(\.key)), not 'descr', 'fortran_order', 'shape'")
    }
    for (key, value) in fields {
      switch (key, value) {
      case ("descr", .text(let spelling)): type = try elementType(spelling, source.name)
      case ("descr", _):
        throw WeightFileError(
          .unsupported, source.name, "holds records, not numbers",
          remedy: "Save one field of them with numpy.save")
      case ("fortran_order", .boolean(let value)): isFortranOrder = value
      case ("shape", .tuple(let sides)): dimensions = sides
      default: throw refused("has \(key.quoted) of another kind in its header")
      }
    }
    var bytes = type.bitCount / 8
    for side in dimensions {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: side)
      guard !overflows else { throw refused("has a shape that overflows: \(dimensions)") }
      bytes = product
    }
    byteCount = bytes
    guard bytes == source.count - dataStart else {
      throw refused(
        "has \(source.count - dataStart) bytes of numbers where its shape \(dimensions) takes \(bytes)"
      )
    }
  }
}

/// The type of a `descr`: `<f4`.
private func elementType(_ spelling: String, _ file: String) throws -> ElementType {
  let types: [String: ElementType] = [
    "f8": .f64, "f4": .f32, "f2": .f16, "i1": .i8, "u1": .u8, "b1": .bool, "i2": .i16, "u2": .u16,
    "i4": .i32, "u4": .u32, "i8": .i64, "u8": .u64, "c8": .c64,
  ]
  if spelling.hasPrefix("|O") || spelling == "O" {
    let stem = file.hasSuffix(".npy") ? String(file.dropLast(4)) : file
    throw WeightFileError(
      .unsupported, file, "holds Python objects (|O), which are pickles and can run any program",
      remedy: "Where you trust it, convert it: python3 -c \"import sys, numpy as np; "
        + "np.save(sys.argv[2], np.load(sys.argv[1], allow_pickle=True).astype('f8'))\" "
        + "\(shellQuoted(file)) \(shellQuoted(stem + "-f8.npy"))")
  }
  let isLittleEndian = spelling.hasPrefix("<") || spelling.hasPrefix("|") || spelling.hasPrefix("=")
  guard isLittleEndian, let type = types[String(spelling.dropFirst())] else {
    throw WeightFileError(
      .unsupported, file, "holds numbers of the type \(spelling.quoted)",
      remedy: "Convert it with numpy's astype('<f4'), and save that")
  }
  return type
}
