import LoRASpectra

/// B and A of a module as they are stored: B d×r, A r×k, or of a convolution d×r×1×1 and r×(in)×(kernel).
struct AdapterFactors {
  let left: StoredTensor
  let right: StoredTensor

  /// The rows of A: r, or r of each of several experts.
  var rank: Int { right.dimensions.first ?? 0 }

  /// Why the module is not measured; nil where it is.
  var reasonLeftOut: String? {
    for (tensor, name) in [(left, "B"), (right, "A")] {
      if let reason = TensorMatrices.reasonLeftOut(tensor) {
        return "has a factor \(name) that \(reason)"
      }
    }
    let rows = left.dimensions
    // A convolution with groups has B of d×(r/groups).
    if rows.count > 2, rows[1] < rank, rank % rows[1] == 0,
      rows.dropFirst(2).allSatisfy({ $0 == 1 })
    {
      return
        "is a convolution with groups (B \(left.dimensionText), A \(right.dimensionText)), which PEFT cannot merge either"
    }
    return nil
  }

  /// How many updates the factors hold: one, or one for each expert of a parameter of three dimensions.
  ///
  /// - Parameters:
  ///   - rank: what the configuration says.
  /// - Throws: `WeightFileError` where B, A and the configuration do not fit each other.
  func count(rank: Int, module: String) throws(WeightFileError) -> Int {
    let columns = left.dimensions.dropFirst().reduce(1, *)
    guard columns == self.rank else {
      throw WeightFileError(
        .malformed, left.file,
        "has B \(left.dimensionText) and A \(right.dimensionText) for \(module.quoted), which do not fit each other",
        remedy: "Save the adapter again")
    }
    guard self.rank != rank else { return 1 }
    guard rank > 0, self.rank % rank == 0, left.dimensions.count == 2, isOfExperts(module) else {
      throw WeightFileError(
        .malformed, left.file,
        "has rank \(self.rank) for \(module.quoted), where its configuration says \(rank)",
        remedy: "Use the adapter_config.json that was saved with it")
    }
    return self.rank / rank
  }

  /// B and A of one of `count` experts: the rows of A are expert by expert, the columns of B rank by rank
  /// (peft 0.21.2, `ParamWrapper.get_delta_weight`).
  func pair(at index: Int, of count: Int) -> (left: StoredMatrix, right: StoredMatrix) {
    let rank = self.rank / count
    let (d, k) = (left.dimensions[0], right.dimensions.dropFirst().reduce(1, *))
    return (
      StoredMatrix(
        left, left.type.format ?? .f32, shape: Shape(d: d, k: rank),
        dimensions: count == 1 ? left.dimensions : [d, rank], first: index, rowStride: self.rank,
        columnStride: count),
      StoredMatrix(
        right, right.type.format ?? .f32, shape: Shape(d: rank, k: k),
        dimensions: count == 1 ? right.dimensions : [rank, k], first: index * rank * k, rowStride: k
      )
    )
  }
}
