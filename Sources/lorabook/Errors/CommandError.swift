import Glibc
import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore
import WeightFiles

/// The exit statuses of the interface; statuses above 63 are those of sysexits.h.
enum ExitStatus: Int32 {
  case failure = 1
  case usage = 64
  case badData = 65
  case noInput = 66
  case cannotCreate = 73
  case inputOutput = 74
  case busy = 75
  case interrupted = 130
}

/// An error for a person: one short paragraph, and the exit status for scripts.
struct CommandError: Error {
  var message: String
  var status: ExitStatus
  /// A shell command that continues from here, printed unchanged below the message.
  var command: String?

  init(_ message: String, _ status: ExitStatus, command: String? = nil) {
    self.message = message
    self.status = status
    self.command = command
  }

  /// Describes an error and its remedy; nil for an error that the argument parser prints itself.
  init?(_ error: any Error) {
    switch error {
    case let failure as CommandError: self = failure
    case let error as SpecError: self.init(error.description, error.status)
    case let error as BookError: self = CommandError.of(error)
    case let error as SQLiteError: self = CommandError.of(error)
    case let error as ReadOnlySessionError: self = CommandError.of(error)
    case let error as NamedQueryError: self = CommandError.of(error)
    case ComparisonError.tooSparse(let sides, let places, let cells):
      self.init(
        "\(sides) sides at \(places) places have \(cells) cells between them, so there is next to nothing to set side by side. Compare --by a setting with fewer values, or ask with 'lorabook sql'.",
        .usage)
    case let error as LAPACKError: self = CommandError.of(error)
    case let error as WeightFileError: self = CommandError.of(error)
    case let error as PatternError: self.init("\(error)", .badData)
    case let error as MeasurementError: self = CommandError.of(error)
    case let error as AdviceError: self.init(printable(error.description), .usage)
    case let error as OutputError:
      let reason = String(cString: strerror(error.code))
      let remedy =
        CommandError.isOutOfFiles(reason)
        ? CommandError.raiseLimit : "Choose another place, or make room."
      self.init(
        "cannot write '\(error.path)': \(reason). \(remedy)",
        error.isCreation ? .cannotCreate : .inputOutput)
    case let error as NoWorkerThread:
      let reason = String(cString: strerror(error.code))
      self.init("the system gives no thread to compute on: \(reason). Try --jobs 1.", .failure)
    case is SpectrumError:
      self.init(
        "the book holds singular values that are no spectrum. Restore a backup.", .badData)
    default: return nil
    }
  }

  /// The remedy if the system opens no more files.
  private static let raiseLimit =
    "Close some, or let a process have more with 'ulimit -n 1024'."

  /// Whether the system's message says that it opens no more files.
  static func isOutOfFiles(_ reason: String) -> Bool {
    [EMFILE, ENFILE].contains { String(cString: strerror($0)) == reason }
  }

