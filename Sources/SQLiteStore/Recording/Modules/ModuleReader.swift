import LoRASpectra
import SpecFiles
import Synchronization

/// Looks up recorded spectra of modules for the workers of a sweep, on its own connection.
package final class ModuleReader: Sendable {
  /// The connection's statements, used by one worker at a time.
  private struct Source: ~Copyable {
    let find: Statement
    let blocks: SpectrumBlocks
  }

  private let source: Mutex<Source>

  /// - Throws: `BookError`, `SQLiteError`.
  package init(path: String, wait: Int32 = Book.defaultWait) throws {
    let connection = try Book(reading: path, wait: wait).connection
    source = Mutex(
      Source(
        find: try connection.prepare(Statements.findModule),
        blocks: try SpectrumBlocks(connection)))
  }

  /// What is recorded of an update; nil if it is not in the book.
  ///
  /// - Parameter content: its digest.
  /// - Throws: `SQLiteError`, `SpectrumError.incomplete`.
  package func spectrum(of content: String) throws -> WeightSpectrum? {
    try source.withLock { source in
      try source.find.bind(["content": .text(content)])
      defer { source.find.reset() }
      guard try source.find.step() else { return nil }
      let values = try source.blocks.values(of: source.find.integer(0))
      let known = values.compactMap(\.self)
      guard !known.isEmpty, known.count == values.count else { throw SpectrumError.incomplete }
      return WeightSpectrum(
        singularValues: known,
        baseNorm: source.find.kind(1) == .real ? source.find.real(1) : nil,
        roundingFloor: source.find.real(2), accuracy: 0)
    }
  }
}

extension RecordedSweep {
  /// The recorded request of a sweep of measured modules.
  ///
  /// - Throws: `BookError.unlikeItsSpec` for a spec that this program does not know.
  package func measureSpec() throws -> MeasureSpec {
    func refuse(_ reason: String) -> BookError { .unlikeItsSpec(name, reason: reason) }
    var spec = MeasureSpec()
    spec.name = name
    do {
      let entries = try SpecText(specText, fields: MeasureSpec.fields).entries
      for field in MeasureSpec.gridFields {
        guard let items = entries[field]?.items.map(\.text) else { continue }
        try spec.set(field, to: items, readingFile: { _ in "" })
      }
    } catch let error as SpecTextError {
      throw refuse("its spec, line \(error.mark.line), \(printable(error.problem))")
    } catch let error as SettingError {
      throw refuse("\(error.field.rawValue): \(printable(error.description))")
    }
    return spec
  }
}
