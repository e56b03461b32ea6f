import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Record runs measured elsewhere from a CSV file.",
    discussion: """
      The file has columns of 'export' in any order; seed, d, k, profile, rank, alpha, rule and error must \
      be there. A 'sweep' column names the sweep of each row, else --name does. run_id and sweep_id are \
      given anew. An empty field is one that was not recorded; a measurement that diverged is 'nan', 'inf' \
      or '-inf'. A profile may be any text, and a rule too if the row has a scale. All rows are recorded, \
      or none.

      Example:  lorabook import runs.csv --name elsewhere
      """)

  @Argument(help: "The file; '-' is standard input.", completion: .file())
  var file: String

  @Option(
    parsing: .unconditional, help: "What to call the sweep. (default: what the rows say)")
  var name: String?

  @Flag(help: "Add to sweeps that were logged or imported before.")
  var append = false

  @Flag(help: "Leave out columns that export does not have.")
  var ignoreExtra = false

  @Option(
    parsing: .unconditional,
    help: "What is between fields: one character, or 'tab'. (default: as the header has it)")
  var delimiter: Delimiter?

  @Flag(help: "Numbers have a comma where others have a point.")
  var decimalComma = false

  @OptionGroup var book: BookOptions

  func run() throws {
    if let name { try Book.checkName(name) }
    Interruption.watch()
    let runs = try RunFile(path: file, layout)
    // Errors in the first runs are found before anything is written.
    let first = try runs.nextBatch()
    guard !first.isEmpty else {
      StandardError.write("lorabook: \(runs.place) has no run, so none is imported.\n")
      return
    }
    try runs.awaitEnd()
    for sweep in try record(first, runs) {
      let count = "\(sweep.runs) run\(sweep.runs == 1 ? "" : "s")"
      try StandardOutput.write(
        "\(count) imported into sweep \(sweep.sweepID) '\(printable(sweep.name))'\n")
    }
  }

  private var layout: RunFile.Layout {
    RunFile.Layout(
      delimiter: delimiter?.byte, decimalComma: decimalComma, ignoresExtra: ignoreExtra, name: name)
  }

  private func record(
    _ first: [NamedRun], _ others: RunFile
  ) throws -> [ExternalRunWriter.Recorded] {
    let path = try book.path()
    guard !TextFile.exists(path), others.canBeReadAgain else {
      return try record(first, others, in: book.recording())
    }
    do {
      // If there is no book, a bad file should not create one.
      return try Book.make(at: path, time: Host.now, version: lorabookVersion) {
        try record(first, others, in: $0)
      }
    } catch BookError.copyExists {
      // Another process has created one meanwhile.
      let again = try RunFile(path: file, layout)
      return try record(again.nextBatch(), again, in: book.recording())
    }
  }

  private func record(
    _ first: [NamedRun], _ others: RunFile, in book: Book
  ) throws -> [ExternalRunWriter.Recorded] {
    do {
      return try ExternalRunWriter.record(in: book, Host.origin(.import), mayAppend: append) {
        var batch = first
        let ahead = try RunPrefetcher(of: others)
        while !batch.isEmpty {
          for named in batch { try $0.add(named.run, to: named.sweep) }
          batch = try ahead.nextBatch()
        }
      }
    } catch BookError.nameTaken(let name) {
      throw CommandError(
        "the book has a sweep named '\(printable(name))' already. Give another with --name, or add to it with --append; nothing was imported.",
        .usage)
    } catch BookError.computedSweep(let name) {
      throw CommandError(
        "the sweep '\(printable(name))' was computed here, so it takes no runs measured elsewhere. Give another name with --name; nothing was imported.",
        .usage)
    }
  }

  /// One ASCII character between fields.
  struct Delimiter: ExpressibleByArgument {
    var byte: UInt8

    init?(argument: String) {
      let text = argument == "tab" || argument == "\\t" ? "\t" : argument
      guard let byte = text.utf8.first, text.utf8.count == 1, byte < 128,
        !"\"\r\n".utf8.contains(byte), byte != 0
      else { return nil }
      self.byte = byte
    }
  }
}
