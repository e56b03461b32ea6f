import ArgumentParser
import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the book to a new file while others go on recording.",
    discussion: """
      The copy is the book as it was at one moment, is read back whole, and appears under its name only then. \
      It never takes the place of a file. A book of an older lorabook is copied as it is.

      Example:  lorabook backup lorabook-2026-01-31.db
      """)

  @Argument(help: "The file to make.", completion: .file())
  var file: String

  @OptionGroup var book: BookOptions

  func run() throws {
    guard !file.isEmpty, file != "-" else {
      throw CommandError(
        "a book cannot be copied to standard output. Name the file to make, such as 'backup.db'.",
        .usage)
    }
    let path = try book.path()
    Interruption.watch(mayEndAnywhere: true)
    let backup: Backup
    do {
      backup = try Book.backUp(
        path, to: file, wait: book.milliseconds(), shouldStop: { Interruption.isAsked })
    } catch BookError.cannotCreate(let target, let reason)
      where target != path && !CommandError.isOutOfFiles(reason)
    {
      throw CommandError(
        "cannot make '\(target)': \(reason). Choose another place for the copy.", .cannotCreate)
    }
    var status = stat()
    let bytes = stat(file, &status) == 0 ? Double(status.st_size) : 0
    StandardError.write(
      "'\(printable(file))' is a copy of '\(printable(path))': \(byteText(bytes)), "
        + "\(counted(Double(backup.sweeps), "sweep")), \(counted(backup.runs, "run"))\n")
  }

  private func counted(_ number: Double, _ one: String) -> String {
    "\(number.shortestText) \(one)\(number == 1 ? "" : "s")"
  }
}
