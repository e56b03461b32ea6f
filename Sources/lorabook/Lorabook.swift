import ArgumentParser
import Glibc
import Rendering

/// The command line: one file per subcommand.
@main
struct Lorabook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lorabook",
    abstract: "A lab book for LoRA experiments.",
    discussion: """
      A sweep draws simulated weight updates, measures how much of each survives a rank and a scaling \
      rule, and records every run in one SQLite file, the book.

      Example:  lorabook sweep
      """,
    version: lorabookVersion,
    subcommands: [
      SweepCommand.self, TrainCommand.self, MeasureCommand.self, AdviseCommand.self,
      ResumeCommand.self, LsCommand.self, ShowCommand.self, CompareCommand.self,
      QueryCommand.self, SqlCommand.self, ExportCommand.self, ImportCommand.self, LogCommand.self,
      EditCommand.self, RmCommand.self, PlotCommand.self, ReportCommand.self, VerifyCommand.self,
      DoctorCommand.self, BackupCommand.self, MergeCommand.self, MigrateCommand.self,
    ])

  /// Errors of the argument parser look like all others.
  static var _errorPrefix: String { "lorabook: " }

  static func main() {
    StandardStreams.keepPlaces()
    // write(2) reports a closed pipe, which ends the output; the signal would end the process.
    signal(SIGPIPE, SIG_IGN)
    // Likewise a file that exceeds `ulimit -f`: write(2) reports it, and the book stays whole.
    signal(SIGXFSZ, SIG_IGN)
    let status = run()
    if status != 0 { Glibc.exit(status) }
  }

  /// Runs the command.
  ///
  /// - Returns: the exit status, after everything held here is released.
  private static func run() -> Int32 {
    do {
      let arguments = try CalledWith.arguments()
      try ErrorReporter.checkCommand(arguments[...])
      try ErrorReporter.checkLists(arguments)
      var command = try parseAsRoot(arguments)
      if let command = command as? any RowPrinting {
        try command.openOutput()
      }
      do {
        try command.run()
      } catch let error as CommandError where error.status == .failure && StandardOutput.isWhole {
        // `doctor` and `verify` list what they found, and then say that it is wrong.
        try StandardOutput.finish()
        throw error
      }
      try StandardOutput.finish()
    } catch let error as ClosedPipe {
      // `| head` has read all it needs.
      _ = error
    } catch {
      StandardOutput.discard()
      // During completion the user has not run a command yet.
      if CalledWith.isCompletion, error is CommandError { return ExitStatus.usage.rawValue }
      return ErrorReporter.tell(error)
    }
    return 0
  }
}
