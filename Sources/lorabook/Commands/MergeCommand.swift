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

      Example:  lorabook merge other.db --dry-run
      """)

  @Argument(help: "The other books.", completion: .file())
  var files: [String]

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
    // If there is no book, a file that cannot be merged should not create one.
    let rehearsed = dryRun || !TextFile.exists(path) ? try rehearse(path) : nil
    let isRefused = rehearsed?.contains { $0.outcome == .conflict } ?? false
    let merged = if let rehearsed, dryRun || isRefused { rehearsed } else { try merge(into: path) }
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
    if !dryRun { try tellMissing(merged, in: book.reading()) }
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
        try merge(into: $0)
      }
    } catch BookError.copyExists {
      // Another process has created one meanwhile.
      return try merge(into: book.recording())
    }
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
    try book.merge(
      files, isRehearsal: isRehearsal, time: Host.now, version: lorabookVersion,
      shouldStop: { Interruption.isAsked })
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
