import LoRASpectra
import Rendering

/// A run with its sweep's name, and where it stands.
struct NamedRun: Sendable {
  var run: ExternalRun
  var sweep: String
  /// The line of the file, from 1.
  var line: Int
}

/// What brings runs from elsewhere: a file in some format, read in batches. Another format is a file
/// in this folder and a line in ``RunFormat/source(_:_:)``.
protocol RunSource: AnyObject {
  /// The file's name in messages.
  var place: String { get }
  /// Whether it is a file rather than a stream.
  var canBeReadAgain: Bool { get }
  /// Whether each run is recorded once, however often it is imported.
  var isRecordedOnce: Bool { get }

  /// Reads the next batch.
  ///
  /// - Returns: an empty batch after the last run.
  /// - Throws: `CommandError` with the place of what is bad.
  func nextBatch() throws -> [NamedRun]

  /// Waits for the end of a stream, so that no process waits for the book meanwhile.
  ///
  /// - Throws: `CommandError`.
  func awaitEnd() throws
}

/// The formats of files of runs.
enum RunFormat {
  case delimited, jsonLines

  /// The format of a file, by its name's ending; `-` is CSV.
  init(path: String) {
    let ending = path.lowercased()
    self = ending.hasSuffix(".jsonl") || ending.hasSuffix(".ndjson") ? .jsonLines : .delimited
  }

  /// Opens a file.
  ///
  /// - Throws: `CommandError`.
  static func source(_ path: String, _ layout: RunFile.Layout) throws -> any RunSource {
    if AtomicFile.isSQLite(path) {
      throw CommandError(
        "'\(printable(path))' is a book. To bring its sweeps over:", .badData,
        command: "lorabook merge \(Host.shellQuoted(path))")
    }
    if layout.format == nil, path.lowercased().hasSuffix(".json") {
      throw CommandError(
        "'\(printable(path))' is JSON, and import reads CSV or JSON lines. Write it with an ending of .csv, or each run in a line of a .jsonl.",
        .badData)
    }
    switch layout.format ?? RunFormat(path: path) {
    case .delimited: return try RunFile(path: path, layout)
    case .jsonLines: return try JSONLinesFile(path: path, layout)
    }
  }
}
