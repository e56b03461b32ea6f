import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

/// A run with its sweep's name.
struct NamedRun: Sendable {
  var run: ExternalRun
  var sweep: String
}

/// A CSV file of runs measured elsewhere, read in batches.
final class RunFile {
  /// The layout of the file, and the user's choices.
  struct Layout {
    /// nil to detect it in the header.
    var delimiter: UInt8?
    var decimalComma = false
    /// Whether columns that `export` does not have are ignored.
    var ignoresExtra = false
    /// The sweep of all rows; nil if each row names its own.
    var name: String?
  }

  /// The file's name in messages.
  let place: String

  private let layout: Layout
  private let input: InputFile
  private let reader: DelimitedReader
  private var parser: ExternalRunParser
  private var fields = ExternalRunParser.Fields()
  private let header: RunHeader
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
  }

  /// Number of runs in a batch.
  private static let batch = 8192

  /// Whether it is a file rather than a stream.
  var canBeReadAgain: Bool { input.canBeReadAgain }

  /// Reads the next batch.
  ///
  /// - Returns: an empty batch after the last run.
  /// - Throws: `CommandError` with line and column.
  func nextBatch() throws -> [NamedRun] {
    var batch: [NamedRun] = []
    batch.reserveCapacity(RunFile.batch)
    while batch.count < RunFile.batch, let run = try nextRun() {
      batch.append(NamedRun(run: run, sweep: name))
    }
    return batch
  }

  /// Waits for the end of a stream, so that no process waits for the book meanwhile.
  ///
  /// - Throws: `CommandError`.
  func awaitEnd() throws { try input.awaitEnd() }

  private func nextRun() throws -> ExternalRun? {
    try RunFile.locating(place) {
      guard try reader.next() else { return nil }
      for (column, index) in header.columns { fields[column] = reader.field(index) }
      do {
        let run = try parser.run(fields)
        try nameSweep()
        return run
      } catch let error as ExternalRunError {
        throw refusal(of: error)
      }
    }
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
    guard let index = header.columns.first(where: { $0.column == error.column })?.index else {
      return CommandError(
        "\(place): \(error.column.name): \(printable(error.description))", .badData)
    }
    return refusal(at: index, error.column.name, error.description)
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

/// The columns of a file of runs.
struct RunHeader {
  /// The columns that a run is parsed from.
  private(set) var columns: [(column: ExternalRun.Column, index: Int)] = []
  /// The column that names each row's sweep.
  private(set) var sweep: Int?

  /// Columns of `export` that are assigned anew.
  private static let ignored = ["run_id", "sweep_id"]

  /// Parses the record that a reader stands on.
  ///
  /// - Throws: `CommandError`, `DelimitedError`.
  init(_ reader: DelimitedReader, place: String, _ layout: RunFile.Layout) throws {
    let known = ["sweep"] + ExternalRun.Column.allCases.map(\.name)
    var seen: Set<String> = []
    for index in 0..<reader.fieldCount {
      let name = try reader.text(index)
      func refuse(_ problem: String) -> CommandError {
        let (line, column) = reader.position(of: index)
        let value = printable(name.shortened(to: 80))
        return CommandError(
          "\(place):\(line):\(column): the column '\(value)' \(problem)", .badData)
      }
      let column = ExternalRun.Column.allCases.first { $0.name == name }
      let isKnown = column != nil || name == "sweep" || Self.ignored.contains(name)
      guard isKnown || layout.ignoresExtra else {
        let nearest = nearestName(to: name, among: known + Self.ignored)
        throw refuse(
          "is none of a run. \(nearest.map { "Did you mean '\($0)'? " } ?? "")Known are \(known.joined(separator: ", ")); --ignore-extra leaves others out."
        )
      }
      guard !isKnown || seen.insert(name).inserted else {
        throw refuse("is there twice. Leave one of them out.")
      }
      if let column { columns.append((column, index)) }
      if name == "sweep" { sweep = index }
    }
    let missing = ExternalRun.Column.allCases.filter { $0.isRequired && !seen.contains($0.name) }
    guard missing.isEmpty else {
      let names = missing.map { "'\($0.name)'" }.joined(separator: ", ")
      let plural = missing.count > 1
      throw CommandError(
        "\(place):1:1: the column\(plural ? "s" : "") \(names) \(plural ? "are" : "is") missing. The first line must name the columns, as 'lorabook export' writes them; --delimiter says what is between them.",
        .badData)
    }
    guard sweep != nil || layout.name != nil else {
      throw CommandError(
        "\(place) has no column 'sweep', so the sweep has no name. Give one with --name.", .usage)
    }
  }
}
