import LoRASpectra

/// Where tensors come from that are measured as they stand.
protocol TensorCollection: Sendable {
  var count: Int { get }
  subscript(index: Int) -> StoredTensor { get }
  /// What of the file is no tensor that could be read.
  var leftOut: [LeftOut] { get }
}

extension TensorCollection {
  var leftOut: [LeftOut] { [] }
}

extension SafetensorsFile: TensorCollection {
  var count: Int { table.count }
}

/// The place of a module: a tensor and the slice of it.
struct ModulePlace: Sendable {
  var file: Int32
  var tensor: Int32
  var slice: Int32
}

/// The matrices of `.safetensors`, `.npy` and `.npz` files, each measured as it stands.
package struct MatrixModules: WeightModules {
  private let files: [any TensorCollection]
  private var places: [ModulePlace] = []
  private var leftOutPlaces: [ModulePlace] = []
  private var unread: [LeftOut] = []

  /// Opens files; the ending of each says what it is.
  ///
  /// - Throws: `WeightFileError`, `PatternError`.
  package init(_ paths: [String], filter: ModuleFilter = .all) throws {
    try self.init(
      paths.map { path in
        if !path.hasSuffix(".npy"), !path.hasSuffix(".npz") { try refuseByName(path) }
        return try FileBytes(path)
      }, filter: filter)
  }

  /// As ``init(_:filter:)``, of bytes that are there already, with the names of files.
  ///
  /// - Throws: `WeightFileError`, `PatternError`.
  package init(_ sources: [any ByteSource], filter: ModuleFilter = .all) throws {
    let files = try sources.map { source -> any TensorCollection in
      switch source.name.lowercased() {
      case let name where name.hasSuffix(".npy"): return try NPYFile(source)
      case let name where name.hasSuffix(".npz"): return try NPZArchive(source)
      case let name where name.hasSuffix(".safetensors"): return try SafetensorsFile(source)
      default:
        throw WeightFileError(
          .unsupported, source.name, "is neither .safetensors nor .npy nor .npz",
          remedy: "Convert it, or give it the ending of what it is")
      }
    }
    try self.init(files, filter: filter)
  }

  /// - Throws: `PatternError`.
  init(_ files: [any TensorCollection], filter: ModuleFilter) throws {
    self.files = files
    for (file, tensors) in files.enumerated() {
      for other in tensors.leftOut where try filter.takes(other.name) { unread.append(other) }
      for index in 0..<tensors.count {
        let tensor = tensors[index]
        let place = ModulePlace(file: Int32(file), tensor: Int32(index), slice: 0)
        guard TensorMatrices.reasonLeftOut(tensor) == nil else {
          if try filter.takes(moduleName(ofTensor: tensor.name)) { leftOutPlaces.append(place) }
          continue
        }
        let matrices = TensorMatrices(checked: tensor)
        for slice in 0..<matrices.count where try filter.takes(matrices.name(of: slice)) {
          places.append(
            ModulePlace(file: place.file, tensor: place.tensor, slice: Int32(slice)))
        }
      }
    }
  }

  package var count: Int { places.count }

  package subscript(index: Int) -> WeightModule {
    let place = places[index]
    let tensor = files[Int(place.file)][Int(place.tensor)]
    let matrices = TensorMatrices(checked: tensor)
    let matrix = matrices[Int(place.slice)]
    return WeightModule(
      name: matrices.name(of: Int(place.slice)), update: .matrix(matrix), matrices: [matrix],
      adapter: nil)
  }

  package var leftOutCount: Int { leftOutPlaces.count + unread.count }

  package func leftOut(at index: Int) -> LeftOut {
    guard index < leftOutPlaces.count else { return unread[index - leftOutPlaces.count] }
    let place = leftOutPlaces[index]
    let tensor = files[Int(place.file)][Int(place.tensor)]
    return LeftOut(
      name: tensor.name, reason: TensorMatrices.reasonLeftOut(tensor) ?? "is not measured")
  }
}
