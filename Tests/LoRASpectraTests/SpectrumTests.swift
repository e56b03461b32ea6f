import Glibc
import LoRASpectra
import TestSupport
import Testing

struct SpectrumTests {
  @Test("Error, truncation and capture are what the definitions give")
  func definitions() throws {
    let spectrum = try Spectrum(singularValues: [4, 2, 1])
    let measured = spectrum.measure(rank: 1, scale: 3)
    #expect(abs(measured[.varianceCaptured] - 16.0 / 21) < 1e-15)
    #expect(abs(measured[.truncationError] - (5.0 / 21).squareRoot()) < 1e-15)
    // ΔW − 3Δ₁ has the singular values 2·4, 2 and 1.
    #expect(abs(measured[.error] - (69.0 / 21).squareRoot()) < 1e-14)
  }

  @Test("error² = (1 − s)²·variance_captured + truncation_error², and the two shares make one")
  func identity() throws {
    var random = SplitMix64(seed: 1)
    for _ in 0..<200 {
      let count = Int.random(in: 1...40, using: &random)
      let values = (0..<count).map { _ in exp(Double.random(in: -20...5, using: &random)) }
      let spectrum = try Spectrum(singularValues: values.sorted(by: >))
      for rank in 1...count {
        let s = Double.random(in: -1...16, using: &random)
        let measured = spectrum.measure(rank: rank, scale: s)
        let truncation = measured[.truncationError] * measured[.truncationError]
        #expect(abs(measured[.varianceCaptured] + truncation - 1) < 1e-14)
        let squared = (1 - s) * (1 - s) * measured[.varianceCaptured] + truncation
        #expect(abs(measured[.error] * measured[.error] - squared) <= 1e-13 * squared)
      }
    }
  }

  @Test("At scale 1 the error is the truncation error, bit for bit")
  func unitScale() throws {
    let spectrum = try Spectrum(singularValues: [5, 3, 1, 0.2, 1e-9])
    for rank in 1...5 {
      let measured = spectrum.measure(rank: rank, scale: 1)
      #expect(measured[.error] == measured[.truncationError])
    }
  }

  @Test("At full rank nothing is lost: the error is |1 − s| exactly")
  func fullRank() throws {
    var random = SplitMix64(seed: 2)
    for count in [1, 2, 3, 17, 64] {
      let values = (0..<count).map { _ in Double.random(in: 0.1...5, using: &random) }
      let spectrum = try Spectrum(singularValues: values.sorted(by: >))
      let measured = spectrum.measure(rank: count, scale: 3)
      #expect(measured[.truncationError] == 0)
      #expect(measured[.varianceCaptured] == 1)
      #expect(measured[.error] == 2)
      #expect(spectrum.measure(rank: count, scale: 0)[.error] == 1)
    }
  }

  @Test("A rank more never captures less nor loses more")
  func monotone() throws {
    let spectrum = try Spectrum(singularValues: (1...64).map { 1 / Double($0) })
    let all = (1...64).map { spectrum.measure(rank: $0, scale: 1) }
    for (less, more) in zip(all, all.dropFirst()) {
      #expect(more[.varianceCaptured] > less[.varianceCaptured])
      #expect(more[.truncationError] < less[.truncationError])
    }
  }

  @Test("A tiny tail keeps its digits, where 1 − captured would lose them all")
  func tinyTail() throws {
    let spectrum = try Spectrum(singularValues: [1, 3e-10, 4e-10 / 2, 1e-20])
    let second = spectrum.measure(rank: 1, scale: 1)
    let tail = (9e-20 + 4e-20 + 1e-40).squareRoot()
    #expect(second[.varianceCaptured] == 1)
    #expect(abs(second[.truncationError] - tail) < 1e-14 * tail)
    let last = spectrum.measure(rank: 3, scale: 1)
    #expect(abs(last[.truncationError] - 1e-20) < 1e-14 * 1e-20)
    #expect(abs(last[.error] - 1e-20) < 1e-14 * 1e-20)
  }

  @Test("A tail of many small values is summed from the small end")
  func longTail() throws {
    // 2²⁰ values whose squares are 2⁻⁵⁴ of the first's: each alone is lost when added to 1.
    let small = 0x1p-27
    let count = 1 << 20
    let values = [1.0] + [Double](repeating: small, count: count)
    let measured = try Spectrum(singularValues: values).measure(rank: 1, scale: 1)
    #expect(abs(measured[.truncationError] - 0x1p-17) < 1e-9 * 0x1p-17)
    #expect(measured[.varianceCaptured] < 1)
  }

  @Test("Neither huge nor tiny magnitudes overflow", arguments: [1e-300, 1e-200, 1e200, 1e300])
  func magnitudes(factor: Double) throws {
    let plain = try Spectrum(singularValues: [4, 2, 1, 0.5])
    let scaled = try Spectrum(singularValues: [4, 2, 1, 0.5].map { $0 * factor })
    for rank in 1...4 {
      for s in [0.0, 0.5, 1, 16] {
        let a = plain.measure(rank: rank, scale: s)
        let b = scaled.measure(rank: rank, scale: s)
        #expect(abs(a[.error] - b[.error]) <= 1e-14 * a[.error])
        #expect(abs(a[.truncationError] - b[.truncationError]) <= 1e-14)
        #expect(abs(a[.varianceCaptured] - b[.varianceCaptured]) <= 1e-14)
      }
    }
  }

  @Test("The largest scale that a grid takes leaves a finite error")
  func largestScale() throws {
    let measured = try Spectrum(singularValues: [2, 1]).measure(rank: 1, scale: 9.9e149)
    #expect(measured[.error].isFinite)
    #expect(abs(measured[.error] / 9.9e149 - 0.8.squareRoot()) < 1e-14)
  }

  @Test("A rank outside the spectrum is taken to the nearer end")
  func clampedRank() throws {
    let spectrum = try Spectrum(singularValues: [3, 2, 1])
    #expect(spectrum.measure(rank: 0, scale: 2) == spectrum.measure(rank: 1, scale: 2))
    #expect(spectrum.measure(rank: 9, scale: 2) == spectrum.measure(rank: 3, scale: 2))
  }

  @Test("Zeros behind the first value are values")
  func zeros() throws {
    let spectrum = try Spectrum(singularValues: [2, 0, 0])
    #expect(
      spectrum.measure(rank: 1, scale: 1)
        == MetricValues { $0 == .varianceCaptured ? 1 : 0 })
  }

  @Test("Numbers that are no spectrum are refused")
  func refusals() {
    for values in [[], [0], [0, 0], [-1], [.nan, 1]] as [[Double]] {
      #expect(throws: SpectrumError.zero, "\(values)") {
        _ = try Spectrum(singularValues: values)
      }
    }
    for values in [[1, 2], [3, 1, 2], [.infinity, 1], [2, .nan], [2, .nan, 1]] as [[Double]] {
      #expect(throws: SpectrumError.disordered, "\(values)") {
        _ = try Spectrum(singularValues: values)
      }
    }
  }
}
