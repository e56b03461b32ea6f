import LoRASpectra

/// A named matrix of a real model, and how its update is read.
package struct WeightModule: Sendable {
  /// Of a checkpoint the tensor's name without `.weight`; of PEFT without `base_model.model.` and what follows the
  /// module; of kohya as it stands; of `.npy` the file's stem; of a slice with its index: `experts.up_proj[3]`.
  package let name: String
  /// Where the numbers are.
  package let update: WeightUpdate
  /// The matrices whose digests tell it apart: of an adapter B and A, of a difference the tuned and the base.
  package let matrices: [StoredMatrix]
  /// What an adapter's configuration says of it; nil where it is of no adapter.
  package let adapter: AdapterSettings?

  /// `adapter`, `difference` or `matrix`.
  package var kind: String {
    switch update {
    case .adapter: "adapter"
    case .difference: "difference"
    case .matrix: "matrix"
    }
  }

  /// The file.
  package var file: String { matrices[0].tensor.file }
  /// The base's file; nil where there is none.
  package var baseFile: String? { kind == "difference" ? matrices[1].tensor.file : nil }

  /// The types of what was read, each once: `F32`, `F32 BF16`.
  package var type: String {
    var types: [String] = []
    for matrix in matrices where !types.contains(matrix.format.rawValue) {
      types.append(matrix.format.rawValue)
    }
    return types.joined(separator: " ")
  }

  /// The SHA-256 of what was read, and that of the base.
  ///
  /// - Throws: `WeightFileError`.
  package func digests() throws -> (sha256: String, base: String?) {
    switch update {
    case .adapter: (try TensorDigest.sha256(matrices[0], matrices[1]), nil)
    case .difference:
      (try TensorDigest.sha256(matrices[0]), try TensorDigest.sha256(matrices[1]))
    case .matrix: (try TensorDigest.sha256(matrices[0]), nil)
    }
  }
}

/// How an adapter's factors make its update: ΔW = s·B·A.
package struct AdapterSettings: Equatable, Sendable {
  /// r.
  package var rank: Int
  /// α.
  package var alpha: Double
  /// How s follows from both.
  package var rule: ScalingRule
  /// s.
  package var scale: Double
  /// Whether the layers keep their weights turned (GPT-2's `Conv1D`), as `LoraConfig` has to be told.
  package var isFanInFanOut = false
}

/// The modules of what was named, each made when it is asked for: there may be a million.
package protocol WeightModules: Sendable {
  /// How many are measured.
  var count: Int { get }
  /// The module at an index of 0 ..< count, in the files' order.
  subscript(index: Int) -> WeightModule { get }
  /// How many tensors are left out.
  var leftOutCount: Int { get }
  /// The tensor or module at an index of 0 ..< leftOutCount, with the reason.
  func leftOut(at index: Int) -> LeftOut
}

/// The name of a tensor's module: without `.weight`.
func moduleName(ofTensor name: String) -> String {
  name.hasSuffix(".weight") ? String(name.dropLast(".weight".count)) : name
}
