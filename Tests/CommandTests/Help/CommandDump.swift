import Foundation

/// The program's own description of its commands, so that tests of all commands cover a new one.
struct CommandDump: Decodable {
  struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }

    var kind: String
    var valueName: String?
    var names: [Name]?
    var abstract: String?
    var completionKind: [String: CompletionDetail]?
    var shouldDisplay: Bool
  }

  /// Only the presence and the kind of a completion matter.
  struct CompletionDetail: Decodable {
    init(from decoder: any Decoder) throws {}
  }

  struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var arguments: [Argument]?
    var subcommands: [Command]?

    /// The command line after `Example:`, with continuation lines joined; nil if there is none.
    var example: String? {
      guard let discussion, let start = discussion.range(of: "Example:  ") else { return nil }
      return String(discussion[start.upperBound...])
    }
  }

  var command: Command

  /// The visible commands.
  static func commands() throws -> [Command] {
    let dump = try Scratch().lorabook("--experimental-dump-help").output
    let root = try JSONDecoder().decode(CommandDump.self, from: Data(dump.utf8)).command
    return (root.subcommands ?? []).filter { $0.commandName != "help" }
  }
}

extension Scratch {
  /// A folder with the files that the examples of the help pages assume: a book with the article's
  /// sweep and another of the same grid, a second book, and a file of runs.
  static func forExamples() throws -> Scratch {
    let scratch = try Scratch()
    let made = try scratch.bash(
      """
      lorabook sweep --quiet && lorabook sweep --quiet --name second --seeds 43-45 &&
      lorabook sweep --quiet --db other.db && lorabook export 1 > runs.csv &&
      cp -r '\(Scratch.project.path)/Tests/Fixtures/weights/adapters/plain' my-adapter
      """)
    guard made.status == 0 else { throw CocoaError(.fileNoSuchFile) }
    return scratch
  }
}
