import Foundation
import Testing

/// Holds `docs/`, the README and the help pages to the program.
@Suite("The documentation")
struct ManualTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Scratch.project.appending(path: path), encoding: .utf8)
  }

  /// The section of a document under a heading, up to the next heading of the same level or above.
  private func section(_ heading: String, of document: String) throws -> String {
    let lines = try text(document).split(separator: "\n", omittingEmptySubsequences: false)
    let level = heading.prefix { $0 == "#" }.count
    let start = try #require(lines.firstIndex(of: Substring(heading)), "\(heading) in \(document)")
    let rest = lines[(start + 1)...]
    let end = rest.firstIndex {
      let marks = $0.prefix { $0 == "#" }.count
      return marks > 0 && marks <= level && $0.dropFirst(marks).first == " "
    }
    return rest[..<(end ?? rest.endIndex)].joined(separator: "\n")
  }

  @Test("names every view, and every column of it with what it is")
  func views() throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    for view in [
      "runs", "sweeps", "spectra", "trainings", "curves", "metrics", "params", "modules",
      "executions", "logged_runs",
    ] {
      let section = try section("### \(view)", of: "docs/book.md")
      let columns = try scratch.sqlite("SELECT name FROM pragma_table_info('\(view)')")
      #expect(columns.split(separator: "\n").count >= 6)
      for column in columns.split(separator: "\n") {
        #expect(section.contains("`\(column)`"), "\(view).\(column) in docs/book.md")
      }
    }
  }

  @Test("names every table, and every column of it")
  func tables() throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    let section = try section("## The tables", of: "docs/book.md")
    let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let tables = try scratch.sqlite(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).split(separator: "\n")
    #expect(tables.count >= 14)
    let documented = Set(rows.compactMap { $0.split(separator: "`").dropFirst().first })
    #expect(documented == Set(tables))
    for table in tables where table != "sweep" && table != "spectrum_block" {
      let row = try #require(rows.first { $0.hasPrefix("| `\(table)` ") })
      let columns = try scratch.sqlite("SELECT name FROM pragma_table_xinfo('\(table)')")
      for column in columns.split(separator: "\n") {
        // A column may be named in its row's text, as `draw_id` in "a draw (`draw_id`)".
        #expect(row.contains("`\(column)`"), "\(table).\(column) in docs/book.md")
      }
    }
  }

  @Test("is not behind the .sql files it is made from")
  func madePages() throws {
    let check = try scratch.bash("python3 '\(Scratch.project.path)/docs/make.py' --check")
    #expect(check.status == 0, "\(check.errors)")
  }

  @Test("has each named query in the tour and on the page of queries")
  func queries() throws {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: Scratch.project.appending(path: "queries").path
    ).filter { $0.hasSuffix(".sql") }.map { String($0.dropLast(4)) }
    #expect(names.count >= 12)
    let (tour, page) = try (text("docs/tour.md"), text("docs/queries.md"))
    for name in names {
      #expect(tour.contains("| `\(name)` |"), "\(name)")
      #expect(page.contains("## \(name)\n"), "\(name)")
    }
  }

  /// A command in the output of `--experimental-dump-help`.
  private struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  private struct Argument: Decodable {
    var abstract: String?
    var shouldDisplay: Bool
    var valueName: String?
  }

  private struct Dump: Decodable { var command: Command }

  @Test("describes every command and each of its options, and the README names every command")
  func commands() throws {
    let dump = try scratch.lorabook("--experimental-dump-help")
    let root = try JSONDecoder().decode(Dump.self, from: Data(dump.output.utf8)).command
    let readme = try text("README.md")
    let commands = (root.subcommands ?? []).filter { $0.commandName != "help" }
    #expect(commands.count >= 12)
    for command in commands {
      #expect(command.abstract?.hasSuffix(".") == true, "\(command.commandName)")
      #expect(readme.contains("lorabook \(command.commandName)"), "\(command.commandName)")
      for argument in command.arguments ?? [] where argument.shouldDisplay {
        let name = "\(command.commandName) \(argument.valueName ?? "")"
        #expect((argument.abstract ?? "").count > 5, "\(name)")
      }
    }
  }

  @Test("links to no file that is not there")
  func links() throws {
    let pages = try FileManager.default.subpathsOfDirectory(
      atPath: Scratch.project.appending(path: "docs").path
    ).filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }
    for page in pages + ["README.md"] {
      for match in try text(page).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
        let target = Scratch.project.appending(path: page).deletingLastPathComponent()
          .appending(path: String(match.1))
        #expect(
          FileManager.default.fileExists(atPath: target.standardizedFileURL.path),
          "\(page): \(match.1)")
      }
    }
  }

  @Test("names in its recipes no file that is not there")
  func recipes() throws {
    let page = try text("docs/recipes.md")
    let names = page.matches(of: /`((?:Sources|Tests|queries|migrations)\/[^`]*)`/).map { $0.1 }
    #expect(names.count >= 12)
    for name in names where !name.contains("NAME") && !name.contains("N") || name.hasSuffix(".sh") {
      #expect(
        FileManager.default.fileExists(
          atPath: Scratch.project.appending(path: String(name)).path), "\(name)")
    }
  }
}
