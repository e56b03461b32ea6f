import LoRASpectra
import SQLiteStore

/// The operation of `measure`.
extension FaultOperation {
  static func measure(_ round: FaultRound) throws -> String {
    let book = try round.opening { try open(round.path) }
    let plan = try MeasurementPlan(MeasureSpec(), MadeModules(), findsZeros: false)
    let writer = try ModuleSweepWriter(book, .made("measured", 6), plan: plan)
    try round.acknowledge()
    do {
      for item in 0..<plan.count {
        let module = plan[item]
        try writer.record([
          MeasuredModule(
            item: item, module, module.digests(),
            WeightSpectrum(
              singularValues: [5, 3, 1 / Double(item + 1)], roundingFloor: 1e-9, accuracy: 1e-15),
            points: plan.points(of: module.update))
        ])
        try round.acknowledge()
      }
      try writer.session.finish(.finished, at: time)
    } catch {
      try? writer.session.finish(.failed, at: time, failure: "\(error)")
      throw error
    }
    return "\(writer.session.recordedRuns)"
  }
}

/// Three modules, whose numbers nobody reads.
private struct MadeModules: StoredUpdates {
  struct Module: StoredUpdate, WeightMatrix {
    var number: Int
    var name: String { "layers.\(number).q_proj" }
    var update: WeightUpdate { .matrix(self) }
    var type: String { "F32" }
    var file: String { "/weights.safetensors" }
    var baseFile: String? { nil }
    var adapter: AdapterSettings? { nil }
    var shape: Shape { Shape(d: 4, k: 3) }
    var format: FloatFormat { .f32 }

    func digests() -> UpdateDigests {
      let digits = String(repeating: "\(number)", count: 64)
      return UpdateDigests(sha256: digits, base: nil, content: digits)
    }

    func read(
      rows: Range<Int>, columns: Range<Int>, into values: UnsafeMutableBufferPointer<Double>
    ) {
      values.update(repeating: 1)
    }
  }

  var count: Int { 3 }
  func update(at index: Int) -> any StoredUpdate { Module(number: index) }
  var leftOutCount: Int { 0 }
  func leftOut(at index: Int) -> LeftOut { LeftOut(name: "\(index)", reason: "") }
}
