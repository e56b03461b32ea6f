import LoRASpectra
import Rendering
import SQLiteStore

/// The spec of a recorded sweep: its grid as the book's YAML has it, its profiles by the values that the book
/// holds and not by their files.
struct RecordedSpec {
  private let recorded: RecordedSweep
  private let spec: SweepSpec

  /// - Throws: `BookError.unlikeItsSpec` for a spec that is none of this program's, `SpecError`.
  init(_ recorded: RecordedSweep) throws {
    func refuse(_ reason: String) -> BookError { .unlikeItsSpec(recorded.name, reason: reason) }
    guard recorded.generator == NumPyLegacyNormals.name else {
      throw refuse("its generator '\(recorded.generator ?? "")' is not known here")
    }
    let entries = try SpecFile.entries(
      in: recorded.specText, path: "the spec of '\(printable(recorded.name))'")
    var spec = SweepSpec.article
    spec.name = recorded.name
    for field in SweepSpec.gridFields {
      guard let items = entries[field]?.items.map(\.text) else {
        throw refuse("its spec has no \(field.rawValue)")
      }
      do {
        guard field == .profiles else {
          try spec.set(field, to: items, readingFile: { _ in "" })
          continue
        }
        guard !items.isEmpty else { throw refuse("its spec has no profiles") }
        spec.profiles = try items.map { label in
          guard let definition = recorded.definitions[label] else {
            throw refuse("its profile '\(label)' is not in the book")
          }
          return try Profile(label: label, definition: definition)
        }
      } catch let error as SettingError {
        throw refuse("\(field.rawValue): \(error.description)")
      }
    }
    self.recorded = recorded
    self.spec = spec
  }

  /// The grid, for workers that may use so many bytes of memory each.
  ///
  /// - Throws: `BookError.unlikeItsSpec`; `Failure` where the machine is too small.
  func grid(memory: Double) throws -> Grid {
    do {
      _ = try Grid(spec)
    } catch let error as SettingError {
      throw BookError.unlikeItsSpec(
        recorded.name, reason: "\(error.field.rawValue): \(error.description)")
    }
    do {
      return try Grid(spec, memory: memory)
    } catch let error as SettingError {
      throw Failure(
        "the sweep '\(printable(recorded.name))' cannot be computed here: \(error.field.rawValue): \(printable(error.description))",
        .badData)
    }
  }
}
