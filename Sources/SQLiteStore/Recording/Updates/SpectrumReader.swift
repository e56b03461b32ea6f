import LoRASpectra
import Synchronization

/// Looks up recorded spectra for the workers of a sweep, on its own connection.
package final class SpectrumReader: Sendable {
  /// The connection and its statement, used by one worker at a time.
  private struct Source: ~Copyable {
    let statement: Statement
  }

  private let source: Mutex<Source>

  /// - Throws: `BookError`, `SQLiteError`.
  package init(path: String, wait: Int32 = Book.defaultWait) throws {
    let book = try Book(reading: path, wait: wait)
    source = Mutex(Source(statement: try book.connection.prepare(Statements.findSpectrum)))
  }

  /// The spectra of updates; nil if not recorded.
  ///
  /// - Throws: `SQLiteError`; `SpectrumError` for an invalid recorded spectrum.
  package func spectra(of updates: [UpdateIdentity]) throws -> [Spectrum?] {
    try source.withLock { source in
      try updates.map { update in
        let statement = source.statement
        try statement.bind(Statements.FindSpectrum.definition, update.definition)
        try statement.bind(Statements.FindSpectrum.seed, Int64(update.seed))
        try statement.bind(Statements.FindSpectrum.d, Int64(update.shape.d))
        try statement.bind(Statements.FindSpectrum.k, Int64(update.shape.k))
        try statement.bind(Statements.FindSpectrum.position, Int64(update.position))
        try statement.bind(Statements.FindSpectrum.noise, update.noise)
        try statement.bind(Statements.FindSpectrum.generator, update.generator)
        defer { statement.reset() }
        var values: [Double] = []
        while try statement.step() {
          for column in 0..<Int32(SpectrumBlock.length) where statement.kind(column) == .real {
            values.append(statement.real(column))
          }
        }
        if values.isEmpty { return nil }
        guard values.count == update.shape.span else { throw SpectrumError.incomplete }
        return try Spectrum(singularValues: values)
      }
    }
  }
}
