import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct MigrateCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Bring a book of an older lorabook up to date.",
    discussion: """
      Shows what is pending, puts a copy of the book beside it, and applies all of it or nothing. Commands \
      that record do the same by themselves.

      Example:  lorabook migrate --dry-run
      """)

  @Flag(help: "Only show what is pending.")
  var dryRun = false

  @OptionGroup var book: BookOptions

  @OptionGroup var output: RowOptions

  func run() throws {
    Interruption.watch(mayEndAnywhere: true)
    let path = try book.path()
    let pending = try Book.pendingMigrations(of: path, wait: book.milliseconds())
    guard !pending.isEmpty else {
      return StandardError.write("'\(printable(path))' is up to date\n")
    }
    try output.write(
      ResultTable(
        columns: ["version", "migration", "does"],
        rows: pending.map { [.integer($0.version), .text($0.name), .text($0.summary)] }))
    guard !dryRun else { return }
    _ = try book.changing()
  }
}

extension Book {
  /// Reports on standard error whether opening the book upgraded it.
  func announceUpgrade() {
    guard let upgrade, upgrade.from > 0, let last = upgrade.applied.last else { return }
    StandardError.write(
      "'\(printable(path))' was brought from schema \(upgrade.from) to \(last.version)"
        + (upgrade.backup.map { "; '\(printable($0))' is how it was before" } ?? "") + "\n")
  }
}
