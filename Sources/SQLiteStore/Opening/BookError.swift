/// What can be wrong with a book, or with what is asked of it.
package enum BookError: Error, Equatable {
  /// There is no file at the path.
  case missing(path: String)
  /// The file, or one beside it, cannot be made; `reason` is the system's word.
  case cannotCreate(path: String, reason: String)
  /// The file has several names (hard links), each of which would get a write-ahead log of its own.
  case hardLinked(path: String, names: UInt64)
  /// A copy of the book cannot be put on the disk; `reason` is the system's word.
  case cannotWrite(path: String, reason: String)
  /// What the book holds is not what any lorabook writes.
  case damaged(path: String, what: String)
  /// The file is no book: no SQLite file, or another program's.
  case notABook(path: String, reason: String)
  /// The book was written by a newer lorabook.
  case newer(path: String, version: Int64, known: Int)
  /// The book was left by an older lorabook and is opened for reading alone.
  case older(path: String, version: Int64, known: Int)
  /// A migration that the book has seen is not the one this program knows.
  case migrationDiffers(path: String, version: Int64, name: String)
  /// A migration cannot be applied to what the book holds.
  case migrationFails(path: String, version: Int64, name: String, reason: String)
  /// Others wrote all the while, so that no copy was the book's state.
  case neverStill(path: String)
  /// There is a file where a copy of the book was to be.
  case copyExists(path: String)
  /// The book holds something that lorabook did not make, and that would act when lorabook reads or writes.
  case foreignObject(path: String, type: String, name: String)
  /// A table, view or index of the book is missing or not as lorabook makes it.
  case changedObject(path: String, type: String, name: String)
  /// A sweep of that name is in the book.
  case nameTaken(String)
  /// The sweep of that name was computed, and takes no runs measured elsewhere.
  case computedSweep(String)
  /// A name that could be taken for an id, for `latest`, or for nothing.
  case unusableName(String, reason: String)
  /// No sweep answers to the reference; `nearest` is a name that may have been meant.
  case noSuchSweep(String, nearest: String?)
  /// Several uuids start so.
  case ambiguousSweep(String, uuids: [String])
  /// An update that is to be recorded is in the sweep already.
  case recordedAlready(sweep: String, seed: UInt32)
  /// There are no ids left for what is to be recorded.
  case full
  /// A process records the sweep.
  case beingRecorded(String, process: Int?, host: String)
  /// The book calls the sweep running, on a machine that cannot be asked whether it is.
  case recordedElsewhere(String, host: String)
  /// The sweep was finished or taken up by another process meanwhile, or removed.
  case takenOver(String)
  /// What the book holds of the sweep does not go with its spec.
  case unlikeItsSpec(String, reason: String)
  /// Computing the sweep needs more memory than a worker may use.
  case tooLargeHere(String, reason: String)
  /// No run has the id.
  case noSuchRun(Int64)
  /// The run is of a sweep that was computed, whose runs are those of its grid.
  case computedRun(Int64, sweep: String)
  /// A sweep has no such tag.
  case noSuchTag(String)
}