  private static func of(_ error: BookError) -> CommandError {
    switch error {
    case .missing(let path):
      CommandError(
        "there is no book at '\(path)'. Name one with --db, or record a first sweep with 'lorabook sweep'.",
        .noInput)
    case .cannotCreate(let path, let reason) where isOutOfFiles(reason):
      CommandError("cannot make or open '\(path)': \(reason). \(raiseLimit)", .failure)
    case .cannotCreate(let path, let reason):
      CommandError(
        "cannot make or open the book '\(path)': \(reason). Choose another place with --db, or make its folder writable.",
        .cannotCreate)
    case .hardLinked(let path, let names):
      CommandError(
        "'\(path)' has \(names) names (hard links), and what is recorded under one would be lost under another. Nothing more was recorded; remove the others ('find . -samefile FILE' lists them), or record into a copy made with 'lorabook backup'.",
        .cannotCreate)
    case .cannotWrite(let path, let reason):
      CommandError(
        "cannot write '\(path)': \(reason). Choose another place, or make room.", .inputOutput)
    case .damaged(let path, let what):
      CommandError("the book '\(path)' is damaged: \(what). Restore a backup.", .badData)
    case .notABook(let path, let reason):
      CommandError(
        "'\(path)' is no book: \(reason). It was left as it is; name another file with --db.",
        .badData)
    case .newer(let path, let version, let known):
      CommandError(
        "'\(path)' was written by a newer lorabook (schema \(version), this one knows \(known)). Use that one; the book was left as it is.",
        .badData)
    case .older(let path, let version, let known):
      CommandError(
        "'\(path)' has schema \(version), and this lorabook reads \(known). 'lorabook migrate' brings it up to date, and keeps a copy.",
        .badData)
    case .migrationDiffers(let path, let version, let name):
      CommandError(
        "'\(path)' has seen another migration \(version) than this lorabook's '\(name)'. Use the program that wrote it; the book was left as it is.",
        .badData)
    case .migrationFails(let path, let version, let name, let reason):
      CommandError(
        "'\(path)' cannot be brought to schema \(version) ('\(name)'): \(reason). The book was left as it was.",
        .badData)
    case .neverStill(let path):
      CommandError(
        "'\(path)' cannot be copied before it is brought up to date: others write to it all the while. Try again when they are done.",
        .busy)
    case .copyExists(let path):
      CommandError(
        "there is a file '\(path)' already. Name another, or move it away.", .cannotCreate)
    case .foreignObject(let path, let type, let name):
      CommandError(
        "'\(path)' holds the \(type) '\(name.shortened(to: 80))', which lorabook did not make and would run or obey. The book was left as it is; if you trust it, drop that with sqlite3 and try again.",
        .badData)
    case .changedObject(let path, let type, let name):
      CommandError(
        "'\(path)' is not as lorabook makes a book: its \(type) '\(name)' is missing or changed. The book was left as it is; restore a backup.",
        .badData)
    case .nameTaken(let name):
      CommandError(
        "the book has a sweep named '\(name)' already. Give another --name.", .usage)
    case .computedSweep(let name):
      CommandError(
        "the sweep '\(name)' was computed here, so it takes no runs measured elsewhere. Give another name.",
        .usage)
    case .unusableName(let name, let reason):
      CommandError(
        "the name '\(name)' \(reason). Give another --name, such as 'baseline'.",
        .usage)
    case .noSuchSweep(let reference, let nearest):
      CommandError(
        "no sweep is '\(reference)'. "
          + (nearest.map { "Did you mean '\($0)'? " } ?? "")
          + "'lorabook ls' lists them.", .noInput)
    case .ambiguousSweep(let reference, let uuids):
      CommandError(
        "'\(reference)' begins several uuids: \(uuids.joined(separator: ", ")). Give more of one.",
        .noInput)
    case .recordedAlready(let sweep, let seed):
      CommandError(
        "an update of seed \(seed) is in the sweep '\(sweep)' already: another process records the same sweep. What is recorded is kept.",
        .failure)
    case .full:
      CommandError(
        "the book has no ids left for what is to be recorded, which no use of it brings about: look at it with 'lorabook doctor'.",
        .badData)
    case .beingRecorded(let name, let process, let host):
      CommandError(
        "the sweep '\(name)' is being recorded, by \(process.map { "process \($0)" } ?? "a process") on '\(host)'. Wait until that ends, or end it.",
        .busy)
    case .recordedElsewhere(let name, let host):
      CommandError(
        "the sweep '\(name)' is being recorded on '\(host)', which cannot be asked from here whether it still is. If nobody does any more, add --force.",
        .busy)
    case .takenOver(let name):
      CommandError(
        "the sweep '\(name)' was finished, taken up or removed by another process meanwhile. 'lorabook ls' says what became of it.",
        .failure)
    case .unlikeItsSpec(let name, let reason):
      CommandError(
        "the sweep '\(name)' cannot be gone on with: \(reason). Restore a backup, or run it anew.",
        .badData)
    case .filesChanged(let name, let reason):
      CommandError(
        "the files of the sweep '\(name)' have changed since: \(reason). Put the old ones back, or measure the new ones as another sweep.",
        .badData)
    case .tooLargeHere(let name, let reason):
      CommandError("the sweep '\(name)' cannot be computed here: \(reason)", .badData)
    case .tooManySettings(let name, let settings, let limit):
      CommandError(
        "the sweep '\(name)' has \(settings) settings, more than the \(limit) that this shows at once. 'lorabook show --format csv' gives all of them as rows; 'lorabook query' and 'sql' choose some.",
        .usage)
    case .noSuchRun(let run):
      CommandError("no run has the id \(run). 'lorabook export' lists the runs.", .noInput)
    case .computedRun(let run, let sweep):
      CommandError(
        "run \(run) is of the sweep '\(sweep)', which was computed here: its runs are those of its grid. Remove the sweep with 'lorabook rm', or leave runs out of a question with --where.",
        .usage)
    case .noSuchTag(let tag):
      CommandError(
        "the sweep has no tag '\(tag)'. 'lorabook ls' shows the tags.", .noInput)
    }
  }

