import ArgumentParser
import Glibc
import LoRASpectra
import Rendering

/// Reports the error that ended a command, with a suggestion for a mistyped word.
enum ErrorReporter {
  /// Refuses a first word that is no command.
  ///
  /// - Throws: `CommandError` with the nearest command.
  static func checkCommand(_ arguments: ArraySlice<String>) throws {
    var words = arguments[...]
    if words.first == "help" { words = words.dropFirst() }
    guard let word = words.first, !word.hasPrefix("-") else { return }
    let known =
      Lorabook.configuration.subcommands.flatMap { [$0._commandName] + $0.configuration.aliases }
      + ["help"]
    guard !known.contains(word) else { return }
    let begun = known.filter { $0.hasPrefix(word) }
    let meant = begun.count == 1 ? begun.first : nearestName(to: word, among: known)
    throw CommandError(
      "there is no command '\(word.shortened(to: 80))'. "
        + (meant.map { "Did you mean '\($0)'? " } ?? "") + "'lorabook --help' lists the commands.",
      .usage)
  }

  /// The options whose value is a list.
  private static let lists: Set<String> = [
    "--seeds", "--shapes", "--profiles", "--ranks", "--alphas", "--rules", "--noise",
    "--optimizers", "--learning-rates", "--inits", "--schedules", "--batches", "--map",
    "--metrics", "--params", "--set", "--run",
  ]

  /// Refuses a list option that is given twice: the second would replace the first.
  ///
  /// - Throws: `CommandError` that names the option.
  static func checkLists(_ arguments: [String]) throws {
    // Selections are lists that are united.
    guard ["sweep", "train", "import", "log", "rm"].contains(arguments.first ?? "") else { return }
    var given: Set<String> = []
    for word in arguments.prefix(while: { $0 != "--" }) {
      let option = String(word.prefix { $0 != "=" })
      guard lists.contains(option), !given.insert(option).inserted else { continue }
      throw CommandError(
        "\(option) is given twice, and the second would replace the first. Give one list, such as \(option) \(option == "--seeds" ? "0-99,200" : "A,B").",
        .usage)
    }
  }

  /// Prints an error on standard error, or the requested text, such as a help page.
  ///
  /// - Returns: the exit status.
  static func tell(_ error: any Error) -> Int32 {
    if let failure = CommandError(error) {
      tell(failure.message)
      if let command = failure.command { StandardError.write("  \(printable(command))\n") }
      return failure.status.rawValue
    }
    let code = Lorabook.exitCode(for: error)
    let text = Lorabook.fullMessage(for: error)
    guard code == .success else {
      let message = Lorabook.message(for: error)
      let known = text.hasPrefix(Lorabook._errorPrefix + message)
      tell(
        known
          ? suggesting(message) + text.dropFirst(Lorabook._errorPrefix.count + message.count)
          : text)
      return code.rawValue
    }
    do {
      let page = foldingUsage(text, to: Terminal.width(of: STDOUT_FILENO) ?? 80)
      try StandardOutput.write(page.hasSuffix("\n") ? page : page + "\n")
      return 0
    } catch is ClosedPipe {
      return 0
    } catch {
      let failure = CommandError(error)
      tell(failure?.message ?? "\(error)")
      return (failure?.status ?? .failure).rawValue
    }
  }

  private static func tell(_ message: String) {
    let prefix = Lorabook._errorPrefix
    var message = message
    // The argument parser begins its own messages with a capital.
    if let first = message.first, message.dropFirst().first?.isLowercase == true {
      message.replaceSubrange(...message.startIndex, with: first.lowercased())
    }
    message = foldingUsage(message, to: Terminal.width(of: STDERR_FILENO) ?? 80)
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    StandardError.write(
      (Terminal.hasColour(STDERR_FILENO) ? TextStyle.red(prefix) : prefix)
        + lines.map { printable(String($0)) }.joined(separator: "\n") + "\n")
  }

  /// A text whose usage line is folded between its arguments; the argument parser folds all other
  /// lines.
  private static func foldingUsage(_ text: String, to width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let head = ["Usage: ", "USAGE: "].first(where: line.hasPrefix) else {
        return String(line)
      }
      // An option stays on one line with its value.
      let held = String(line).replacing(" <", with: "\u{a0}<").replacing(" ...", with: "\u{a0}...")
      return folded(held, to: max(40, width), indent: head.count).joined(separator: "\n")
        .replacing("\u{a0}", with: " ")
    }.joined(separator: "\n")
  }

  /// The argument parser's message with the nearest valid value, if there are few values, and
  /// without a suggested option that is not near.
  private static func suggesting(_ message: String) -> String {
    if let match = message.firstMatch(
      of: /(?s)^The value '(.*)' is invalid for '.*'\. (?=Please provide one of)/)
    {
      let listed = message[match.range.upperBound...]
        .matches(of: /(?:'([^'\n]+)'|^ *- (\S+)$)/.anchorsMatchLineEndings())
        .compactMap { $0.output.1 ?? $0.output.2 }.map(String.init)
      guard let nearest = nearestName(to: String(match.output.1), among: listed) else {
        return message
      }
      var result = message
      result.insert(contentsOf: "Did you mean '\(nearest)'? ", at: match.range.upperBound)
      return result
    }
    if let match = message.wholeMatch(
      of: /(?s)(Unknown option '-*(.*)')\. Did you mean '-*(.*)'\?/),
      nearestName(to: String(match.output.2), among: [String(match.output.3)]) == nil
    {
      return String(match.output.1)
    }
    return message
  }
}
