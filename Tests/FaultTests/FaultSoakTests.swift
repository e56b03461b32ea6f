import CFaultInjection
import FaultOperations
import TestSupport
import Testing

@Suite("Whatever fails, the book holds what was reported recorded")
struct FaultSoakTests {
  @Test("of the file system's calls, once and for good", arguments: FaultOperation.all + [.copy])
  func files(operation: FaultOperation) throws {
    let loop = try FaultLoop(operation)
    for fault in Fault.ofFiles {
      let before = loop.injected
      for forGood in [false, true] { try loop.run(fault, forGood: forGood, limit: 6) }
      report(operation, fault, loop.injected - before)
    }
    report(operation, loop)
  }

  @Test("and the power goes, as far as it was synced", arguments: FaultOperation.all + [.copy])
  func power(operation: FaultOperation) throws {
    let loop = try FaultLoop(operation)
    for fault in Fault.ofPower {
      let before = loop.injected
      try loop.run(fault, forGood: true, limit: 12)
      // A reading operation has nothing to lose.
      if loop.changes { #expect(loop.injected > before) }
      report(operation, fault, loop.injected - before)
    }
  }

  @Test("of every kind, in one operation or another")
  func everyKindStrikes() throws {
    let operations = FaultOperation.all.filter {
      ["bring up to date", "sweep", "backup", "rm"].contains($0.name)
    }
    var struck: [String: Int] = [:]
    for operation in operations {
      let loop = try FaultLoop(operation)
      for fault in Fault.ofFiles {
        let before = loop.injected
        try loop.run(fault, forGood: true, limit: 2, isWhole: false)
        struck[fault.name, default: 0] += loop.injected - before
      }
    }
    for fault in Fault.ofFiles { #expect(struck[fault.name, default: 0] > 0, "\(fault)") }
  }

  @Test("of SQLite's allocations, once and for good", arguments: FaultOperation.all)
  func memory(operation: FaultOperation) throws {
    let loop = try FaultLoop(operation)
    try loop.split(limit: 40)
    report(operation, Fault.ofMemory, loop.injected)
    report(operation, loop)
  }

  private func report(_ operation: FaultOperation, _ fault: Fault, _ count: Int) {
    Soak.report("\(operation): \(count) faults injected: \(fault)")
  }

  private func report(_ operation: FaultOperation, _ loop: FaultLoop) {
    #expect(loop.injected > 0)
    for (message, count) in loop.messages.sorted(by: { $0.key < $1.key }) {
      Soak.report("\(operation): \(count) times \(message)")
    }
  }
}