  private static func of(_ error: SQLiteError) -> CommandError {
    switch error.kind {
    case .busy:
      CommandError(
        "the book is in use by another process, for longer than the wait. Try again when that is done, or wait longer with --wait.",
        .busy)
    case .inputOutput:
      CommandError(
        "the book cannot be read or written: \(error). Make room on the disk or look at its health; what was recorded before is kept.",
        .inputOutput)
    case .corrupt: CommandError("the book is damaged: \(error). Restore a backup.", .badData)
    case .cannotCreate:
      CommandError(
        "the book cannot be written: \(error). Make it and its folder writable, or choose another place with --db.",
        .cannotCreate)
    case .tooManyFiles:
      CommandError(
        "the book cannot be opened: too many files are open. \(CommandError.raiseLimit)", .failure)
    case .noSharedMemory:
      CommandError(
        "the book's file system does not let processes share memory, which the book's log needs: \(error). Copy the book to a local disk and use it there; a network folder is seldom one.",
        .cannotCreate)
    case .moved:
      CommandError(
        "the book was moved, replaced or removed while it was written, or the -wal or -shm file beside it was: what was being recorded is not in it. Put the book back with both files, or record again in a new one.",
        .inputOutput)
    case .outOfMemory:
      CommandError("there is not enough memory. What was recorded before is kept.", .failure)
    case .interrupted: CommandError("interrupted.", .interrupted)
    case .other: CommandError("the book refused: \(error).", .failure)
    }
  }

  private static func of(_ error: ReadOnlySessionError) -> CommandError {
    func list(_ names: [String]) -> String {
      names.isEmpty
        ? "There are none"
        : "There are \(names.map { ":\($0)" }.joined(separator: ", "))"
    }
    return switch error {
    case .refused(let action):
      CommandError(
        "the SQL \(action), and a question may only read. The book was left as it is; to change a sweep there are 'lorabook edit' and 'lorabook rm'.",
        .usage)
    case .malformed(let message):
      CommandError(
        "the SQL cannot be answered: \(message). The views are runs, sweeps and spectra.",
        .usage)
    case .malformedCondition(let message):
      CommandError(
        "--where cannot be understood: \(message). It is an SQL expression over the columns that are listed or exported, with texts in single quotes: \"rule = 'lora'\".",
        .usage)
    case .notOneStatement:
      CommandError("the SQL is not one statement. Ask one question at a time.", .usage)
    case .unknownParameter(let name, let known):
      CommandError(
        "there is no parameter ':\(name)'. \(list(known)).", .usage
      )
    case .missingParameter(let name, let known):
      CommandError(
        "the parameter ':\(name)' has no value. \(list(known)); give each with --param \(name)=VALUE.",
        .usage)
    case .interrupted: CommandError("interrupted.", .interrupted)
    }
  }

  private static func of(_ error: LAPACKError) -> CommandError {
    switch error {
    case .missing(let reason):
      CommandError(
        "there is no OpenBLAS to compute with: \(reason). Install it ('apt install libopenblas0'); what needs no computing works without.",
        .failure)
    case .notFinite(let update):
      CommandError(
        "the update of \(update) overflows: an entry is not finite. Choose smaller singular values or less noise.",
        .badData)
    case .outOfMemory(let bytes, let workers):
      CommandError(
        "there is not enough memory: \(workers) worker\(workers == 1 ? "" : "s") may need \(byteText(bytes)) of it. \(workers == 1 ? "Raise" : "Choose fewer --jobs, raise") the limit that 'ulimit -v' shows, or end other programs; nothing was computed.",
        .failure)
    case .allZero(let update):
      CommandError(
        "the update of \(update) is all zero, so there is nothing to measure. Choose larger singular values, or noise.",
        .badData)
    case .failed(let routine, let info, let update):
      CommandError(
        "LAPACK's \(routine) did not converge (info \(info)) for \(update). What was recorded before is kept.",
        .failure)
    }
  }
}
