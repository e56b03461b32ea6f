import ArgumentParser
import LoRASpectra
import SQLiteStore

struct EditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change a sweep's name, note or tags.",
    discussion:
      "Example:  lorabook edit latest --note 'before the change' --tag baseline")

  @Argument(
    help: "A sweep: an id, a name, the start of a uuid, or 'latest'.", completion: .sweeps)
  var sweep: String

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
    func items(_ texts: [String]) -> [String] {
      texts.flatMap(ListText.items).filter { !$0.isEmpty }
    }
    let edit = SweepEdit(name: name, note: note, tags: items(tag), untags: items(untag))
    guard !edit.isEmpty else {
      throw CommandError("nothing to change. Give --name, --note, --tag or --untag.", .usage)
    }
    Interruption.watch(mayEndAnywhere: true)
    let book = try book.changing()
    try book.edit(book.sweepID(sweep), edit)
  }
}
