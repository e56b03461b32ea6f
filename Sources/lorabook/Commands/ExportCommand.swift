import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

extension Book.Export: ExpressibleByArgument {}

struct ExportCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write runs, or another of the public views, as CSV, TSV or JSON.",
    discussion: """
      Without a sweep it writes all of them. A number is the shortest text that reads back to the same \
      double; one that diverged is 'nan', 'inf' or '-inf', one that was not recorded is empty.

      Example:  lorabook export latest --where "rank <= 8" -o runs.csv
      """)

  @Argument(
    help: "Sweeps: ids, names, starts of uuids, or 'latest'. (default: all)",
    completion: .sweeps)
  var sweeps: [String] = []

  @Option(help: "Which of the public views.")
  var table: Book.Export = .runs

  @Flag(help: "Give each metric or parameter a column. (--table metrics or params)")
  var wide = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Write only the rows for which this SQL holds.", valueName: "expression"))
  var `where`: String?

  @OptionGroup var modules: ModuleOption

  @OptionGroup var output: RowOptions

  @OptionGroup var book: BookOptions

  var defaultFormat: OutputFormat { .csv }

  func run() throws {
    guard !wide || table == .metrics || table == .params else {
      throw CommandError(
        "--wide goes with --table metrics or --table params. 'runs' has their columns already.",
        .usage)
    }
    Interruption.watch(mayEndAnywhere: true)
    let book = try book.reading()
    let ids = try sweeps.isEmpty ? book.sweepIDs() : book.namedOnce(sweeps)
    let modules = try modules.selection(book, ofSweeps: ids)
    let moduleColumn = table == .modules ? "module" : "profile"
    guard modules == nil || [.runs, .spectra, .modules].contains(table) else {
      throw CommandError(
        "--module goes with --table runs, spectra or modules. '\(table.rawValue)' has no modules; leave it out.",
        .usage)
    }
    var place: Int?
    let writer = try output.writer(
      output.format(unless: defaultFormat), layout: Terminal.layout())
    let line = ProgressLine(total: nil, unit: "rows", isQuiet: !StandardOutput.isFile)
    defer { line.clear() }
    var count = 0
    func written() {
      count += 1
      line.show(count)
    }
    let session = try ReadOnlySession(book, shouldStop: { Interruption.isAsked })
    func begin(_ columns: [String]) throws {
      place = columns.firstIndex(of: moduleColumn)
      try writer.begin(columns)
    }
    func write(_ row: [Value]) throws {
      if let modules, let place, !modules.takes(row[place].text ?? "") { return }
      try writer.write(row)
      written()
    }
    let columns = table == .runs ? try session.userColumns(sweeps: ids) : UserColumns()
    if wide {
      try session.exportWide(
        table, sweeps: ids, where: `where`, begin: writer.begin, body: write)
    } else if !columns.isEmpty {
      try session.exportNamedRuns(
        columns, sweeps: ids, where: `where`, begin: begin, body: write)
    } else if table == .runs, `where` == nil, modules == nil,
      let writer = writer as? any PiecewiseRowWriter
    {
      try session.exportRuns(sweeps: ids, begin: writer.begin, render: writer.rendered) { run in
        try writer.write(run.runID, run.sweep, run.seed, run.settings, run.measurements)
        written()
      }
    } else {
      try session.export(
        table, sweeps: ids, where: `where`, begin: begin,
        body: { try write($0.row) })
    }
    try writer.end()
    line.clear()
    if count == 0 { StandardError.write("lorabook: no rows.\n") }
  }
}
