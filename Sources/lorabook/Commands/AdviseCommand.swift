import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct AdviseCommand: ParsableCommand, RowPrinting {
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

  @OptionGroup var modules: ModuleOption

  @OptionGroup var book: BookOptions

  @Option(
    help:
      "How the advice is written: rows, or 'peft' for LoraConfig. (default: as -o ends, csv for spreadsheets, else table)"
  )
  var format: AdviceFormat?

  @OptionGroup var place: RowPlaceOptions

  var output: RowOptions { RowOptions(format?.ofRows, place) }

  func openOutput() throws {
    guard format == .peft else { return try output.open(unless: defaultFormat) }
    try output.openObject(as: AdviceFormat.peft.rawValue)
  }

  func run() throws {
    let book = try book.reading()
    let recorded = try book.recordedSweep(book.named(sweep))
    let filter = try WeightSource.filter(include: advice.include, exclude: advice.exclude)
    let selection = try modules.selection(book, ofSweeps: [recorded.sweepID])
    let updates = try AdvisedUpdates(book, sweepID: recorded.sweepID) { name in
      try filter.takes(name) && selection?.takes(name) != false
    }
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
    if format == .peft {
      var json = try configuration(advice, updates, recorded).json
      try json.withUTF8 { try StandardOutput.writeData(UnsafeRawBufferPointer($0)) }
    } else {
      try output.write(AdviceText.table(advice, updates))
    }
    for line in AdviceText.assumptions(advice, request, updates) {
      StandardError.write("lorabook: \(line)\n")
    }
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
