import Foundation
import Testing

@Suite("Every command in a pipe, and without one of its streams")
struct StreamTests {
  /// A way to run an example with changed streams, and the statuses allowed.
  private struct Setting {
    var name: String
    /// A line of bash that exits with the example's status.
    var line: (_ example: String) -> String
    var statuses: Set<Int32>
  }

  @Test("behaves")
  func behaves() throws {
    let settings = [
      Setting(
        name: "| head -c 1", line: { "\($0) | head -c 1 >/dev/null; exit ${PIPESTATUS[0]}" },
        statuses: [0]),
      Setting(name: "| true", line: { "\($0) | true; exit ${PIPESTATUS[0]}" }, statuses: [0]),
      Setting(name: "| cat", line: { "\($0) | cat; exit ${PIPESTATUS[0]}" }, statuses: [0]),
      Setting(name: "<&-", line: { "\($0) <&-" }, statuses: [0]),
      Setting(name: "< folder", line: { "\($0) </" }, statuses: [0]),
      Setting(name: "2>&-", line: { "\($0) 2>&-" }, statuses: [0]),
      Setting(name: ">&-", line: { "\($0) >&-" }, statuses: [0, 74]),
      Setting(name: ">/dev/full", line: { "\($0) >/dev/full" }, statuses: [0, 74]),
      Setting(name: "all closed", line: { "\($0) <&- >&- 2>&-" }, statuses: [0, 74]),
    ]
    for command in try CommandDump.commands() {
      let example = try #require(command.example)
      // Each line runs in a copy of the same folder.
      let scratch = try Scratch.forExamples()
      let before = try scratch.files()
      func run(_ line: String) throws -> Scratch.Result {
        try scratch.bash(
          "rm -rf copy && mkdir copy && find . -mindepth 1 -maxdepth 1 ! -name copy -exec cp -r {} copy/ \\; && cd copy || exit 99; \(line)"
        )
      }
      let plain = try run(example)
      for setting in settings {
        let what = "\(command.commandName) \(setting.name)"
        let result = try run(setting.line(example))
        #expect(
          setting.statuses.contains(result.status), "\(what): \(result.status) \(result.errors)")
        if setting.statuses.contains(74) {
          // Failed output is no success, and a command without output does not fail.
          #expect((result.status == 74) == !plain.output.isEmpty, "\(what): \(result.status)")
        } else {
          #expect(result.errors == "" || result.errors == plain.errors, "\(what): \(result.errors)")
        }
        // Nothing was written where a stream had been, and no book was opened there and filled with
        // messages.
        let files = try FileManager.default.contentsOfDirectory(
          atPath: scratch.folder.path + "/copy")
        let expected = Set(before + Self.outputs(of: example))
        #expect(Set(files).isSubset(of: expected), "\(what): \(files)")
        for file in before where file.hasSuffix(".db") {
          #expect(
            try scratch.sqlite("PRAGMA integrity_check", book: "copy/" + file) == "ok", "\(what)")
        }
      }
    }
  }

  /// The files that an example writes by its own options.
  private static func outputs(of example: String) -> [String] {
    example.matches(of: /[\w.-]+\.\w+/).map { String($0.output) }
  }

  @Test(
    "help and version say where they cannot be printed",
    arguments: ["--help", "--version", "ls --help"])
  func fullDisk(arguments: String) throws {
    let scratch = try Scratch()
    #expect(try scratch.bash("lorabook \(arguments) >/dev/full").status == 74)
    #expect(try scratch.bash("lorabook \(arguments) | true; exit ${PIPESTATUS[0]}").status == 0)
  }

  @Test("what is read from a standard input that is not there is refused")
  func noInput() throws {
    let scratch = try Scratch.forExamples()
    for line in [
      "lorabook sql - <&-", "lorabook sql - </", "lorabook import - --name x <&-",
      "lorabook import - --name x </",
    ] {
      let result = try scratch.bash(line)
      #expect([66, 74].contains(result.status), "\(line): \(result.status)")
      #expect(result.errors.hasPrefix("lorabook: cannot read"), "\(result.errors)")
    }
    #expect(try scratch.bash("lorabook rm 1 <&-").status == 64)
  }

  @Test(
    "that there are no rows is said, and not among the rows",
    arguments: ["table", "csv", "tsv", "json", "jsonl", "markdown"])
  func empty(format: String) throws {
    let scratch = try Scratch.forExamples()
    for line in [
      "ls --where 0", "sql 'SELECT * FROM runs WHERE 0'", "query outliers --param deviations=1e9",
      "export --where 0",
    ] {
      let result = try scratch.bash("lorabook \(line) --format \(format)")
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains(#/lorabook: (?:there is )?no /#), "\(line): \(result.errors)")
      #expect(!result.output.contains("lorabook:"))
    }
  }
}
