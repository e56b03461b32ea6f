import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Record runs measured elsewhere, such as in a training script.",
    discussion: """
      The first call makes the book and the sweep. When it returns, the run is on the disk; any number of \
      processes may log at once. Any setting may be left out. A profile may be any text, and a rule too if \
      the scale is given. A measurement that diverged is 'nan', 'inf' or '-inf'. Of a run with a name the \
      settings are said the first time.

      'lorabook log -' reads JSON lines until the end of standard input, one object a line, and records \
      them four times a second; what options say holds for every line. A bad line ends it, and those before \
      it stay.

      Example:  lorabook log --sweep tune --run r16 --rank 16 --alpha 32 \\
                  --param lr=2e-4 --metric eval_loss=0.31
      """)

  @Argument(help: "'-' reads JSON lines from standard input.")
  var stream: String?

  @OptionGroup var options: LoggedRunOptions

  @Flag(help: "With '-': write the number of lines on the disk at each commit.")
  var ack = false

  @OptionGroup var book: BookOptions

  func validate() throws {
    if let stream, stream != "-" {
      throw ValidationError(
        "'\(printable(stream))' is no option. 'log -' reads JSON lines; 'lorabook import' reads files."
      )
    }
    if ack, stream == nil {
      throw ValidationError(
        "--ack goes with 'log -'. A single run is on the disk when log returns.")
    }
  }

  func run() throws {
    let said = try options.said()
    if let sweep = said.sweep { try checkName(sweep) }
    if stream != nil {
      try runStream(said)
    } else {
      try runOnce(said)
    }
  }

  private func runStream(_ said: SaidRun) throws {
    Interruption.watch()
    try LogStream(book.recording(), said, acknowledges: ack).run()
  }

  private func runOnce(_ said: SaidRun) throws {
    guard let sweep = said.sweep else {
      throw CommandError(
        "--sweep is missing. Name the sweep that the run is of, such as 'tune'.", .usage)
    }
    let run = try parsed(said)
    let isSaidOfRun = run.name != nil && (run.status != nil || run.note != nil || !run.info.isEmpty)
    guard run.isMeasured || !run.metrics.isEmpty || isSaidOfRun else {
      throw CommandError(
        "there is nothing to log. Give a metric, such as --metric eval_loss=0.31 or --error 0.31.",
        .usage)
    }
    Interruption.watch(mayEndAnywhere: true)
    let book = try book.recording()
    do {
      _ = try ExternalRunWriter.record(in: book, Host.origin(.log), mayAppend: true) {
        try $0.add(run, to: sweep)
      }
    } catch let conflict as ExternalRunConflict {
      throw CommandError(refusalOfRun(conflict) ?? conflict.what, .badData)
    }
  }

  private func parsed(_ said: SaidRun) throws -> ExternalRun {
    var parser = ExternalRunParser()
    do {
      return try said.run(&parser)
    } catch let error as ExternalRunError {
      throw LoggedRunOptions.refusal(error)
    } catch let error as SaidShapeError {
      throw CommandError("--shape: \(printable(error.description))", .usage)
    }
  }

  private func checkName(_ name: String) throws {
    do {
      try Book.checkName(name)
    } catch BookError.unusableName(let name, let reason) {
      throw CommandError(
        "--sweep: the name '\(printable(name))' \(reason). Give another, such as 'baseline'.",
        .usage)
    }
  }
}
