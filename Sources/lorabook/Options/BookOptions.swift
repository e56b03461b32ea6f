import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

/// The options of every command for the book and the time to wait for it.
struct BookOptions: ParsableArguments {
  @Option(
    name: .customLong("db"),
    help: ArgumentHelp(
      "The book. (default: $LORABOOK_DB, else lorabook.db here)", valueName: "file"),
    completion: .file())
  var database: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long to wait while another process writes. (default: 30)", valueName: "seconds"))
  var wait: String?

  @Flag(
    help: "Record on a network file system: nobody else records there. ($LORABOOK_ONE_MACHINE)")
  var oneMachine = false

  /// The path of the book.
  ///
  /// - Throws: `CommandError` for an empty path, and for a variable that is not UTF-8.
  func path() throws -> String {
    let path = try database ?? CalledWith.variable("LORABOOK_DB") ?? "lorabook.db"
    guard !path.isEmpty else {
      throw CommandError("--db names no file. Give the book's path.", .usage)
    }
    return path
  }

  /// Milliseconds to wait for another process.
  ///
  /// - Throws: `CommandError` unless it is a number from 0 to 86400 seconds.
  func milliseconds() throws -> Int32 {
    guard let wait else { return Book.defaultWait }
    guard let seconds = Double.finite(wait), (0...86_400).contains(seconds) else {
      throw CommandError(
        "--wait: '\(printable(wait))' is out of range. Give 0 to 86400 seconds, such as 5.", .usage)
    }
    return Int32((seconds * 1000).rounded())
  }

  /// The book, for reading alone.
  func reading() throws -> Book { try Book(reading: path(), wait: milliseconds()) }

  /// The book, for checking it, even if its tables are not lorabook's.
  func examining() throws -> Book { try Book(examining: path(), wait: milliseconds()) }

  /// The book, for recording; created if there is none.
  ///
  /// - Parameter settles: whether running sweeps without a live process are recorded as
  ///   interrupted.
  func recording(settles: Bool = true) throws -> Book {
    try checkFileSystem()
    let book = try Book(
      recording: path(), time: Host.now, version: lorabookVersion, wait: milliseconds(),
      settles: settles, shouldStop: { Interruption.isAsked })
    book.announceUpgrade()
    return book
  }

  /// Makes the book with what a closure records; it appears whole or not at all.
  ///
  /// - Throws: `BookError.copyExists` if there is one meanwhile.
  func making<Result>(_ record: (Book) throws -> Result) throws -> Result {
    try checkFileSystem()
    return try Book.make(at: path(), time: Host.now, version: lorabookVersion, record)
  }

  /// The existing book, for changing the descriptions of sweeps.
  func changing() throws -> Book {
    try checkFileSystem()
    let book = try Book(
      changing: path(), time: Host.now, version: lorabookVersion, wait: milliseconds(),
      shouldStop: { Interruption.isAsked })
    book.announceUpgrade()
    return book
  }

  /// Refuses to record where two machines could, as each would lose what the other records.
  ///
  /// - Throws: `CommandError`.
  private func checkFileSystem() throws {
    let path = try path()
    let name = Host.shellQuoted(path)
    switch FileSystem.of(path) {
    case .local: return
    case .ofHost(let kind):
      StandardError.write(
        "lorabook: '\(printable(path))' lies on \(kind), which the host of this machine has open too. Record from one of the two alone.\n"
      )
    case .shared(let kind):
      if try oneMachine || CalledWith.variable("LORABOOK_ONE_MACHINE") != nil { return }
      throw CommandError(
        "'\(printable(path))' lies on \(kind), where two machines that record lose each other's runs. Record into a book on this machine's own disk, such as /tmp/mine.db, and bring it over with the line below; or add --one-machine if nobody else ever records there.",
        .cannotCreate, command: "lorabook merge /tmp/mine.db --db \(name) --one-machine")
    }
  }
}
