import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct AdviseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "Advise the rank and α of each module or profile.",
    discussion: """
      Ranks follow from recorded spectra, so they bound what truncation loses. They do not tell what a newly \
      trained LoRA needs. Of drawn updates they follow from all seeds: the rank is the largest that a seed \
      needs. '--format peft' prints JSON for LoraConfig(**json.load(file)).

      Example:  lorabook advise latest --energy 0.9
      """)

  @Argument(
    help: "A sweep: an id, a name, the start of a uuid, or 'latest'. (default: latest)",
    completion: .sweeps)
  var sweep: String?

  @OptionGroup var advice: AdviceOptions

  @Option(help: "How the advice is written. (default: by the ending of -o, or table)")
  var format: AdviceFormat?

  @Option(
    name: [.short, .customLong("output")],
    help: "A file, which appears whole or not at all; '-' is standard output.",
    completion: .file())
  var output: String?

  @OptionGroup var book: BookOptions

  func run() throws {
    let format = try chosenFormat()
    let book = try book.reading()
    let recorded = try book.recordedSweep(book.named(sweep))
    let filter = try WeightSource.filter(include: advice.include, exclude: advice.exclude)
    let updates = try AdvisedUpdates(book, sweepID: recorded.sweepID) { try filter.takes($0) }
    guard !updates.subjects.isEmpty else {
      throw CommandError(
        updates.others.isEmpty
          ? "the sweep '\(printable(recorded.name))' has no spectra, which advice follows from. Measure an adapter with 'lorabook measure', or draw updates with 'lorabook sweep'."
          : "no module is left. Check --include and --exclude.", .usage)
    }
    let request = try advice.request(
      for: AdvisedScales(
        adapterRule: updates.adapterRule,
        haveScales: updates.subjects.allSatisfy { $0.scale != nil }))
    let advice = try Advice(updates.subjects, request)
    try write(advice, updates, format, recorded)
    for line in AdviceText.assumptions(advice, request) {
      StandardError.write("lorabook: \(line)\n")
    }
  }

  private func chosenFormat() throws -> AdviceFormat {
    if let format { return format }
    guard let output, output != "-" else { return .table }
    let ending = output.split(separator: "/").last?.split(separator: ".").last.map(String.init)
    switch ending {
    case "csv": return .csv
    case "tsv": return .tsv
    case "json": return .json
    case "jsonl": return .jsonl
    case "md": return .markdown
    default:
      throw CommandError(
        "-o: the ending of '\(printable(output))' names no format. Add --format, such as --format peft.",
        .usage)
    }
  }

  private func write(
    _ advice: Advice, _ updates: AdvisedUpdates, _ format: AdviceFormat, _ recorded: RecordedSweep
  ) throws {
    let text: [UInt8]
    if let rows = format.ofRows {
      let isFile = output.map { $0 != "-" } ?? false
      let layout = rows == .table && !isFile ? Terminal.layout() : TableLayout()
      var bytes: [UInt8] = []
      let writer = rows.writer(layout: layout) { bytes += $0 }
      let table = AdviceText.table(advice, updates)
      let glance =
        rows.isForPeople
        ? TableGlance(table.columns, table.rows) : TableGlance(all: table.columns)
      try writer.begin(glance.columns)
      for row in table.rows { try writer.write(glance.row(row)) }
      try writer.end()
      text = bytes
    } else {
      text = Array(try configuration(advice, updates, recorded).json.utf8)
    }
    guard let output, output != "-" else {
      return try text.withUnsafeBytes { try StandardOutput.write($0) }
    }
    let file = try AtomicFile(path: output)
    try text.withUnsafeBytes { try file.write($0) }
    try file.finish()
  }

  private func configuration(
    _ advice: Advice, _ updates: AdvisedUpdates, _ recorded: RecordedSweep
  ) throws -> LoraConfiguration {
    guard updates.areModules else {
      throw CommandError(
        "--format peft: the sweep '\(printable(recorded.name))' is of drawn updates, which are no modules of a model. Measure real weights with 'lorabook measure'.",
        .usage)
    }
    if let name = advice.choices.first(where: {
      $0.name.hasPrefix("lora_") && !$0.name.contains(".")
    }) {
      throw CommandError(
        "--format peft: '\(printable(name.name))' is a name of kohya's, in which dots are underscores, so PEFT would not find the module. Take --format csv.",
        .usage)
    }
    return try LoraConfiguration(
      advice, isFanInFanOut: recorded.measureSpec().isFanInFanOut, others: updates.others)
  }
}
