import LoRASpectra

/// What became of a sweep of another book.
package struct MergedSweep: Equatable, Sendable {
  /// What a merge does with a sweep.
  package enum Outcome: String, Sendable {
    /// It was not here.
    case added
    /// It was here with the first of its runs.
    case extended
    /// It was here with all of its runs.
    case present
    /// It contradicts what is here, so nothing is merged.
    case conflict
  }

  /// The book it came from.
  package var file: String
  /// What identifies it in every book.
  package var uuid: String
  /// What it is called here.
  package var name: String
  /// What became of it.
  package var outcome: Outcome
  /// How many of its runs were not here.
  package var newRuns: Int
  /// What there is to say of it; mostly nothing.
  package var remark: String
}

extension Book {
  /// Brings the sweeps of other books in: those that are here already once, those that are here with the
  /// first of their runs with the others, all of them or, where one contradicts what is here, none.
  ///
  /// - Parameters:
  ///   - files: the other books, of this version or older ones; they are only read.
  ///   - isRehearsal: whether nothing is kept.
  ///   - time: now, in UTC and ISO 8601, for books that are brought up to date in a copy.
  ///   - version: the program's.
  ///   - shouldStop: asked again and again; what it ends leaves the book as it was.
  /// - Returns: every sweep of every file, up to the first file with a conflict, where nothing was kept.
  /// - Throws: `BookError`, `SQLiteError`.
  package func merge(
    _ files: [String], isRehearsal: Bool = false, time: String, version: String,
    shouldStop: @escaping () -> Bool = { false }
  ) throws -> [MergedSweep] {
    struct NotKept: Error {}
    let stop = StopCheck(shouldStop)
    var merged: [MergedSweep] = []
    do {
      try connection.transaction {
        try connection.stopping(stop) {
          for file in files {
            let source = try MergeSource(
              file, beside: path, wait: wait, time: time, programVersion: version, stop)
            let merger = try SweepMerger(source, into: connection)
            for id in try source.sweepIDs() { merged.append(try merger.merge(id)) }
            // What comes behind would be compared with what is half here.
            if merged.contains(where: { $0.outcome == .conflict }) { throw NotKept() }
          }
          try stop.check()
        }
        if isRehearsal { throw NotKept() }
      }
    } catch is NotKept {}
    return merged
  }
}

extension Book {
  /// Gives `body` an empty book that is not kept, beside where one could be.
  ///
  /// - Throws: `BookError`, `SQLiteError`, what `body` throws.
  package static func withScratch<Result>(
    beside path: String, time: String, version: String, _ body: (Book) throws -> Result
  ) throws -> Result {
    let folder = try ScratchFolder(beside: path)
    return try withExtendedLifetime(folder) {
      try body(Book(recording: folder.book, time: time, version: version))
    }
  }
}
