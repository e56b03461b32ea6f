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

  /// The same of a command that reads each sweep once.
  ///
  /// - Throws: as ``named(_:)``, `CommandError` for a sweep that is named twice.
  func namedOnce(_ references: [String]) throws -> [Int64] {
    let ids = try named(references)
    if let twice = ids.indices.first(where: { ids[..<$0].contains(ids[$0]) }) {
      throw CommandError(
        "'\(printable(references[twice]))' is a sweep that was named before. Name every sweep once.",
        .usage)
    }
    return ids
  }

  private func latest() throws -> Int64 {
    let id = try sweepID("latest")
    let table = try sweep(id)
    let name = table.rows.first.flatMap { table.value("name", in: $0).text } ?? ""
    StandardError.write("lorabook: the latest sweep, \(id) '\(printable(name))'\n")
    return id
  }
}
