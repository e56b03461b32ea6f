import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct MergeCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Bring the sweeps of other books into this one.",
    discussion: """
      A sweep is known by its uuid, so one that is here already is there once; one that went further in the \
      other book is brought to where it got. What people wrote (name, note, tags) stays as it is here, and a \
      name that another sweep has gets a number. If anything contradicts what is here, nothing is merged. The \
      other books are only read; where there is no book to merge into, one is made. Others who record wait \
      meanwhile.

      Shards of one sweep become that sweep. With --as the logged sweeps of a name become one, such as those \
      of jobs that each logged one run into a book of its own; runs of one name become one run.

      Example:  lorabook merge other.db --dry-run
      """)

  @Argument(help: "The other books.", completion: .file())
  var files: [String]

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "Make one sweep of the logged sweeps that have this name.", valueName: "name"))
  var unitedName: String?

  @Flag(help: "Only show what would be done.")
  var dryRun = false

  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  func run() throws {
    let path = try book.path()
    Interruption.watch(mayEndAnywhere: true)
    for file in files where TextFile.areSame(file, path) {
      throw CommandError(
        "'\(printable(file))' is the book to merge into. Name other books, or another --db.", .usage
      )
    }
    // What cannot be read should make no book, nor bring an older one up to date.
    let wait = try book.milliseconds()
    for file in files {
      try reading(file) { _ = try Book.pendingMigrations(of: file, wait: wait) }
    }
    let merged = dryRun ? try rehearse(path) : try merge(into: path)
    try output.write(
      ResultTable(
        columns: ["file", "uuid", "sweep", "outcome", "new_runs", "remark"],
        rows: merged.map {
          [
            .text($0.file), .text($0.uuid), .text($0.name), .text($0.outcome.rawValue),
            .integer(Int64($0.newRuns)), .text($0.remark),
          ]
        }))
    let conflicts = merged.filter { $0.outcome == .conflict }
    if let first = conflicts.first {
      let more = conflicts.count > 1 ? " (and \(conflicts.count - 1) more)" : ""
      throw CommandError(
        "nothing was merged: the sweep '\(first.name)' of '\(first.file)' contradicts what is here\(more): \(first.remark). See the table; keep the books apart, or remove one of the two with 'lorabook rm'.",
        .failure)
    }
    if dryRun { return }
    let here = try book.reading()
    try tellBuilds(merged, in: here)
    try tellMissing(merged, in: here)
  }

  /// Names the builds of BLAS where several computed a sweep that was merged.
  private func tellBuilds(_ merged: [MergedSweep], in book: Book) throws {
    for sweep in merged where sweep.newRuns > 0 && sweep.isLast(in: merged) {
      guard let id = try book.sweepID(uuid: sweep.uuid) else { continue }
      let builds = try book.lapackBuilds(of: id)
      guard builds.count > 1 else { continue }
      StandardError.write(
        "lorabook: the sweep '\(printable(sweep.name))' was computed with \(builds.count) builds of BLAS, whose numbers agree to rounding: \(printable(builds.joined(separator: "; "))).\n"
      )
    }
  }

  /// Names the shards that are not there yet, with the line that computes each.
  private func tellMissing(_ merged: [MergedSweep], in book: Book) throws {
    var lines: [String] = []
    for uuid in Set(merged.map(\.uuid)).sorted() {
      guard let id = try book.sweepID(uuid: uuid) else { continue }
      lines += try MissingShards(book, sweepID: id).lines
    }
    guard !lines.isEmpty else { return }
    throw CommandError(
      "what came is merged, and shards are missing:\n\(lines.map { "  " + $0 }.joined(separator: "\n"))\nMerge them when they are there, or compute the rest with 'lorabook resume'.",
      .failure)
  }

  private func merge(into path: String) throws -> [MergedSweep] {
    guard !TextFile.exists(path) else { return try merge(into: book.recording()) }
    do {
      // If there is no book, an incomplete one should not appear.
      return try Book.make(
        at: path, time: Host.now, version: lorabookVersion, wait: book.milliseconds()
      ) {
        let merged = try merge(into: $0)
        if merged.contains(where: { $0.outcome == .conflict }) { throw Refused(merged: merged) }
        return merged
      }
    } catch let refused as Refused {
      return refused.merged
    } catch BookError.copyExists {
      // Another process has created one meanwhile.
      return try merge(into: book.recording())
    }
  }

  /// A conflict, for which no book is made.
  private struct Refused: Error {
    var merged: [MergedSweep]
  }

  private func rehearse(_ path: String) throws -> [MergedSweep] {
    guard TextFile.exists(path) else {
      return try Book.withScratch(beside: path, time: Host.now, version: lorabookVersion) {
        try merge(into: $0, isRehearsal: true)
      }
    }
    // A dry run does not upgrade an older book: opening it to read refuses it.
    _ = try book.reading()
    return try merge(into: book.recording(settles: false), isRehearsal: true)
  }

  private func merge(into book: Book, isRehearsal: Bool = false) throws -> [MergedSweep] {
    do {
      return try book.merge(
        files, uniting: unitedName, isRehearsal: isRehearsal, time: Host.now,
        version: lorabookVersion, shouldStop: { Interruption.isAsked })
    } catch BookError.noSuchSweep(let name, let nearest) where name == unitedName {
      throw CommandError(
        "--as: no sweep of these books is called '\(printable(name))'. "
          + (nearest.map { "Did you mean '\(printable($0))'? " } ?? "")
          + "'lorabook ls' lists the sweeps of a book, and 'lorabook edit' renames one.", .noInput)
    }
  }

  /// Attributes an error to the file that is merged, not to the book it is merged into.
  private func reading(_ file: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch BookError.missing {
      throw CommandError("there is no book at '\(file)'. Check the path.", .noInput)
    } catch BookError.notABook(_, let reason) {
      throw CommandError(
        "'\(file)' is no book: \(reason). Leave it out; nothing was merged.", .badData)
    } catch let error as BookError {
      throw error
    } catch let error as SQLiteError {
      guard let failure = CommandError(error) else { throw error }
      throw CommandError("'\(file)': \(failure.message)", failure.status)
    }
  }
}

extension MergedSweep {
  /// Whether no later one is the same sweep.
  fileprivate func isLast(in merged: [MergedSweep]) -> Bool {
    merged.last { $0.uuid == uuid }?.file == file
  }
}
