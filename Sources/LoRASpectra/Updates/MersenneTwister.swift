/// The generator MT19937 seeded as in `numpy.random.RandomState(seed)` (`init_genrand`, Matsumoto &
/// Nishimura 1998, mt19937ar.c 2002/1/26; NumPy: `numpy/random/src/mt19937/mt19937.c`), a state of
/// 624 words at a time. Frozen.
struct MersenneTwister {
  /// Number of words in a state.
  static let size = 624
  private static let offset = 397

  /// The words of the state before tempering.
  private(set) var words: [UInt32]

  /// The state of a seed; call ``regenerate()`` before using its first word.
  init(seed: UInt32) {
    words = [UInt32](repeating: 0, count: MersenneTwister.size)
    var word = seed
    words[0] = word
    for index in 1..<MersenneTwister.size {
      word = 1_812_433_253 &* (word ^ (word >> 30)) &+ UInt32(truncatingIfNeeded: index)
      words[index] = word
    }
  }

  /// Computes the next 624 words.
  mutating func regenerate() {
    let (size, offset) = (MersenneTwister.size, MersenneTwister.offset)
    words.withUnsafeMutableBufferPointer { words in
      for index in 0..<(size - offset) {
        words[index] = twist(words[index], words[index + 1], words[index + offset])
      }
      for index in (size - offset)..<(size - 1) {
        words[index] = twist(words[index], words[index + 1], words[index + offset - size])
      }
      words[size - 1] = twist(words[size - 1], words[0], words[offset - 1])
    }
  }

  /// A word of the state after tempering.
  @inline(__always)
  static func tempered(_ state: UInt32) -> UInt32 {
    var word = state
    word ^= word >> 11
    word ^= (word << 7) & 0x9d2c_5680
    word ^= (word << 15) & 0xefc6_0000
    return word ^ (word >> 18)
  }

  /// The uniform number of 53 bits that two drawn words make, from 0 to below 1: (a·2²⁶ + b)/2⁵³
  /// with a of 27 and b of 26 bits (`mt19937_next_double`).
  ///
  /// Goes through Int32, which every processor can convert several of at once.
  @inline(__always)
  static func uniform(_ first: UInt32, _ second: UInt32) -> Double {
    let a = Double(Int32(bitPattern: first >> 5))
    let b = Double(Int32(bitPattern: second >> 6))
    return (a * 67_108_864.0 + b) / 9_007_199_254_740_992.0
  }
}

@inline(__always)
private func twist(_ high: UInt32, _ low: UInt32, _ far: UInt32) -> UInt32 {
  let mixed = (high & 0x8000_0000) | (low & 0x7fff_ffff)
  return far ^ (mixed >> 1) ^ ((0 &- (mixed & 1)) & 0x9908_b0df)
}
