import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Record runs measured elsewhere from files.",
    discussion: """
      A CSV file has columns of 'export' in any order, one of them a metric; --map, --metrics and --params \
      say what other columns are, and the rest is left out and named. A 'sweep' column names the sweep of \
      each row, else --name does. run_id and sweep_id are given anew. An empty field is one that was not \
      recorded; a measurement that diverged is 'nan', 'inf' or '-inf'. A profile may be any text, and a rule \
      too if the row has a scale.

      A .jsonl file has lines as 'log -' takes them. Each is recorded once, however often it is imported: a \
      line without a run is of the run that is called as the file, or, without a step, as file:line.

      All files are recorded, or none.

      Example:  lorabook import runs.csv --name elsewhere
      """)

  @Argument(help: "The files; '-' is standard input.", completion: .file())
  var files: [String]

  @Option(
    parsing: .unconditional, help: "What to call the sweep. (default: what the rows say)")
  var name: String?

  @Option(
    help: ArgumentHelp(
      "What columns are called in the file: rank=r,alpha=lora_alpha.", valueName: "name=column,…"))
  var map: String?

  @Option(help: ArgumentHelp("Columns that are metrics of your own.", valueName: "column,…"))
  var metrics: String?

  @Option(help: ArgumentHelp("Columns that are parameters.", valueName: "column,…"))
  var params: String?

  @Option(
    help: ArgumentHelp(
      "Settings that the file leaves out: shape=768x768,rule=lora.", valueName: "name=value,…"))
  var set: String?

  @Flag(help: "Add to sweeps that were logged or imported before.")
  var append = false

  @Flag(help: "Leave out columns that export does not have.")
  var ignoreExtra = false

  @Flag(help: "The files have JSON lines, whatever they are called.")
  var jsonl = false

  @Option(
    parsing: .unconditional,
    help: "What is between fields: one character, or 'tab'. (default: as the header has it)")
  var delimiter: Delimiter?

  @Flag(help: "Numbers have a comma where others have a point.")
  var decimalComma = false

  @OptionGroup var book: BookOptions

  /// A file with its first runs.
  private struct Started {
    var source: any RunSource
    var first: [NamedRun]
  }

  func run() throws {
    if let name { try Book.checkName(name) }
    let layout = try layout()
    Interruption.watch()
    // Errors in the first runs are found before anything is written.
    var started = try start(layout)
    for file in started where file.first.isEmpty {
      StandardError.write("lorabook: \(file.source.place) has no run, so none is imported.\n")
    }
    started.removeAll { $0.first.isEmpty }
    if started.isEmpty { return }
    for file in started { try file.source.awaitEnd() }
    for sweep in try record(started, layout) {
      let count = "\(sweep.runs) run\(sweep.runs == 1 ? "" : "s")"
      let values =
        sweep.values == 0 ? "" : ", \(sweep.values) value\(sweep.values == 1 ? "" : "s"),"
      StandardError.write(
        "\(count)\(values) imported into sweep \(sweep.sweepID) '\(printable(sweep.name))'\n")
    }
  }

  private func layout() throws -> RunFile.Layout {
    var layout = RunFile.Layout(
      format: jsonl ? .jsonLines : nil, delimiter: delimiter?.byte, decimalComma: decimalComma,
      ignoresExtra: ignoreExtra, name: name)
    for (name, column) in try pairs(map, "--map", "rank=r") { layout.renamed[column] = name }
    layout.metrics = ListText.items(metrics ?? "").filter { !$0.isEmpty }
    layout.params = ListText.items(params ?? "").filter { !$0.isEmpty }
    for (name, value) in try pairs(set, "--set", "shape=768x768") {
      if name == "shape" {
        layout.common.shape = value
      } else if let column = ExternalRun.Column(named: name), !column.isMeasurement {
        layout.common.fields[column] = value
      } else {
        throw CommandError(
          "--set: '\(printable(name))' is no setting. Known are shape, seed, profile, noise, rank, alpha, rule and scale.",
          .usage)
      }
    }
    do {
      // Errors of the options are theirs, not the file's.
      var parser = ExternalRunParser(decimalComma: decimalComma)
      var alone = layout.common
      if alone.fields[.scale] == nil { alone.fields[.rule] = nil }
      _ = try parser.run(alone.fieldsWithShape())
    } catch let error as ExternalRunError {
      throw CommandError("--set: \(error.field): \(printable(error.description))", .usage)
    } catch let error as SaidShapeError {
      throw CommandError("--set: shape: \(printable(error.description))", .usage)
    }
    return layout
  }

  private func pairs(
    _ text: String?, _ option: String, _ example: String
  ) throws -> [(String, String)] {
    try ListText.items(text ?? "").filter { !$0.isEmpty }.map { item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, let value = parts.dropFirst().first, !name.isEmpty,
        !value.isEmpty
      else {
        throw CommandError(
          "\(option): '\(printable(item))' has no '='. Give pairs such as \(example).",
          .usage)
      }
      return (String(name), String(value))
    }
  }

  private func start(_ layout: RunFile.Layout) throws -> [Started] {
    var names: Set<String> = []
    return try files.map { path in
      let name = String(path.split(separator: "/").last ?? "")
      let source = try RunFormat.source(path, layout)
      guard !source.isRecordedOnce || names.insert(name).inserted else {
        throw CommandError(
          "two files are called '\(printable(name))', and runs are known by their file's name. Rename one, or name the runs in the lines.",
          .usage)
      }
      return Started(source: source, first: try source.nextBatch())
    }
  }

  private func record(
    _ started: [Started], _ layout: RunFile.Layout
  ) throws -> [ExternalRunWriter.Recorded] {
    let path = try book.path()
    guard !TextFile.exists(path), started.allSatisfy(\.source.canBeReadAgain) else {
      return try record(started, in: book.recording())
    }
    do {
      // If there is no book, a bad file should not create one.
      return try book.making { try record(started, in: $0) }
    } catch BookError.copyExists {
      // Another process has created one meanwhile.
      return try record(start(layout), in: book.recording())
    }
  }

  private func record(
    _ started: [Started], in book: Book
  ) throws -> [ExternalRunWriter.Recorded] {
    let mayAppend = append || started.allSatisfy(\.source.isRecordedOnce)
    do {
      return try ExternalRunWriter.record(in: book, Host.origin(.import), mayAppend: mayAppend) {
        for file in started { try record(file, by: $0) }
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

  private func record(_ file: Started, by writer: ExternalRunWriter) throws {
    var batch = file.first
    let ahead = try RunPrefetcher(of: file.source)
    while !batch.isEmpty {
      for named in batch {
        do {
          try writer.add(named.run, to: named.sweep)
        } catch let conflict as ExternalRunConflict {
          throw CommandError(
            "\(file.source.place):\(named.line): \(refusalOfRun(conflict) ?? conflict.what) Nothing was imported.",
            .badData)
        }
      }
      batch = try ahead.nextBatch()
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
