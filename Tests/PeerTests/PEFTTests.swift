import Foundation
import TestSupport
import Testing

@Suite(
  "PEFT",
  .enabled(
    if: ProcessInfo.processInfo.environment["LORABOOK_PEERS"] != nil,
    "`make peers` installs what this needs, and runs it"))
struct PEFTTests {
  @Test("PEFT's own layer leaves the error that lorabook records, under lora and rslora")
  func layerErrors() throws {
    let scratch = try Scratch()
    let environment = ProcessInfo.processInfo.environment["LORABOOK_PEERS"] ?? ""
    let program = Scratch.project.appending(path: "Tests/PeerTests/Programs/peft_scaling.py").path
    let result = try scratch.bash(
      """
      set -e -o pipefail
      lorabook sweep --quiet >&2
      lorabook export -o runs.csv
      '\(environment)/bin/python3' '\(program)' runs.csv
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.lines.last == "24")
  }
}
