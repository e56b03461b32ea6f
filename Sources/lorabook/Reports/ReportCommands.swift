import LoRASpectra
import Rendering
import SQLiteStore

/// The commands that a report offers its reader, quoted for a shell.
struct ReportCommands {
  /// The book's path.
  let path: String
  /// The modules of measured sweeps that the page shows; nil for all.
  var modules: ModuleSelection?

  /// The commands that repeat a sweep and query it.
  func blocks(of sweep: SweepFacts) -> [ReportPage.Block] {
    var blocks: [ReportPage.Block] = []
    let isMeasured = sweep.source == "measure"
    if isMeasured {
      blocks += [
        .command(
          sweep.text("command") ?? "lorabook measure", does: "The command that recorded it:"),
        .command(
          line("verify", sweep),
          does:
            "Whether it comes out the same here: a module is measured again where its files are there."
        ),
        .command(
          "\(line("advise", sweep)) --format peft -o lora.json",
          does: "Ranks and α for PEFT's LoraConfig:"),
      ]
    } else if let spec = sweep.spec {
      blocks += [
        .command(
          sweep.text("command") ?? "lorabook sweep", does: "The command that recorded it:"),
        .command(spec, does: "Its whole grid, to be saved as sweep.yaml:"),
        .command(
          line("verify", sweep),
          does:
            "Whether it comes out the same here: every update is drawn and \(sweep.source == "train" ? "trained" : "measured") again."
        ),
        .command(
          "lorabook \(sweep.source) sweep.yaml --db again.db",
          does:
            "The same grid in a book of its own. Any machine draws the same updates bit for bit; singular values, and what is measured with them, agree to rounding between builds of BLAS."
        ),
      ]
    } else {
      blocks.append(
        .paragraph(
          "It was measured elsewhere, so lorabook cannot measure it again. What is recorded can go into another book:"
        ))
      blocks.append(
        .command(
          "\(line("export", sweep)) -o runs.csv\nlorabook import runs.csv --db again.db",
          does: "Its runs as CSV, and into a book of their own:"))
    }
    let query =
      isMeasured
      ? "rank-by-depth" : sweep.source == "train" ? "best-learning-rate" : "error-parts"
    blocks += [
      .command(
        [
          line("show", sweep), line("compare", sweep),
          "lorabook query \(query) --param sweep=\(sweep.sweepID)\(isMeasured ? module : "")\(book)",
        ].joined(separator: "\n"),
        does: "What this page says, in a terminal; with --format csv for programs:"),
      .command(
        "\(line("export", sweep)) --excel -o runs.csv",
        does:
          "Every run for a spreadsheet, with --decimal-comma where numbers are written with a comma:"
      ),
      .question("--param sweep=\(sweep.sweepID)\(book)"),
    ]
    return blocks
  }

  func compare(_ sweeps: [SweepFacts], metric: Metric = .error) -> String {
    "lorabook compare \(sweeps.map(reference).joined(separator: " "))\(book)\(option(metric))\(module) --format csv"
  }

  /// The option for a metric that is not the default.
  private func option(_ metric: Metric) -> String {
    metric.name == Metric.error.name ? "" : " --metric=\(Host.shellQuoted(metric.name))"
  }

  func cells(_ sweep: SweepFacts) -> String { "\(line("show", sweep)) --format csv" }

  /// The command that draws a part of a picture of one sweep, or of two compared; nil for more
  /// sweeps, and if a value cannot be typed.
  func plot(
    _ sweeps: [SweepFacts], _ kind: PictureKind, _ part: FigureSelection, metric: Metric = .error
  ) -> String? {
    let options = CellSetting.allCases.flatMap { setting in
      (part.values[setting] ?? []).map { (setting.rawValue, $0) }
    }
    guard sweeps.count <= 2, options.allSatisfy({ printable($0.1) == $0.1 }) else { return nil }
    let names = sweeps.map(reference).joined(separator: " ")
    let selection = options.map { name, value in
      " --\(name)\(value.hasPrefix("-") ? "=" : " ")\(Host.shellQuoted(value))"
    }
    return
      "lorabook plot \(names)\(book) --kind \(kind.rawValue)\(option(metric))\(kind == .compare || kind.isOfModules ? module : "")\(selection.joined())"
  }

  private func line(_ command: String, _ sweep: SweepFacts) -> String {
    "lorabook \(command) \(reference(sweep))\(book)\(command == "verify" ? "" : module)"
  }

  /// The option that selects the page's modules.
  private var module: String { modules.map { " --module=\(Host.shellQuoted($0.text))" } ?? "" }

  /// The sweep's name, or its id if the name cannot be typed.
  private func reference(_ sweep: SweepFacts) -> String {
    let name = sweep.name
    return name.hasPrefix("-") || printable(name) != name
      ? String(sweep.sweepID) : Host.shellQuoted(name)
  }

  /// The option for the book, unless it is the default one.
  private var book: String {
    path == "lorabook.db" ? "" : " --db \(Host.shellQuoted(path))"
  }
}
