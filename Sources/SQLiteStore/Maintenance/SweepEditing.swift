import LoRASpectra

/// Changes to a sweep; nil and empty fields change nothing.
package struct SweepEdit: Equatable, Sendable {
  /// A new name.
  package var name: String?
  /// A note that replaces the old one.
  package var note: String?
  /// Tags to add.
  package var tags: [String]
  /// Tags to remove.
  package var untags: [String]

  package init(
    name: String? = nil, note: String? = nil, tags: [String] = [], untags: [String] = []
  ) {
    self.name = name
    self.note = note
    self.tags = tags
    self.untags = untags
  }

  /// Whether nothing would change.
  package var isEmpty: Bool { self == SweepEdit() }

  fileprivate static let setName = "UPDATE sweep SET name = :name WHERE sweep_id = :sweep_id"
  fileprivate static let setNote = "UPDATE sweep SET note = :note WHERE sweep_id = :sweep_id"
  fileprivate static let removeTag =
    "DELETE FROM tag WHERE sweep_id = :sweep_id AND tag = :tag RETURNING tag"
}

extension Connection {
  private static let insertTag =
    "INSERT INTO tag (sweep_id, tag) VALUES (:sweep_id, :tag) ON CONFLICT DO NOTHING"

  /// Adds a tag to a sweep, which may have it already.
  func addTag(_ tag: String, to sweepID: Int64) throws {
    try run(Connection.insertTag, ["sweep_id": .integer(sweepID), "tag": .text(tag)])
  }
}

extension Book {
  /// Changes a sweep's name, note or tags: everything requested, or nothing.
  ///
  /// - Throws: `BookError.nameTaken`, `BookError.unusableName`, `BookError.noSuchTag`,
  ///   `SQLiteError`.
  package func edit(_ id: Int64, _ edit: SweepEdit) throws {
    let sweep = ["sweep_id": Value.integer(id)]
    try connection.transaction {
      if let name = edit.name {
        try Book.checkName(name)
        let named = sweep.merging(["name": .text(name)]) { $1 }
        guard try connection.table(Statements.nameTaken, named).rows.isEmpty else {
          throw BookError.nameTaken(name)
        }
        try connection.run(SweepEdit.setName, named)
      }
      if let note = edit.note {
        try connection.run(SweepEdit.setNote, sweep.merging(["note": .text(note)]) { $1 })
      }
      for tag in edit.tags {
        try connection.addTag(tag, to: id)
      }
      for tag in edit.untags {
        let removed = try connection.table(
          SweepEdit.removeTag, sweep.merging(["tag": .text(tag)]) { $1 })
        if removed.rows.isEmpty { throw BookError.noSuchTag(tag) }
      }
    }
  }

  /// Removes sweeps and everything that only they used: all of them, or none.
  ///
  /// - Parameter isForced: whether to remove sweeps too that are recorded as running on a machine
  ///   that
  ///   cannot be asked.
  /// - Throws: `BookError.beingRecorded`, `BookError.recordedElsewhere`, `SQLiteError`.
  package func remove(_ ids: [Int64], isForced: Bool = false) throws {
    try connection.execute(Statements.leaveForeignKeys)
    defer { try? connection.execute(Statements.configure) }
    try connection.transaction {
      try connection.checkNotRecorded(ids, isForced: isForced)
      for id in ids {
        try connection.runScript(Statements.removeSweep, ["sweep_id": .integer(id)])
      }
    }
  }
}
