import FoundationEssentials
import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

/// The available named queries: those of lorabook and those of a user's folder, which override
/// them.
struct QueryCatalog {
  /// A query file: its query, or the reason why it cannot be read.
  struct Entry {
    var name: String
    /// The user's file; nil for a built-in query.
    var file: String?
    var query: Result<NamedQuery, any Error>

    /// The file's name in messages.
    var place: String { file ?? "queries/\(name).sql" }
  }

  /// Sorted by name.
  private(set) var entries: [Entry]
  /// The user's `.sql` files whose names cannot be query names.
  private(set) var misnamed: [String] = []

  /// - Throws: `CommandError` if the folder cannot be read.
  init(folder: String?) throws {
    var entries: [String: Entry] = [:]
    for query in try NamedQuery.builtIn() {
      entries[query.name] = Entry(name: query.name, file: nil, query: .success(query))
    }
    if let folder {
      for file in try QueryCatalog.files(in: folder) {
        let stem = String(file.dropLast(".sql".count))
        let path = folder + (folder.hasSuffix("/") ? "" : "/") + file
        guard NamedQuery.isName(stem) else {
          misnamed.append(path)
          continue
        }
        let query = Result {
          try NamedQuery(name: stem, sql: TextFile.read(path, mayBeStream: false), file: path)
        }
        entries[stem] = Entry(name: stem, file: path, query: query)
      }
    }
    self.entries = entries.values.sorted { $0.name < $1.name }
  }

  /// The query with a name.
  ///
  /// - Throws: `NamedQueryError.unknown` with the nearest name.
  func entry(_ name: String) throws -> Entry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw NamedQueryError.unknown(
        name, nearest: nearestName(to: name, among: entries.map(\.name)))
    }
    return entry
  }

  /// The `.sql` files of a folder, sorted by name.
  private static func files(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else {
      let reason = String(cString: strerror(errno))
      throw CommandError(
        "cannot read the folder of queries '\(printable(folder))': \(reason). Check --queries or $LORABOOK_QUERIES.",
        .noInput)
    }
    closedir(stream)
    return try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".sql") && !$0.hasPrefix(".") }
      .sorted()
  }
}
