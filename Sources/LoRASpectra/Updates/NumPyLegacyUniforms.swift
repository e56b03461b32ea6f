/// The words of `numpy.random.RandomState(seed)` in order, and the draws from whole words:
/// `random_sample` and the signs of `choice([-1, 1])`, bit for bit. Frozen, like
/// ``NumPyLegacyNormals``.
package struct NumPyLegacyUniforms {
  private var twister: MersenneTwister
  private var next = MersenneTwister.size

  /// The stream of `RandomState(seed)`, at its start.
  package init(seed: UInt32) { twister = MersenneTwister(seed: seed) }

  private mutating func word() -> UInt32 {
    if next == MersenneTwister.size {
      twister.regenerate()
      next = 0
    }
    defer { next += 1 }
    return MersenneTwister.tempered(twister.words[next])
  }

  /// The next number of `random_sample`, from 0 to below 1.
  package mutating func uniform() -> Double {
    let first = word()
    return MersenneTwister.uniform(first, word())
  }

  /// The next sign of `choice([-1, 1], size)`: one word each, whose lowest bit is the index (NumPy:
  /// `_masked_uint32` with the mask 1).
  package mutating func sign() -> Double { word() & 1 == 0 ? -1 : 1 }
}
