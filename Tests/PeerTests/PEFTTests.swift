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

  @Test("PEFT's own layer, trained with torch's optimizers, has the curves that lorabook records")
  func layerCurves() throws {
    let scratch = try Scratch()
    let environment = ProcessInfo.processInfo.environment["LORABOOK_PEERS"] ?? ""
    let program = Scratch.project.appending(path: "Tests/PeerTests/Programs/peft_training.py").path
    let result = try scratch.bash(
      """
      set -e -o pipefail
      train() {
        lorabook train --quiet --seeds 0,1 --ranks 2,8 --steps 50 --record every:1 "$@" >&2
      }
      train --shapes 24x16 --optimizers sgd,adamw --learning-rates 1e-3,5e-3
      train --shapes 16x24 --optimizers sgd,adam --learning-rates 1e-3,5e-3 --inits gaussian \
        --weight-decay 0.01 --lr-ratio 4
      train --shapes 20x20 --optimizers sgd --learning-rates 1e-4,1e-3 --momentum 0.9 --nesterov
      lorabook export --table trainings -o trainings.csv
      lorabook export --table curves -o curves.csv
      echo $(($(wc -l < curves.csv) - 1))
      '\(environment)/bin/python3' '\(program)' trainings.csv curves.csv
      """)
    #expect(result.status == 0, "\(result.errors)")
    // Of 160 trainings few diverge; of every recorded step seven numbers are compared.
    let steps = try #require(result.lines.first.flatMap { Int($0) })
    #expect(steps > 7000)
    #expect(
      result.lines.last?.hasPrefix("\(steps * 7) numbers, largest difference ") == true,
      "\(result.output)")
  }

  @Test(
    "LoraConfig takes the advice as it is, and gives exactly the advised ranks and scales",
    arguments: [
      ("patterns", "linear", "lora", "0.8"), ("patterns", "linear", "rslora", "0.8"),
      ("plain", "linear", "rslora", "0.9"), ("rslora", "linear", "lora", "0.9"),
      ("conv1d_gpt2", "conv1d", "lora", "0.99"),
    ])
  func advice(adapter: String, layer: String, rule: String, energy: String) throws {
    let scratch = try Scratch()
    let environment = ProcessInfo.processInfo.environment["LORABOOK_PEERS"] ?? ""
    let program = Scratch.project.appending(path: "Tests/PeerTests/Programs/peft_advice.py").path
    let result = try scratch.bash(
      """
      set -e -o pipefail
      lorabook measure --adapter '\(Scratch.weights("adapters/\(adapter)"))' --quiet >&2
      advise() { lorabook advise latest --energy \(energy) --for-rule \(rule) "$@"; }
      advise --format peft -o lora.json
      advise -o advice.csv
      echo $(($(wc -l < advice.csv) - 1))
      '\(environment)/bin/python3' '\(program)' lora.json advice.csv \(layer)
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.lines.count == 2 && result.lines[0] == result.lines[1], "\(result.output)")
  }
}
