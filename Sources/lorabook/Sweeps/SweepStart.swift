import LoRASpectra
import SQLiteStore
import SpecFiles

/// How a command takes up a sweep: as a new one, or as a shard of one whose uuid follows from what is
/// computed, and which may have been begun.
struct SweepStart {
  private let book: Book
  private let part: Shard?
  private let uuid: String
  /// The sweep in the book; nil if it is new.
  let begun: Int64?

  /// - Parameter source: the command.
  /// - Throws: errors of the book.
  init(
    _ book: Book, shard part: Shard?, source: String, of spec: some GridSpec, _ profiles: [Profile]
  )
    throws
  {
    self.book = book
    self.part = part
    uuid =
      try part == nil
      ? Host.uuid
      : SweepIdentity.uuid(source: source, canonical: SpecText.canonical(spec), profiles: profiles)
    begun = try part.flatMap { [uuid] _ in try book.sweepID(uuid: uuid) }
  }

  /// Says so if the book has all items of the shard.
  func isWhole(_ items: Range<Int>) throws -> Bool {
    guard let part, let begun,
      try book.recordedItems(of: begun).missing(from: items).isEmpty
    else { return false }
    StandardError.write("lorabook: shard \(part.description) is whole; there is nothing to do.\n")
    return true
  }

  /// The new sweep.
  ///
  /// - Parameter nameIsAsked: whether the user gave the name.
  func new(_ name: String, nameIsAsked: Bool, _ provenance: Provenance) -> NewSweep {
    NewSweep(
      uuid: uuid, executionUUID: part == nil ? nil : Host.uuid, shard: part, name: name,
      nameIsAsked: nameIsAsked, startedAt: Host.now, provenance: provenance)
  }
}
