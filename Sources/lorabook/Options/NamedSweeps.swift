import LoRASpectra
import SQLiteStore

extension Book {
  /// The id of the sweep that a command reads; the latest one, and a message that says so, where
  /// none is named.
  ///
  /// - Throws: `BookError.noSuchSweep`, `BookError.ambiguousSweep`.
  func named(_ reference: String?) throws -> Int64 {
    guard let reference else { return try latest() }
    return try sweepID(reference)
  }

  /// The ids of the sweeps that a command reads; that of the latest, and a message that says so,
  /// where none is named.
  ///
  /// - Throws: `BookError.noSuchSweep`, `BookError.ambiguousSweep`.
  func named(_ references: [String]) throws -> [Int64] {
    references.isEmpty ? [try latest()] : try references.map { try sweepID($0) }
  }

  private func latest() throws -> Int64 {
    let id = try sweepID("latest")
    let table = try sweep(id)
    let name = table.rows.first.flatMap { table.value("name", in: $0).text } ?? ""
    StandardError.write("lorabook: the latest sweep, \(id) '\(printable(name))'\n")
    return id
  }
}
