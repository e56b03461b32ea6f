import Foundation

extension Scratch {
  /// A folder or file of `Tests/Fixtures/weights`.
  package static func weights(_ path: String) -> String {
    project.appending(path: "Tests/Fixtures/weights/\(path)").path
  }

  /// Writes a safetensors file into the folder.
  package func write(_ tensors: [SafetensorsBytes.Tensor], to name: String) throws {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(SafetensorsBytes.make(tensors)).write(to: file)
  }
}

extension SafetensorsBytes {
  /// A matrix in single precision of pseudo-random numbers from −1 to 1.
  package static func random(_ name: String, _ d: Int, _ k: Int, seed: UInt64) -> Tensor {
    var generator = SplitMix64(seed: seed)
    let numbers = (0..<d * k).map { _ in Float.random(in: -1...1, using: &generator) }
    return (name, "F32", [d, k], singles(numbers))
  }

  /// The numbers of a tensor in single precision.
  package static func numbers(_ tensor: Tensor) -> [Float] {
    tensor.bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
  }

  /// A tensor with the sums of two.
  package static func sum(_ a: Tensor, _ b: Tensor, times factor: Float) -> Tensor {
    let numbers = zip(numbers(a), numbers(b)).map { $0 + factor * $1 }
    return (a.name, a.type, a.dimensions, singles(numbers))
  }
}
