import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore

extension SweepRun where Work == MeasurementExperiment<ModuleSolver> {
  /// A run that measures modules.
  ///
  /// - Parameter begin: records that the sweep begins or resumes.
  /// - Throws: errors of `begin`, `SQLiteError`.
  init(
    _ book: Book, plan: MeasurementPlan, jobs: Int, isQuiet: Bool,
    begin: () throws -> ModuleSweepWriter
  ) throws {
    // Opened before the sweep is recorded as running, because this may fail.
    let reader = try ModuleReader(path: book.path, wait: book.wait)
    let writer = try begin()
    self.init(
      book: book,
      experiment: MeasurementExperiment(
        plan, makeSolver: { ModuleSolver() }, recorded: { try reader.spectrum(of: $0) }),
      session: writer.session, recorder: writer, shard: nil, plannedRuns: plan.runCount,
      jobs: jobs, isQuiet: isQuiet, unit: "modules")
  }
}

/// A solver whose refusals name the module and its file.
struct ModuleSolver: StoredUpdateSolver {
  fileprivate var solver = WeightSolver()

  mutating func spectrum(of update: WeightUpdate, name: String) throws -> WeightSpectrum {
    do {
      return try solver.spectrum(of: update, name: name)
    } catch LAPACKError.notFinite {
      throw MeasurementError.notFinite(module: name)
    } catch LAPACKError.allZero {
      throw MeasurementError.zero(module: name)
    }
  }
}

extension ModuleSolver {
  func overlaps(
    of update: WeightUpdate, with other: WeightUpdate, ranks: [Int], name: String
  ) throws -> [SubspaceOverlap?] {
    do {
      return try solver.overlaps(of: update, with: other, ranks: ranks, name: name)
    } catch LAPACKError.notFinite {
      throw MeasurementError.notFinite(module: name)
    }
  }
}

/// What is said of a measurement on standard error.
enum MeasurementNotes {
  /// Names what is left out.
  static func tell(leftOut: [LeftOut]) {
    let lines = LeftOutText.lines(leftOut)
    for line in lines { StandardError.write("lorabook: \(line)\n") }
    if lines.contains(where: { $0.hasSuffix(" more") }) {
      StandardError.write("lorabook: --dry-run names them all.\n")
    }
  }

  /// Names the modules that have no partner in the adapter of `--with`.
  static func tell(alone: [String]) {
    guard !alone.isEmpty else { return }
    let more = alone.count > 8 ? ", … and \(alone.count - 8) more" : ""
    StandardError.write(
      "lorabook: not in the adapter of --with, or in another shape there: \(alone.prefix(8).map(printable).joined(separator: ", "))\(more)\n"
    )
  }

  /// Warns of updates that are more than half as large as their base.
  static func warnOfLargeUpdates(_ book: Book, sweepID: Int64) throws {
    let large = try book.largeUpdates(ofSweep: sweepID)
    guard let first = large.first else { return }
    let more = large.count > 1 ? " and \(large.count - 1) more modules" : ""
    StandardError.write(
      "lorabook: warning: '\(printable(first.module))'\(more) changed by more than half of the base's size (‖ΔW‖/‖W‖ up to \(((first.ratio * 100).rounded() / 100).shortestText)): the tuned model was trained anew rather than fine-tuned, or the base is another one.\n"
    )
  }
}
