import Foundation
import TestSupport
import Testing

@Suite("A single changed digit of a training")
struct ChangedTrainingSoakTests {
  let scratch: Scratch
  private var digits: ChangedDigits {
    ChangedDigits(scratch: scratch, book: "whole.db", exceptions: Self.exceptions)
  }

  /// Trains with both optimizers; at the highest rate some diverge.
  init() throws {
    scratch = try Scratch()
    let made = try scratch.bash(
      """
      lorabook train --quiet --seeds 0,1 --shapes 8x6 --profiles facts --ranks 1,6 \
        --learning-rates 0.01,0.1,30 --steps 60 --momentum 0.5 --weight-decay 0.01 --warmup 2 \
        --batches 4 --init-seed 7 --data-seed 8 --sharpness --db whole.db
      """)
    try #require(made.status == 0, "\(made.errors)")
  }

  /// What another BLAS may have rounded so.
  private static let exceptions = [
    ChangedDigits.Exception(
      columns: Set(
        [
          "best_error", "final_loss", "loss_floor", "share", "regret", "sharpness_start",
          "sharpness_end",
        ].map { "training_run.\($0)" }
          + [
            "loss", "train_loss", "error", "energy_recovered", "grad_norm_a", "grad_norm_b",
            "norm_a", "norm_b", "adapter_norm", "step_change", "step_cosine", "step_gain",
            "alignment_in", "alignment_out",
          ].map { "training_step.\($0)" }), isOfLastDigit: true),
    // Nothing was recovered yet: what is there is rounding.
    ChangedDigits.Exception(
      columns: ["training_step.energy_recovered"], rows: "abs(energy_recovered) < 1e-12"),
  ]

  @Test("is told by doctor or verify, wherever anything follows from it")
  func everyColumn() throws {
    var random = SplitMix64(seed: 20_261_201)
    var changes: [ChangedDigits.Change] = []
    for column in try digits.columns()
    where column.table.hasPrefix("training") || column.name == "training_id" {
      let all = try digits.changes(of: column)
      #expect(!all.isEmpty, "\(column)")
      changes += Soak.isOn ? all : [all.randomElement(using: &random)].compactMap(\.self)
    }
    let endings = try digits.endings(of: changes.map(\.sql))
    for (change, ending) in zip(changes, endings) {
      #expect(ending != .inconclusive || change.isExcused, "\(change.sql)")
    }
    #expect(endings.count { $0 == .told } > changes.count / 2)
    Soak.report(
      "\(changes.count) changed digits of trainings: \(endings.count { $0 == .told }) told, \(endings.count { $0 == .refused }) refused by the schema or the same"
    )
  }
}
