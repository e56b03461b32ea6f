import LoRASpectra

/// What a file is that lorabook does not measure, known by how it begins.
///
/// - Returns: nil where it is none of those.
func foreignFormat(of source: any ByteSource) throws(WeightFileError) -> WeightFileError? {
  let file = source.name
  if try source.begins(with: Array("GGUF".utf8)) {
    return WeightFileError(
      .unsupported, file, "is GGUF, whose weights are quantised",
      remedy: "Name the checkpoint that it was made from, as safetensors")
  }
  if try source.begins(with: Array("version https://git-lfs".utf8)) {
    return WeightFileError(
      .malformed, file, "is a pointer of Git LFS, not the file it points to",
      remedy: "Fetch it with git lfs pull")
  }
  for start in ["<!DOCTYPE", "<!doctype", "<html"] where try source.begins(with: Array(start.utf8))
  {
    return WeightFileError(
      .malformed, file, "is a web page", remedy: "Download the file itself")
  }
  // PyTorch's archive is a zip with pickles; before version 1.6 it was a pickle.
  let isZip = try source.begins(with: [0x50, 0x4b, 3, 4])
  var isPickle = false
  for version: UInt8 in 2...5 where try source.begins(with: [0x80, version]) { isPickle = true }
  return isZip || isPickle ? pickleRefusal(file) : nil
}

/// Why a pickle is not read, with the line that converts it.
func pickleRefusal(_ file: String) -> WeightFileError {
  let stem = ["bin", "pt", "pth", "ckpt"].first { file.hasSuffix("." + $0) }.map {
    String(file.dropLast($0.count + 1))
  }
  return WeightFileError(
    .unsupported, file, "is a pickle, which can run any program when it is read",
    remedy: "Where you trust it, convert it: python3 -c \"import sys, torch; "
      + "from safetensors.torch import save_file; "
      + "w = torch.load(sys.argv[1], map_location='cpu', weights_only=True); "
      + "save_file({n: t.clone().contiguous() for n, t in w.items()}, sys.argv[2])\" "
      + "\(shellQuoted(file)) \(shellQuoted((stem ?? file) + ".safetensors"))")
}

/// A text as a shell takes it for one word.
func shellQuoted(_ text: String) -> String {
  let plain = text.utf8.allSatisfy {
    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
      || "/._-+,=:@%".utf8.contains($0)
  }
  return plain && !text.isEmpty && !text.hasPrefix("-")
    ? text : "'\(text.replacing("'", with: "'\\''"))'"
}
