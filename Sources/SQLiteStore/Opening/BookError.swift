/// An error of a book, or of a request to it.
package enum BookError: Error, Equatable {
  /// There is no file at the path.
  case missing(path: String)
  /// The file, or one beside it, cannot be created; `reason` is the system's message.
  case cannotCreate(path: String, reason: String)
  /// The file has several names (hard links), each of which would get a write-ahead log of its own.
  case hardLinked(path: String, names: UInt64)
  /// A copy of the book cannot be put on the disk; `reason` is the system's word.
  case cannotWrite(path: String, reason: String)
  /// The book's contents are not what any lorabook writes.
  case damaged(path: String, what: String)
  /// The file is not a book: not a SQLite file, or another program's.
  case notABook(path: String, reason: String)
  /// The book was written by a newer lorabook.
  case newer(path: String, version: Int64, known: Int)
  /// The book was written by an older lorabook and is opened for reading alone.
  case older(path: String, version: Int64, known: Int)
  /// A migration applied to the book differs from this program's.
  case migrationDiffers(path: String, version: Int64, name: String)
  /// A migration cannot be applied to the book's contents.
  case migrationFails(path: String, version: Int64, name: String, reason: String)
  /// Others wrote all the time, so that no copy matched the book's state.
  case neverStill(path: String)
  /// There is a file already where a copy of the book should be.
  case copyExists(path: String)
  /// The book has a foreign object that would act when lorabook reads or writes.
  case foreignObject(path: String, type: String, name: String)
  /// A table, view or index of the book is missing or differs from lorabook's.
  case changedObject(path: String, type: String, name: String)
  /// A sweep with that name is in the book.
  case nameTaken(String)
  /// The sweep with that name was computed, and takes no runs measured elsewhere.
  case computedSweep(String)
  /// An unusable name, such as an empty one or one that could be taken for an id or `latest`.
  case unusableName(String, reason: String)
  /// No sweep matches the reference; `nearest` is a name that may have been meant.
  case noSuchSweep(String, nearest: String?)
  /// Several uuids have this start.
  case ambiguousSweep(String, uuids: [String])
  /// An update to be recorded is in the sweep already.
  case recordedAlready(sweep: String, seed: UInt32)
  /// There are no ids left for new records.
  case full
  /// A process records the sweep.
  case beingRecorded(String, process: Int?, host: String)
  /// The sweep is recorded as running on a machine that cannot be asked.
  case recordedElsewhere(String, host: String)
  /// Another process finished, resumed or removed the sweep meanwhile.
  case takenOver(String)
  /// The recorded sweep does not match its spec.
  case unlikeItsSpec(String, reason: String)
  /// The files of the sweep's modules are others than those it has measured.
  case filesChanged(String, reason: String)
  /// Computing the sweep needs more memory than a worker may use.
  case tooLargeHere(String, reason: String)
  /// The sweep has more settings than tables and pictures show.
  case tooManySettings(String, settings: Int64, limit: Int)
  /// No run has this id.
  case noSuchRun(Int64)
  /// The run belongs to a computed sweep, whose runs are those of its grid.
  case computedRun(Int64, sweep: String)
  /// The sweep does not have this tag.
  case noSuchTag(String)
}
