import Foundation
import LAPACKSpectra
import LoRASpectra
import Synchronization
import Testing

struct BLASThreadsTests {
  @Test("Large and small updates computed at once give the same bits as each alone")
  func concurrency() throws {
    let side = BLASThreads.largeSpan
    let large = try updates(shape: "\(side)x\(side + 8)", "flat:3:2")
    let small =
      try updates(shape: "24x40", "facts") + updates(shape: "64x64", "facts,style")
      + updates(shape: "300x260", "flat:3:2")
    let aloneLarge = try large.map(singularValues)
    let aloneSmall = try small.map(singularValues)

    let done = DispatchGroup()
    let largeLeft = Mutex(2)
    let different = Mutex<[String]>([])
    let compared = Mutex(0)
    /// Computes updates repeatedly on a separate thread while large ones are computed.
    func work(on planned: [Grid.PlannedUpdate], expecting expected: [[Double]], large: Bool) {
      done.enter()
      Thread.detachNewThread {
        defer { done.leave() }
        for _ in 0..<(large ? 1 : 100_000) {
          for (update, wanted) in zip(planned, expected) {
            if (try? singularValues(of: update)) != wanted {
              different.withLock { $0.append("\(update.identity)") }
            }
            compared.withLock { $0 += 1 }
          }
          if !large, largeLeft.withLock({ $0 == 0 }) { return }
        }
        largeLeft.withLock { $0 -= 1 }
      }
    }
    for _ in 0..<2 {
      work(on: large, expecting: aloneLarge, large: true)
      work(on: small, expecting: aloneSmall, large: false)
    }
    try #require(done.wait(timeout: .now() + 120) == .success, "hangs")
    #expect(different.withLock { $0 } == [])
    #expect(compared.withLock { $0 } >= 2 + 2 * small.count)
  }

  @Test("A large shape gets every core, and there is at least one")
  func largeCount() throws {
    #expect(try BLASThreads.shared().largeCount >= 1)
    #expect(try BLASThreads.shared().largeCount <= ProcessInfo.processInfo.processorCount)
  }

  @Test("A sweep records which linear algebra computed it")
  func build() throws {
    #expect(try BLASBuild.description().hasPrefix("OpenBLAS "))
    let words = try BLASBuild.description().split(separator: " ")
    #expect(Set(words).count == words.count)
  }

  private func updates(shape: String, _ profile: String) throws -> [Grid.PlannedUpdate] {
    try Grid.of(seeds: "6", shapes: shape, profiles: profile, noise: "0.01").stream(at: 0).updates
  }
}

private func singularValues(of update: Grid.PlannedUpdate) throws -> [Double] {
  var solver = LAPACKSolver()
  var normals = NumPyLegacyNormals(seed: update.identity.seed)
  normals.skip(update.identity.position)
  return try solver.spectrum(of: update, drawing: &normals).singularValues
}
