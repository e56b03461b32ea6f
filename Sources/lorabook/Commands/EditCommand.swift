import ArgumentParser
import LoRASpectra
import SQLiteStore

struct EditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change a sweep's name, note or tags, or the note on a run.",
    discussion:
      "Example:  lorabook edit latest --note 'before the change' --tag baseline")

  @Argument(
    help: "A sweep: an id, a name, the start of a uuid, or 'latest'.", completion: .sweeps)
  var sweep: String?

  @Option(
    name: .customLong("run"), parsing: .unconditional,
    help: ArgumentHelp(
      "Put the note on this run of a logged or imported sweep instead.", valueName: "id"))
  var runID: String?

  @Option(parsing: .unconditional, help: "What to call it.")
  var name: String?

  @Option(parsing: .unconditional, help: "A note to keep with it, in place of the one it has.")
  var note: String?

  @Option(parsing: .unconditionalSingleValue, help: "A tag to add, or several; may be given again.")
  var tag: [String] = []

  @Option(parsing: .unconditionalSingleValue, help: "A tag to take away; may be given again.")
  var untag: [String] = []

  @OptionGroup var book: BookOptions

  func run() throws {
    let edit = SweepEdit(
      name: name, note: note, tags: ListText.tags(tag), untags: ListText.tags(untag))
    guard !edit.isEmpty else {
      throw CommandError("nothing to change. Give --name, --note, --tag or --untag.", .usage)
    }
    if let runID { return try note(runID, edit) }
    guard let sweep else {
      throw CommandError("no sweep is named. Give its id or its name.", .usage)
    }
    Interruption.watch(mayEndAnywhere: true)
    let book = try book.changing()
    let id = try book.sweepID(sweep)
    try book.edit(id, edit)
    StandardError.write("changed sweep \(id): \(printable(edit.summary))\n")
  }

  private func note(_ run: String, _ edit: SweepEdit) throws {
    guard let id = Int64(run), id > 0 else {
      throw CommandError(
        "--run: '\(printable(run))' is no run's id. Give one as 'lorabook export' lists it.", .usage
      )
    }
    guard sweep == nil, let note = edit.note, edit == SweepEdit(note: note) else {
      throw CommandError("--run goes with --note alone.", .usage)
    }
    Interruption.watch(mayEndAnywhere: true)
    try book.changing().noteRun(id, note)
    StandardError.write("changed run \(id): note\n")
  }
}

extension SweepEdit {
  /// What is changed, in words.
  fileprivate var summary: String {
    [
      name.map { "name '\($0)'" }, note.map { _ in "note" },
      tags.isEmpty ? nil : "tag\(tags.count == 1 ? "" : "s") \(tags.joined(separator: ", "))",
      untags.isEmpty
        ? nil : "no tag\(untags.count == 1 ? "" : "s") \(untags.joined(separator: ", "))",
    ].compactMap(\.self).joined(separator: "; ")
  }
}

extension ListText {
  /// The tags that options name, each one tag or several with commas between them.
  static func tags(_ texts: [String]) -> [String] {
    texts.flatMap(items).filter { !$0.isEmpty }
  }
}
