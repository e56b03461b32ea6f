import Glibc
import LoRASpectra

/// The weights of a model: one safetensors file, or a folder of them with their index.
package struct Checkpoint: Sendable {
  /// As it was named.
  package let path: String
  /// Its files; all headers are checked.
  package let files: [SafetensorsFile]

  /// Opens a `.safetensors` file, a folder with `model.safetensors.index.json` or `model.safetensors`, or an index.
  ///
  /// Of a folder with an index each tensor has to be in the file that the index names, and nowhere else.
  ///
  /// - Throws: `WeightFileError`.
  package init(_ path: String) throws {
    if let folder = try Checkpoint.indexed(path) {
      try self.init(index: FileBytes(folder.index)) { try FileBytes(folder.path + "/" + $0) }
    } else {
      self.init(path: path, files: [try SafetensorsFile(Checkpoint.singleFile(path))])
    }
  }

  /// As ``init(_:)``, of an index and files that are there already.
  ///
  /// - Parameter open: gives the bytes of a file that the index names.
  /// - Throws: `WeightFileError`; what `open` throws.
  package init(index source: any ByteSource, open: (String) throws -> any ByteSource) throws {
    let index = try ShardIndex(source)
    let files = try index.files.map { try SafetensorsFile(open($0)) }
    try Checkpoint.check(index, in: source.name, files)
    self.init(path: source.name, files: files)
  }

  private init(path: String, files: [SafetensorsFile]) {
    self.path = path
    self.files = files
  }

  /// The tensor of a name.
  package subscript(name: String) -> StoredTensor? {
    for file in files {
      if let tensor = file[name] { return tensor }
    }
    return nil
  }

  private static func indexed(_ path: String) throws -> (path: String, index: String)? {
    let name = "model.safetensors.index.json"
    if path.hasSuffix(".safetensors.index.json") {
      let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
      return (folder.isEmpty ? "/" : folder, path)
    }
    return isFolder(path) && isThere(path + "/" + name) ? (path, path + "/" + name) : nil
  }

  private static func singleFile(_ path: String) throws -> String {
    guard isFolder(path) else {
      try refuseByName(path)
      return path
    }
    let single = path + "/model.safetensors"
    if isThere(single) { return single }
    for pickle in ["pytorch_model.bin", "model.pt", "pytorch_model.bin.index.json"]
    where isThere(path + "/" + pickle) {
      throw pickleRefusal(path + "/" + pickle)
    }
    throw WeightFileError(
      .missing, path, "has neither 'model.safetensors.index.json' nor 'model.safetensors'",
      remedy: "Name the .safetensors file itself")
  }

  private static func check(
    _ index: ShardIndex, in name: String, _ files: [SafetensorsFile]
  ) throws {
    func refused(_ problem: String) -> WeightFileError {
      WeightFileError(
        .malformed, name, problem,
        remedy: "Download the index and its files again, all of one model")
    }
    var found = [Int](repeating: 0, count: files.count)
    for (tensor, file) in index.tensors {
      guard files[file].table.index(of: tensor) != nil else {
        throw refused(
          "says that \(index.files[file].quoted) has the tensor \(tensor.quoted), which it has not")
      }
      found[file] += 1
    }
    // No name is in the index twice, so that as many were found as there are different ones.
    for (file, count) in found.enumerated() where count != files[file].table.count {
      let named = Set(index.tensors.lazy.filter { $0.file == file }.map { Array($0.name.utf8) })
      let table = files[file].table
      let other = (0..<table.count).lazy.map { table.name(at: $0) }
        .first { !named.contains(Array($0.utf8)) }
      throw refused(
        "does not say that \(index.files[file].quoted) has the tensor \((other ?? "").quoted), which it has"
      )
    }
  }
}

/// Refuses a file whose ending says that it is none that is read.
func refuseByName(_ path: String) throws(WeightFileError) {
  let name = path.lowercased()
  if name.hasSuffix(".gguf") {
    throw WeightFileError(
      .unsupported, path, "is GGUF, whose weights are quantised",
      remedy: "Name the checkpoint that it was made from, as safetensors")
  }
  for ending in [".bin", ".pt", ".pth", ".ckpt", ".pkl"] where name.hasSuffix(ending) {
    throw pickleRefusal(path)
  }
}

/// Whether a path is a folder.
func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether there is anything of a path.
func isThere(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0
}
