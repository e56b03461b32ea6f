import Glibc

/// The stream of `numpy.random.RandomState(seed).randn`, bit for bit. Frozen: a changed stream is a new
/// file with a new name, because recorded sweeps name this one.
///
/// - MT19937 seeded by `init_genrand` (Matsumoto & Nishimura 1998, mt19937ar.c 2002/1/26; NumPy:
///   `numpy/random/src/mt19937/mt19937.c`, `mt19937_seed`).
/// - 53-bit uniforms from two words, (a·2²⁶ + b)/2⁵³ with a of 27 and b of 26 bits (`mt19937_next_double`).
/// - Marsaglia's polar method, whose second value is kept for the next call (NumPy:
///   `numpy/random/src/legacy/legacy-distributions.c`, `legacy_gauss`).
package struct NumPyLegacyNormals {
  /// The name that books record.
  package static let name = "numpy-randomstate-mt19937-polar"

  private static let size = 624
  private static let offset = 397

  private var words: [UInt32]
  private var next: Int
  private var kept: Double?

  /// The stream of `RandomState(seed)`, at its start.
  package init(seed: UInt32) {
    words = [UInt32](repeating: 0, count: NumPyLegacyNormals.size)
    next = NumPyLegacyNormals.size
    var word = seed
    words[0] = word
    for index in 1..<NumPyLegacyNormals.size {
      word = 1_812_433_253 &* (word ^ (word >> 30)) &+ UInt32(truncatingIfNeeded: index)
      words[index] = word
    }
  }

  /// Fills a buffer with the next standard normals.
  package mutating func fill(_ buffer: UnsafeMutableBufferPointer<Double>) {
    var index = 0
    if index < buffer.count, let value = kept {
      buffer[0] = value
      kept = nil
      index = 1
    }
    while index < buffer.count {
      let (first, second) = nextPair()
      buffer[index] = first
      if index + 1 < buffer.count {
        buffer[index + 1] = second
      } else {
        kept = second
      }
      index += 2
    }
  }

  /// Draws normals and drops them: the stream stands where it would after ``fill(_:)``.
  package mutating func skip(_ count: Int) {
    var left = count
    if left > 0, kept != nil {
      kept = nil
      left -= 1
    }
    while left >= 2 {
      _ = acceptedPoint()
      left -= 2
    }
    if left == 1 {
      kept = nextPair().second
    }
  }

  @inline(__always)
  private mutating func nextPair() -> (first: Double, second: Double) {
    let (x1, x2, r2) = acceptedPoint()
    let factor = (-2.0 * log(r2) / r2).squareRoot()
    return (factor * x2, factor * x1)
  }

  /// A point of the unit disc but for its centre, by rejection.
  @inline(__always)
  private mutating func acceptedPoint() -> (x1: Double, x2: Double, r2: Double) {
    while true {
      let x1 = 2.0 * nextUniform() - 1.0
      let x2 = 2.0 * nextUniform() - 1.0
      let r2 = x1 * x1 + x2 * x2
      if r2 < 1.0, r2 != 0.0 { return (x1, x2, r2) }
    }
  }

  @inline(__always)
  private mutating func nextUniform() -> Double {
    let a = nextWord() >> 5
    let b = nextWord() >> 6
    return (Double(a) * 67_108_864.0 + Double(b)) / 9_007_199_254_740_992.0
  }

  @inline(__always)
  private mutating func nextWord() -> UInt32 {
    if next == NumPyLegacyNormals.size { regenerate() }
    var word = words[next]
    next += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9d2c_5680
    word ^= (word << 15) & 0xefc6_0000
    word ^= word >> 18
    return word
  }

  private mutating func regenerate() {
    let size = NumPyLegacyNormals.size
    let offset = NumPyLegacyNormals.offset
    words.withUnsafeMutableBufferPointer { words in
      func twist(_ high: UInt32, _ low: UInt32, _ far: UInt32) -> UInt32 {
        let mixed = (high & 0x8000_0000) | (low & 0x7fff_ffff)
        return far ^ (mixed >> 1) ^ ((mixed & 1) &* 0x9908_b0df)
      }
      for index in 0..<(size - offset) {
        words[index] = twist(words[index], words[index + 1], words[index + offset])
      }
      for index in (size - offset)..<(size - 1) {
        words[index] = twist(words[index], words[index + 1], words[index + offset - size])
      }
      words[size - 1] = twist(words[size - 1], words[0], words[offset - 1])
    }
    next = 0
  }
}
