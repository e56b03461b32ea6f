import LoRASpectra

/// A named matrix of a real model, and how its update is read.
package struct WeightModule: StoredUpdate {
  /// Of a checkpoint the tensor's name without `.weight`; of PEFT without `base_model.model.` and what follows the
  /// module; of kohya as it stands; of `.npy` the file's stem; of a slice with its index: `experts.up_proj[3]`.
  package let name: String
  /// Where the numbers are.
  package let update: WeightUpdate
  /// The matrices whose digests tell it apart: of an adapter B and A, of a difference the tuned and the base.
  package let matrices: [StoredMatrix]
  /// What an adapter's configuration says of it; nil where it is of no adapter.
  package let adapter: AdapterSettings?

  /// The file.
  package var file: String { matrices[0].tensor.file }
  /// The base's file; nil where there is none.
  package var baseFile: String? { update.kind == .difference ? matrices[1].tensor.file : nil }

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
  package func digests() throws -> UpdateDigests {
    let (sha256, base): (String, String?) =
      switch update {
      case .adapter: (try TensorDigest.sha256(matrices[0], matrices[1]), nil)
      case .difference:
        (try TensorDigest.sha256(matrices[0]), try TensorDigest.sha256(matrices[1]))
      case .matrix: (try TensorDigest.sha256(matrices[0]), nil)
      }
    let scale = adapter.map { $0.scale.shortestText } ?? ""
    let parts = [update.kind.rawValue, scale, sha256, base ?? ""]
    return UpdateDigests(
      sha256: sha256, base: base,
      content: TensorDigest.sha256(of: parts.joined(separator: "\n")))
  }
}

/// The modules of what was named, each made when it is asked for: there may be a million.
package protocol WeightModules: StoredUpdates {
  /// The module at an index of 0 ..< count, in the files' order.
  subscript(index: Int) -> WeightModule { get }
}

extension WeightModules {
  /// The same, for whoever knows no files.
  package func update(at index: Int) -> any StoredUpdate { self[index] }
}

/// The name of a tensor's module: without `.weight`.
func moduleName(ofTensor name: String) -> String {
  name.utf8.suffix(7).elementsEqual(".weight".utf8)
    ? String(decoding: name.utf8.dropLast(7), as: UTF8.self) : name
}
