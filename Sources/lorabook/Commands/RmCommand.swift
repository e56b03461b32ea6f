import ArgumentParser
import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

struct RmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm",
    abstract: "Remove sweeps and what only they used, or single runs measured elsewhere.",
    discussion: """
      An update that another sweep has measured too stays. The room in the file is used again. With --run the \
      sweep stays, and its tables are as if the runs had not been recorded: 'lorabook rm --run 7,12-14'.

      Example:  lorabook rm article --yes
      """,
    aliases: ["delete"])

  @Argument(
    help:
      "Sweeps: ids, names, starts of uuids, or 'latest'; with --run the sweep that the runs are of.",
    completion: .sweeps)
  var sweeps: [String] = []

  @Option(
    name: .customLong("run"), parsing: .unconditional,
    help: ArgumentHelp(
      "Remove these runs of logged or imported sweeps alone: 7 or 7,12-14.", valueName: "ids"))
  var runList: String?

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(help: "Also where a machine that cannot be asked may still record.")
  var force = false

  @OptionGroup var book: BookOptions

  func run() throws {
    guard runList != nil || !sweeps.isEmpty else {
      throw CommandError(
        "rm needs a sweep, or runs of one with --run. 'lorabook ls' lists the sweeps.", .usage)
    }
    let runs = try runList.map(RmCommand.ids)
    Interruption.watch(mayEndAnywhere: true)
    let book = try book.changing()
    var ids: [Int64] = []
    for id in try sweeps.map({ try book.sweepID($0) }) where !ids.contains(id) { ids.append(id) }
    if let runs { return try remove(runs, of: ids, in: book) }
    let named = try ids.map { try description(of: $0, in: book) }
    try ask(named)
    try book.remove(ids, isForced: force)
    for sweep in named { StandardError.write("removed \(sweep)\n") }
  }

  private func remove(_ ids: [Int64], of sweeps: [Int64], in book: Book) throws {
    let runs = try book.elsewhereRuns(ids)
    if let run = runs.first(where: { !sweeps.isEmpty && !sweeps.contains($0.sweepID) }) {
      throw CommandError(
        "run \(run.runID) is of sweep \(run.sweepID) '\(printable(run.sweep))'. Name that, or no sweep.",
        .usage)
    }
    let named = runs.map { "run \($0.runID) of sweep \($0.sweepID) '\(printable($0.sweep))'" }
    try ask(named)
    try book.removeRuns(ids)
    for run in named { StandardError.write("removed \(run)\n") }
  }

  /// The ids of runs in a list such as 7,12-14, each once.
  ///
  /// - Throws: `CommandError` for an invalid list.
  private static func ids(_ text: String) throws -> [Int64] {
    var ids: [Int64] = []
    for item in ListText.items(text) {
      let bounds = item.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        .map { Int64($0) }
      guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last,
        last.subtractingReportingOverflow(first).partialValue < 1_000_000
      else {
        throw CommandError(
          "--run: '\(printable(item))' is no run's id and no range of at most 1000000. Give ids as 'lorabook export' lists them, such as 7 or 7,12-14.",
          .usage)
      }
      ids += first...last
    }
    return Array(Set(ids)).sorted()
  }

  /// Asks the user to confirm the removal.
  ///
  /// - Throws: `CommandError` if the answer is no, or nobody can be asked.
  private func ask(_ named: [String]) throws {
    if yes { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw CommandError("rm asks, and there is no terminal to ask at. Add --yes.", .usage)
    }
    for item in named { StandardError.write("\(item)\n") }
    StandardError.write("Remove \(named.count == 1 ? "it" : "them")? [y/N] ")
    guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
      throw CommandError("nothing was removed.", .failure)
    }
  }

  private func description(of id: Int64, in book: Book) throws -> String {
    let sweep = try book.sweep(id)
    guard let row = sweep.rows.first else { return "\(id)" }
    let name = printable(sweep.value("name", in: row).text ?? "")
    return "sweep \(id) '\(name)', \(sweep.value("recorded_runs", in: row).integer ?? 0) runs"
  }
}
