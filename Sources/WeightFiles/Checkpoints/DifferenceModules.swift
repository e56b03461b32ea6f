import LoRASpectra

/// The updates between two checkpoints: tuned − base, module by module, in the tuned one's order.
package struct DifferenceModules: WeightModules {
  private let tuned: Checkpoint
  private let base: Checkpoint
  private var places: [Pair] = []
  private var leftOutPlaces: [LeftOutPlace] = []

  private struct Pair {
    var tuned: ModulePlace
    var base: ModulePlace
  }

  private enum LeftOutPlace {
    case both(Pair)
    case onlyTuned(ModulePlace)
    case onlyBase(ModulePlace)
  }

  /// - Throws: `WeightFileError`, `PatternError`.
  package init(base: String, tuned: String, filter: ModuleFilter = .all) throws {
    try self.init(base: Checkpoint(base), tuned: Checkpoint(tuned), filter: filter)
  }

  /// - Throws: `PatternError`.
  package init(base: Checkpoint, tuned: Checkpoint, filter: ModuleFilter = .all) throws {
    self.tuned = tuned
    self.base = base
    for (file, tensors) in tuned.files.enumerated() {
      for index in 0..<tensors.table.count {
        try add(ModulePlace(file: Int32(file), tensor: Int32(index), slice: 0), filter)
      }
    }
    for (file, tensors) in base.files.enumerated() {
      for index in 0..<tensors.table.count {
        let name = tensors.table.name(at: index)
        guard DifferenceModules.place(of: name, in: tuned) == nil,
          try filter.takes(moduleName(ofTensor: name))
        else { continue }
        leftOutPlaces.append(
          .onlyBase(ModulePlace(file: Int32(file), tensor: Int32(index), slice: 0)))
      }
    }
  }

  private mutating func add(_ place: ModulePlace, _ filter: ModuleFilter) throws {
    let tensor = DifferenceModules.tensor(place, in: tuned)
    func isTaken() throws -> Bool { try filter.takes(moduleName(ofTensor: tensor.name)) }
    guard let basePlace = DifferenceModules.place(of: tensor.name, in: base) else {
      if try isTaken() { leftOutPlaces.append(.onlyTuned(place)) }
      return
    }
    let pair = Pair(tuned: place, base: basePlace)
    guard reason(pair) == nil else {
      if try isTaken() { leftOutPlaces.append(.both(pair)) }
      return
    }
    let matrices = TensorMatrices(checked: tensor)
    for slice in 0..<matrices.count where try filter.takes(matrices.name(of: slice)) {
      var sliced = pair
      sliced.tuned.slice = Int32(slice)
      sliced.base.slice = Int32(slice)
      places.append(sliced)
    }
  }

  /// Why a tensor that both have is left out; nil where it is measured.
  private func reason(_ pair: Pair) -> String? {
    let tuned = DifferenceModules.tensor(pair.tuned, in: tuned)
    let base = DifferenceModules.tensor(pair.base, in: base)
    guard tuned.dimensions == base.dimensions else {
      return
        "is \(tuned.dimensionText) in the tuned checkpoint and \(base.dimensionText) in the base"
    }
    return TensorMatrices.reasonLeftOut(tuned)
      ?? TensorMatrices.reasonLeftOut(base).map { "\($0) in the base" }
  }

  private static func place(of name: String, in checkpoint: Checkpoint) -> ModulePlace? {
    for (file, tensors) in checkpoint.files.enumerated() {
      if let index = tensors.table.index(of: name) {
        return ModulePlace(file: Int32(file), tensor: Int32(index), slice: 0)
      }
    }
    return nil
  }

  private static func tensor(_ place: ModulePlace, in checkpoint: Checkpoint) -> StoredTensor {
    checkpoint.files[Int(place.file)][Int(place.tensor)]
  }

  package var count: Int { places.count }

  package subscript(index: Int) -> WeightModule {
    let place = places[index]
    let slice = Int(place.tuned.slice)
    let matrices = TensorMatrices(checked: DifferenceModules.tensor(place.tuned, in: tuned))
    let tuned = matrices[slice]
    let base = TensorMatrices(checked: DifferenceModules.tensor(place.base, in: base))[slice]
    return WeightModule(
      name: matrices.name(of: slice), update: .difference(tuned: tuned, base: base),
      matrices: [tuned, base], adapter: nil)
  }

  package var leftOutCount: Int { leftOutPlaces.count }

  package func leftOut(at index: Int) -> LeftOut {
    switch leftOutPlaces[index] {
    case .both(let pair):
      LeftOut(
        name: DifferenceModules.tensor(pair.tuned, in: tuned).name,
        reason: reason(pair) ?? "is not measured")
    case .onlyTuned(let place):
      LeftOut(
        name: DifferenceModules.tensor(place, in: tuned).name,
        reason: "is in the tuned checkpoint alone")
    case .onlyBase(let place):
      LeftOut(
        name: DifferenceModules.tensor(place, in: base).name, reason: "is in the base alone")
    }
  }
}
