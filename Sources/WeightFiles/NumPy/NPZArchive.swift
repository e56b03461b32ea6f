import LoRASpectra

/// The arrays of an `.npz` archive, each an `.npy` file of its own; they are named without that ending.
package struct NPZArchive: TensorCollection {
  private var tensors: [StoredTensor] = []
  private(set) var leftOut: [LeftOut] = []

  /// Reads the directory and the arrays' headers.
  ///
  /// - Throws: `WeightFileError`.
  package init(_ source: any ByteSource) throws {
    let archive = try ZipArchive(source)
    var names: Set<[UInt8]> = []
    for entry in try archive.entries() {
      guard names.insert(Array(entry.name.utf8)).inserted else {
        throw WeightFileError(
          .malformed, source.name, "has the entry \(entry.name.quoted) twice",
          remedy: "Save it again with numpy.savez")
      }
      let name = entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
      guard entry.problem == nil, entry.name.hasSuffix(".npy") else {
        leftOut.append(LeftOut(name: name, reason: entry.problem ?? "is no .npy array"))
        continue
      }
      do {
        let bytes = try ZipEntryBytes(archive, entry)
        tensors.append(try NPYFile(bytes, name: name)[0])
        bytes.forgetStart()
      } catch let error as WeightFileError where error.kind == .unsupported {
        guard !error.problem.contains("(|O)") else {
          throw NPZArchive.objects(in: source.name, name)
        }
        leftOut.append(LeftOut(name: name, reason: error.problem))
      } catch var error as WeightFileError where error.kind == .malformed {
        error.problem = "has an array \(name.quoted) that \(error.problem)"
        throw error
      }
    }
  }

  var count: Int { tensors.count }

  subscript(index: Int) -> StoredTensor { tensors[index] }

  private static func objects(in file: String, _ name: String) -> WeightFileError {
    let stem = file.hasSuffix(".npz") ? String(file.dropLast(4)) : file
    return WeightFileError(
      .unsupported, file,
      "holds Python objects (|O) under \(name.quoted), which are pickles and can run any program",
      remedy: "Where you trust it, convert it: python3 -c \"import sys, numpy as np; "
        + "a = np.load(sys.argv[1], allow_pickle=True); "
        + "np.savez(sys.argv[2], **{n: a[n].astype('f8') for n in a.files})\" "
        + "\(shellQuoted(file)) \(shellQuoted(stem + "-f8.npz"))")
  }
}
