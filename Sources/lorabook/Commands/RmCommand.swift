import ArgumentParser
import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

struct RmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm",
    abstract: "Remove sweeps and what only they used.",
    discussion: """
      An update that another sweep has measured too stays. The room in the file is used again.

      Example:  lorabook rm article --yes
      """)

  @Argument(
    help: "Sweeps: ids, names, starts of uuids, or 'latest'.", completion: .sweeps)
  var sweeps: [String]

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(help: "Also where a machine that cannot be asked may still record.")
  var force = false

  @OptionGroup var book: BookOptions

  func run() throws {
    Interruption.watch(mayEndAnywhere: true)
    let book = try book.changing()
    var ids: [Int64] = []
    for id in try sweeps.map({ try book.sweepID($0) }) where !ids.contains(id) { ids.append(id) }
    let named = try ids.map { try description(of: $0, in: book) }
    if !yes {
      guard isatty(STDIN_FILENO) == 1 else {
        throw CommandError("rm asks, and there is no terminal to ask at. Add --yes.", .usage)
      }
      for sweep in named { StandardError.write("\(sweep)\n") }
      StandardError.write("Remove \(ids.count == 1 ? "it" : "them")? [y/N] ")
      guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
        throw CommandError("nothing was removed.", .failure)
      }
    }
    try book.remove(ids, isForced: force)
    for sweep in named { StandardError.write("removed \(sweep)\n") }
  }

  private func description(of id: Int64, in book: Book) throws -> String {
    let sweep = try book.sweep(id)
    guard let row = sweep.rows.first else { return "\(id)" }
    let name = printable(sweep.value("name", in: row).text ?? "")
    return "sweep \(id) '\(name)', \(sweep.value("recorded_runs", in: row).integer ?? 0) runs"
  }
}
