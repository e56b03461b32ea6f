import CFaultInjection
import FaultOperations
import Testing

@testable import SQLiteStore

@Suite("A transaction whose end fails")
struct OpenTransactionTests {
  @Test("is told, or over: what comes next begins its own")
  func export() throws {
    let folder = try FaultyFolder()
    try FaultOperation.makeBook(folder.path)
    let session = try ReadOnlySession(Book(reading: folder.path, wait: 50))
    func export() throws -> Int {
      var rows = 0
      try session.export(.runs, sweeps: [1]) { _ in rows += 1 }
      return rows
    }
    // The first export loads the views' columns for all later ones.
    #expect(try export() == 24)
    #expect(try folder.failing(Fault.ofMemory, nth: 0, forGood: false) { try export() } == 24)
    let calls = folder.calls(Fault.ofMemory)
    var failures = 0
    // The last allocations are those of ending the transaction.
    for nth in max(1, calls - 20)...calls {
      do {
        let rows = try folder.failing(Fault.ofMemory, nth: nth, forGood: false) { try export() }
        #expect(rows == 24)
      } catch let error as SQLiteError {
        #expect(error.kind == .outOfMemory, "\(error)")
        failures += 1
      }
      #expect(try export() == 24)
    }
    #expect(failures > 0)
  }
}
