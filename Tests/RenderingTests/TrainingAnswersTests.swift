import LoRASpectra
import Testing

@testable import Rendering

@Suite("The answers of a trained sweep")
struct TrainingAnswersTests {
  private static let settings = [
    "profile", "d", "k", "noise", "alpha", "init", "schedule", "batch",
  ]

  /// A row as a query gives it, with the settings of a usual sweep unless others are given.
  private func row(_ values: [String: Value]) -> [String: Value] {
    let usual: [String: Value] = [
      "profile": .text("style"), "d": .integer(64), "k": .integer(64), "noise": .real(0.01),
      "alpha": .real(16), "init": .text("kaiming"), "schedule": .text("constant"),
      "batch": .integer(0), "optimizer": .text("sgd"), "rule": .text("lora"),
    ]
    return usual.merging(values) { $1 }
  }

  private func table(_ rows: [[String: Value]]) -> ResultTable {
    let columns = Set(rows.flatMap(\.keys)).sorted()
    return ResultTable(
      columns: columns, rows: rows.map { row in columns.map { row[$0] ?? .absent } })
  }

  private func answers(
    signal: [[String: Value]] = [], best: [[String: Value]] = [],
    transfer: [[String: Value]] = [], rules: [[String: Value]] = []
  ) -> TrainingAnswers {
    TrainingAnswers(
      signal: table(signal.map(row)), best: table(best.map(row)),
      transfer: table(transfer.map(row)), rules: table(rules.map(row)), level: 0.95,
      // t of 95 % for 4 degrees of freedom.
      criticalValue: { _ in 2.7764451051977987 })
  }

  private func loss(
    _ rule: String, _ rank: Int64, _ loss: Double, optimizer: String = "sgd", atEdge: Int64 = 0
  ) -> [String: Value] {
    [
      "rule": .text(rule), "rank": .integer(rank), "from_rank": .integer(2),
      "optimizer": .text(optimizer), "transfer_loss_mean": .real(loss), "at_edge": .integer(atEdge),
      "from_at_edge": .integer(0),
    ]
  }

  @Test("say what a kept rate loses at the highest rank, under each rule")
  func kept() {
    let sections = answers(transfer: [
      loss("lora", 2, 0), loss("lora", 64, 0.951), loss("rslora", 2, 0), loss("rslora", 64, 0.0312),
      loss("lora", 2, 0, optimizer: "adamw"), loss("lora", 8, 2.5, optimizer: "adamw"),
      loss("lora", 64, 0.0004, optimizer: "adamw", atEdge: 1),
    ]).sections
    #expect(sections.count == 1)
    #expect(
      sections.first?.sentences == [
        "sgd: a learning rate tuned at r = 2 loses 95 % of what r = 64 could learn under lora, 3.1 % under rslora.",
        "adamw: a learning rate tuned at r = 2 loses less than 0.1 % of what r = 64 could learn, and more than all at r = 8, under lora; one of these rates lies at the grid's edge and is no optimum that was seen.",
      ])
  }

  @Test("say nothing of other ranks where there is one alone")
  func oneRank() {
    let sections = answers(transfer: [loss("lora", 2, 0)]).sections
    #expect(sections.first?.sentences == [])
    #expect(sections.first?.table.rows.count == 1)
  }

  @Test("set the fitted powers beside those of theory")
  func powers() {
    let sections = answers(
      signal: [
        [
          "rank": .integer(2), "grad_norm_power": .real(-0.4439),
          "grad_norm_power_theory": .real(-0.5),
          "gain_power": .real(-0.001), "gain_power_theory": .real(-1),
        ]
      ],
      best: [
        [
          "rank": .integer(2), "rate_power": .real(1.163), "rate_power_theory": .real(1),
          "at_edge": .integer(0), "best_learning_rate": .real(0.1),
        ],
        [
          "rank": .integer(4), "rate_power": .real(1.163), "rate_power_theory": .real(1),
          "at_edge": .integer(1), "best_learning_rate": .real(1),
        ],
      ]
    ).sections
    #expect(
      sections.map(\.sentences) == [
        [
          "lora: the gradient of B ∝ r^-0.44 (theory -0.5), the gain of the first update ∝ r^0.00 (theory -1)."
        ],
        [
          "the best rate is ∝ r^1.16 under lora (theory 1).",
          "1 of the 2 best rates lies at the edge of the grid and is no optimum that was seen: widen --learning-rates.",
        ],
      ])
  }

  @Test("compare rules at one rate and at their best ones, never one without the other")
  func rules() {
    func difference(_ choice: String, _ mean: Value, diverged: Int64 = 0) -> [String: Value] {
      [
        "rank": .integer(64), "rate_choice": .text(choice), "first_rule": .text("lora"),
        "second_rule": .text("rslora"), "first_learning_rate": .real(0.01),
        "final_error_difference_mean": mean, "final_error_difference_sd": .real(0.1),
        "pairs": .integer(mean == .absent ? 0 : 5), "first_diverged": .integer(0),
        "second_diverged": .integer(diverged),
      ]
    }
    let same = answers(rules: [
      difference("same", .real(-0.5)), difference("best", .real(1e-12)),
    ])
    #expect(
      same.sections.first?.sentences == [
        "At r = 64, at one rate (0.01) rslora ends with an error 0.5 below lora's (95 % interval -0.624 to -0.376); with each rule at its best rate rslora and lora end with the same error (95 % interval -0.124 to 0.124).",
        "Intervals at best rates ignore that the rates were chosen.",
      ])
    let lost = answers(rules: [
      difference("same", .absent, diverged: 5), difference("best", .real(0.25)),
    ])
    #expect(
      lost.sections.first?.sentences.first
        == "At r = 64, at one rate (0.01) 5 trainings with rslora diverged; with each rule at its best rate rslora ends with an error 0.25 above lora's (95 % interval 0.126 to 0.374)."
    )
    #expect(lost.sections.first?.table.rows.map { $0.count } == [14, 14].map { _ in 13 })
  }
}
