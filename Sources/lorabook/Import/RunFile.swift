import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

/// A CSV file of runs measured elsewhere, read in batches.
final class RunFile: RunSource {
  /// The layout of the file, and the user's choices.
  struct Layout {
    /// nil to take it from the file's name.
    var format: RunFormat?
    /// nil to detect it in the header.
    var delimiter: UInt8?
    var decimalComma = false
    /// Whether columns that `export` does not have are ignored.
    var ignoresExtra = false
    /// The sweep of all rows; nil if each row names its own.
    var name: String?
    /// What columns of the file are called here.
    var renamed: [String: String] = [:]
    /// The columns that are metrics of the user's own.
    var metrics: [String] = []
    /// The columns that are parameters.
    var params: [String] = []
    /// What the file leaves out.
    var common = SaidRun()
  }

  /// The file's name in messages.
  let place: String

  private let layout: Layout
  private let input: InputFile
  private let reader: DelimitedReader
  private var parser: ExternalRunParser
  private var fields = ExternalRunParser.Fields()
  private let header: RunHeader
  /// What the file leaves out, as bytes that live as long as it.
  private var common: [(column: ExternalRun.Column, bytes: UnsafeMutableRawBufferPointer)] = []
  /// The last value of the sweep column, as bytes of the file, and the sweep's name.
  private var lastName: [UInt8]?
  private var name = ""

  /// Opens a file and reads its header.
  ///
  /// - Throws: `CommandError`.
  init(path: String, _ layout: Layout) throws {
    let input = try InputFile(path: path)
    self.layout = layout
    self.input = input
    place = input.name
    let reader = DelimitedReader(delimiter: layout.delimiter) { try input.read(into: $0) }
    self.reader = reader
    parser = ExternalRunParser(decimalComma: layout.decimalComma)
    header = try RunFile.locating(place) {
      guard try reader.next() else {
        throw CommandError(
          "\(input.name) is empty. Its first line must name the columns, as 'lorabook export' writes them.",
          .badData)
      }
      return try RunHeader(reader, place: input.name, layout)
    }
    for (column, text) in try layout.common.fieldsWithShape() {
      let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
      bytes.copyBytes(from: text.utf8)
      common.append((column, bytes))
    }
    if !header.leftOut.isEmpty {
      let names = header.leftOut.map { "'\(printable($0.shortened(to: 80)))'" }
      StandardError.write("lorabook: \(place): left out \(names.joined(separator: ", ")).\n")
    }
  }

  deinit {
    for (_, bytes) in common { bytes.deallocate() }
  }

  /// Number of runs in a batch.
  private static let batch = 8192

  var canBeReadAgain: Bool { input.canBeReadAgain }
  let isRecordedOnce = false

  func nextBatch() throws -> [NamedRun] {
    var batch: [NamedRun] = []
    batch.reserveCapacity(RunFile.batch)
    while batch.count < RunFile.batch, let run = try nextRun() {
      batch.append(NamedRun(run: run, sweep: name, line: reader.position(of: 0).line))
    }
    return batch
  }

  func awaitEnd() throws { try input.awaitEnd() }

  private func nextRun() throws -> ExternalRun? {
    try RunFile.locating(place) {
      // A spreadsheet may write rows below the last one that have nothing in any column.
      repeat {
        guard try reader.next() else { return nil }
      } while (0..<reader.fieldCount).allSatisfy { reader.field($0).isEmpty }
      for (column, index) in header.columns { fields[column] = reader.field(index) }
      for (column, bytes) in common where header.isFilled(column, reader) {
        fields[column] = UnsafeRawBufferPointer(bytes)
      }
      do {
        if let index = header.rslora { try takeRule(index) }
        var run = try parser.run(fields)
        if header.isNamed { try takeNamed(&run) }
        try nameSweep()
        return run
      } catch let error as ExternalRunError {
        throw refusal(of: error)
      }
    }
  }

  /// Makes a rule of PEFT's `use_rslora`.
  private func takeRule(_ index: Int) throws {
    let text = try reader.text(index).lowercased()
    switch text {
    case "true", "1": fields[.rule] = RunFile.ruleNames.rslora
    case "false", "0": fields[.rule] = RunFile.ruleNames.lora
    case "": break
    default:
      throw ExternalRunError(
        field: "rslora", text, "is not true or false", remedy: "Give one of them, or nothing")
    }
  }

  /// Texts that live as long as the process.
  nonisolated(unsafe) private static let ruleNames = (
    lora: staticBytes("lora"), rslora: staticBytes("rslora")
  )

  private static func staticBytes(_ text: StaticString) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  /// Takes what the user named of the row's run.
  private func takeNamed(_ run: inout ExternalRun) throws {
    if let index = header.run {
      let name = try reader.text(index)
      run.name = name.isEmpty ? nil : header.table == nil ? name : TrainingTable.run(name)
    }
    if let index = header.status {
      let status = try reader.text(index)
      run.info.append(UserText(name: "training_status", value: status))
      // Its final error is empty in the file.
      if status == TrainingSummary.Status.diverged.rawValue { run.measurements[.error] = .nan }
    }
    if let index = header.step {
      let text = parser.pointed(reader.field(index))
      run.step = text.isEmpty ? nil : try SaidRun.step(text, "step")
    }
    for (name, index) in header.metrics {
      guard let value = try parser.metric(name, reader.field(index)) else { continue }
      run.metrics.append(UserMetric(name: name, value: value))
    }
    guard !header.params.isEmpty else { return }
    var params: [UserText] = []
    for (name, index) in header.params where !reader.field(index).isEmpty {
      _ = try reader.text(index)
      params.append(UserText(name: name, value: parser.pointed(reader.field(index))))
    }
    run.parameters = try ParameterSet(params)
  }

  private func nameSweep() throws {
    guard let index = header.sweep else {
      name = layout.name ?? ""
      return
    }
    let bytes = reader.field(index)
    if let lastName, lastName.elementsEqual(bytes) { return }
    let name = try reader.text(index)
    if let asked = layout.name {
      guard lastName == nil else {
        throw refusal(
          at: index, "sweep",
          "'\(name.shortened(to: 80))' is a second sweep, and --name gives one name. Leave --name out, or split the file."
        )
      }
      self.name = asked
    } else {
      do {
        try Book.checkName(name)
      } catch BookError.unusableName(let name, let reason) {
        throw refusal(
          at: index, "sweep",
          "the name '\(name)' \(reason). Give another, such as 'baseline'.")
      }
      self.name = name
    }
    lastName = Array(bytes)
  }

  private func refusal(of error: ExternalRunError) -> CommandError {
    guard let index = header.index(of: error) else {
      let line = reader.position(of: 0).line
      return CommandError(
        "\(place):\(line): \(error.field): \(printable(error.description))", .badData)
    }
    return refusal(at: index, error.field, error.description)
  }

  private func refusal(at index: Int, _ column: String, _ problem: String) -> CommandError {
    let (line, character) = reader.position(of: index)
    return CommandError(
      "\(place):\(line):\(character): \(column): \(printable(problem))", .badData)
  }

  private static func locating<Result>(
    _ place: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as DelimitedError {
      throw CommandError(
        "\(place):\(error.line):\(error.column): \(printable(error.description))", .badData)
    }
  }
}
