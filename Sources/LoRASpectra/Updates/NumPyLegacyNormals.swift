import Glibc

/// The stream of `numpy.random.RandomState(seed).randn`, bit for bit. Frozen: a changed stream is a
/// new file with a new name, because recorded sweeps name this one.
///
/// - MT19937 and its 53-bit uniforms: ``MersenneTwister``.
/// - Marsaglia's polar method, whose second value is kept for the next call (NumPy:
///   `numpy/random/src/legacy/legacy-distributions.c`, `legacy_gauss`).
///
/// The 624 words of a regenerated state are 156 candidate points with no remainder, so points are
/// drawn one state at a time, in loops that the compiler vectorises; the logarithm alone is libm's,
/// as in NumPy.
package struct NumPyLegacyNormals {
  /// The generator's name in books.
  package static let name = "numpy-randomstate-mt19937-polar"

  /// Candidate points in a state: four words each.
  private static let candidates = MersenneTwister.size / 4

  private var twister: MersenneTwister
  /// The accepted points of the state: all x₁, then all x₂, then all r².
  private var points = [Double](repeating: 0, count: 3 * candidates)
  private var accepted = 0
  /// The first accepted point not yet used.
  private var next = 0
  private var kept: Double?

  /// The stream of `RandomState(seed)`, at its start.
  package init(seed: UInt32) { twister = MersenneTwister(seed: seed) }

  /// Fills a buffer with the next standard normals.
  package mutating func fill(_ buffer: UnsafeMutableBufferPointer<Double>) {
    guard var target = buffer.baseAddress else { return }
    var left = buffer.count
    if left > 0, let value = kept {
      target.pointee = value
      kept = nil
      target += 1
      left -= 1
    }
    while left >= 2 {
      let pairs = takePoints(atMost: left / 2) { x1, x2, r2, count in
        for index in 0..<count { target[index] = log(r2[index]) }
        for index in 0..<count { r2[index] = (-2.0 * target[index] / r2[index]).squareRoot() }
        for index in 0..<count {
          target[2 * index] = r2[index] * x2[index]
          target[2 * index + 1] = r2[index] * x1[index]
        }
      }
      target += 2 * pairs
      left -= 2 * pairs
    }
    if left == 1 {
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2) { pair in
        fill(pair)
        target.pointee = pair[0]
        kept = pair[1]
      }
    }
  }

  /// Draws and drops normals: the stream ends where ``fill(_:)`` would leave it.
  package mutating func skip(_ count: Int) {
    var left = count
    if left > 0, kept != nil {
      kept = nil
      left -= 1
    }
    while left >= 2 {
      left -= 2 * takePoints(atMost: left / 2) { _, _, _, _ in }
    }
    if left == 1 {
      var last = 0.0
      withUnsafeMutablePointer(to: &last) { fill(UnsafeMutableBufferPointer(start: $0, count: 1)) }
    }
  }

  /// Takes the next accepted points, at least one: their x₁, x₂ and r², and their number.
  @inline(__always)
  private mutating func takePoints(
    atMost limit: Int,
    _ body: (
      _ x1: UnsafePointer<Double>, _ x2: UnsafePointer<Double>, _ r2: UnsafeMutablePointer<Double>,
      _ count: Int
    ) -> Void
  ) -> Int {
    while next == accepted { drawPoints() }
    let count = min(limit, accepted - next)
    points.withUnsafeMutableBufferPointer { points in
      guard let base = points.baseAddress else { return }
      let x1 = base + next
      let x2 = x1 + NumPyLegacyNormals.candidates
      body(x1, x2, x2 + NumPyLegacyNormals.candidates, count)
    }
    next += count
    return count
  }

  /// Regenerates the state and keeps its points that lie in the unit disc, except the centre.
  private mutating func drawPoints() {
    let count = NumPyLegacyNormals.candidates
    twister.regenerate()
    accepted = twister.words.withUnsafeBufferPointer { words in
      points.withUnsafeMutableBufferPointer { points in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4 * count) { drawn in
          withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { coordinates in
            for index in 0..<(4 * count) { drawn[index] = MersenneTwister.tempered(words[index]) }
            for index in 0..<(2 * count) {
              coordinates[index] =
                2.0 * MersenneTwister.uniform(drawn[2 * index], drawn[2 * index + 1]) - 1.0
            }
            var accepted = 0
            for index in 0..<count {
              let x1 = coordinates[2 * index]
              let x2 = coordinates[2 * index + 1]
              let r2 = x1 * x1 + x2 * x2
              // Written always, and overwritten if not accepted: a branch here would be
              // unpredictable.
              points[accepted] = x1
              points[count + accepted] = x2
              points[2 * count + accepted] = r2
              accepted &+= (r2 < 1.0 && r2 != 0.0) ? 1 : 0
            }
            return accepted
          }
        }
      }
    }
    next = 0
  }
}
