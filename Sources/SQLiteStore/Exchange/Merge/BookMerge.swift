import LoRASpectra

/// The result of merging one sweep of another book.
package struct MergedSweep: Equatable, Sendable {
  /// The outcome of merging a sweep.
  package enum Outcome: String, Sendable {
    /// This book did not have it.
    case added
    /// This book had only the first of its runs.
    case extended
    /// This book had all of its runs.
    case present
    /// It contradicts this book, so nothing is merged.
    case conflict
  }

  /// The book that it came from.
  package var file: String
  /// Identifies the sweep in every book.
  package var uuid: String
  /// Its name in this book.
  package var name: String
  /// The outcome.
  package var outcome: Outcome
  /// Number of its runs that this book did not have.
  package var newRuns: Int
  /// A remark for the user; usually empty.
  package var remark: String
}

extension Book {
  /// Merges the sweeps of other books. New sweeps are added, sweeps with only their first runs here
  /// are extended, and complete ones are left as they are. If one contradicts this book, nothing is
  /// merged.
  ///
  /// - Parameters:
  ///   - files: the other books, of this version or older ones; they are only read.
  ///   - unitedName: logged sweeps of this name become one; nil for none.
  ///   - isRehearsal: whether nothing is kept.
  ///   - time: now, in UTC and ISO 8601, for older books that are upgraded in a copy.
  ///   - version: the program's version.
  ///   - shouldStop: polled; when it returns true, the merge ends and the book is unchanged.
  /// - Returns: every sweep of every file, up to the first file with a conflict, in which case
  ///   nothing is kept.
  /// - Throws: `BookError`, `BookError.noSuchSweep` for a name that no sweep of the files has; `SQLiteError`.
  package func merge(
    _ files: [String], uniting unitedName: String? = nil, isRehearsal: Bool = false, time: String,
    version: String,
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
            let merger = try SweepMerger(
              source, into: connection, uniting: unitedName.map(ExactText.init))
            for id in try source.sweepIDs() { merged.append(try merger.merge(id)) }
            // Later files would be compared with an incomplete merge.
            if merged.contains(where: { $0.outcome == .conflict }) { throw NotKept() }
          }
          try stop.check()
        }
        if let unitedName, !merged.contains(where: { ExactText($0.name) == ExactText(unitedName) })
        {
          throw BookError.noSuchSweep(
            unitedName, nearest: nearestName(to: unitedName, among: merged.map(\.name)))
        }
        if isRehearsal { throw NotKept() }
      }
    } catch is NotKept {}
    return merged
  }
}

extension Book {
  /// The builds of LAPACK that computed a sweep, each once.
  ///
  /// - Throws: `SQLiteError`.
  package func lapackBuilds(of sweepID: Int64) throws -> [String] {
    try connection.lapackBuilds(of: sweepID)
  }

  /// Calls `body` with an empty temporary book, in the folder of a path.
  ///
  /// - Throws: `BookError`, `SQLiteError`, errors of `body`.
  package static func withScratch<Result>(
    beside path: String, time: String, version: String, _ body: (Book) throws -> Result
  ) throws -> Result {
    let folder = try ScratchFolder(beside: path)
    return try withExtendedLifetime(folder) {
      try body(Book(recording: folder.book, time: time, version: version))
    }
  }
}

extension Connection {
  /// The builds of LAPACK that computed a sweep, each once.
  func lapackBuilds(of sweepID: Int64) throws -> [String] {
    var builds: [String] = []
    try rows(Statements.lapackBuilds, ["sweep_id": .integer(sweepID)]) {
      builds.append(try $0.text(0))
    }
    return builds
  }
}
