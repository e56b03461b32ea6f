import Foundation
import Testing

@Suite("Every command's help")
struct HelpTests {
  @Test("has an example that works as it stands")
  func examples() throws {
    let commands = try CommandDump.commands()
    #expect(commands.count >= 11)
    for command in commands {
      let example = try #require(command.example, "\(command.commandName) has no Example:")
      #expect(example.hasPrefix("lorabook \(command.commandName)"), "\(example)")
      let scratch = try Scratch.forExamples()
      let result = try scratch.bash(example)
      #expect(result.status == 0, "\(example): \(result.errors)")
      // The page shows the example as it is typed.
      let page = try scratch.lorabook(command.commandName, "--help").output
      for line in example.split(separator: "\n") { #expect(page.contains(line), "\(line)") }
    }
  }

  @Test("fits 80 columns")
  func width() throws {
    let scratch = try Scratch()
    for name in [""] + (try CommandDump.commands().map(\.commandName)) {
      let page = try scratch.bash("lorabook \(name) --help")
      #expect(page.status == 0)
      for line in page.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
  }

  /// Values that a shell cannot complete.
  static let free: Set<String> = [
    "name", "seeds", "shapes", "profiles", "ranks", "alphas", "rules", "noise", "tag", "untag",
    "note",
    "jobs", "limit", "level", "wait", "seed", "shape", "profile", "rank", "alpha", "rule", "error",
    "truncation-error", "variance-captured", "scale", "delimiter", "param", "where", "sql",
    "tolerance", "metric", "info", "step", "metrics", "params", "map", "set", "stream",
    "run", "shard", "sweep or --key value", "as", "ignore",
    "optimizer", "optimizers", "learning-rates", "inits", "schedules", "warmup", "batches", "steps",
    "samples", "inputs", "lr-ratio", "momentum", "beta1", "beta2", "eps", "weight-decay", "record",
    "divergence", "init-seed", "data-seed", "include", "exclude", "energy", "budget", "least",
    "most", "module", "effect",
  ]

  @Test("says of every argument what it is, and every one that a shell can complete it completes")
  func arguments() throws {
    for command in try CommandDump.commands() {
      for argument in command.arguments ?? [] where argument.shouldDisplay {
        let name = argument.names?.first { $0.kind == "long" }?.name ?? argument.valueName ?? ""
        #expect(argument.abstract?.isEmpty == false, "\(command.commandName) \(name)")
        if argument.kind == "flag" { continue }
        let isCompleted = argument.completionKind?.isEmpty == false
        #expect(
          isCompleted || Self.free.contains(name),
          "\(command.commandName) \(name) has no completion")
        if argument.kind == "positional", ["sweep", "sweeps"].contains(name) {
          #expect(
            argument.completionKind?.keys.contains("custom") == true, "\(command.commandName)")
        }
      }
    }
  }
}

@Suite("A mistyped word")
struct MistypedTests {
  @Test(
    "gets the one that was meant",
    arguments: [
      ("swep", 64, "Did you mean 'sweep'?"), ("comp 1", 64, "Did you mean 'compare'?"),
      ("shwo latest", 64, "Did you mean 'show'?"), ("help exprot", 64, "Did you mean 'export'?"),
      ("sweep --sedes 3", 64, "Did you mean '--seeds'?"),
      ("ls --format tabel", 64, "Did you mean 'table'?"),
      ("compare 1 --metric eror", 64, "Did you mean 'error'?"),
      ("compare 1 --by ruel", 64, "Did you mean 'rule'?"),
      ("export --table run", 64, "Did you mean 'runs'?"),
      ("show artcle", 66, "Did you mean 'article'?"),
      ("sweep artcle", 66, "Did you mean 'article'?"),
      ("query best-seting", 66, "Did you mean 'best-setting'?"),
      ("sql 'SELECT eror FROM runs'", 64, "did you mean 'error'?"),
      ("sql 'SELECT r.rnak FROM runs AS r'", 64, "did you mean 'rank'?"),
      ("sql 'SELECT 1 FROM rnus'", 64, "did you mean 'runs'?"),
      ("sql 'SELECT medain(error) FROM runs'", 64, "did you mean 'median'?"),
      ("ls --where 'statsu = 1'", 64, "did you mean 'status'?"),
      ("export --where 'zzzzzz = 1'", 64, "there are run_id, sweep_id, sweep, seed"),
    ])
  func suggestions(line: String, status: Int32, suggestion: String) throws {
    let scratch = try Scratch()
    _ = try scratch.lorabook("sweep", "--quiet", "--ranks", "2")
    let result = try scratch.bash("lorabook \(line)")
    #expect(result.status == status)
    #expect(result.errors.hasPrefix("lorabook: "), "\(result.errors)")
    #expect(result.errors.contains(suggestion), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test(
    "that is near to nothing gets no suggestion",
    arguments: ["zzzz", "ls --foo", "ls --format xyzzy"])
  func nothingNear(line: String) throws {
    let result = try Scratch().bash("lorabook \(line)")
    #expect(result.status == 64)
    #expect(!result.errors.contains("Did you mean"), "\(result.errors)")
  }

  @Test("commands no terminal")
  func controlCharacters() throws {
    let result = try Scratch().bash("lorabook $'a\\e[31mb'; lorabook ls --format $'\\e[31m'")
    #expect(!result.errors.contains("\u{1b}"))
    #expect(result.errors.contains("\\u{1b}"))
  }
}
