import LoRASpectra
import Synchronization

/// The tables, views and indexes of a book, as SQLite keeps them.
struct BookSchema {
  /// One of them.
  struct Object: Hashable {
    var type: String
    var name: String
    var table: String
    /// Absent where SQLite made it for a constraint.
    var sql: Value
  }

  let objects: Set<Object>
  private let tables: Set<String>

  init(_ connection: Connection) throws {
    var objects: Set<Object> = []
    try connection.rows(Statements.schema) { row in
      objects.insert(
        Object(
          type: try row.text(0), name: try row.text(1), table: try row.text(2),
          sql: try row.value(3)))
    }
    self.init(objects: objects)
  }

  private init(objects: Set<Object>) {
    self.objects = objects
    tables = Set(objects.map { $0.table.lowercased() })
  }

  /// What migrations make of an empty file.
  static func made(by migrations: [Migration]) throws -> BookSchema {
    let key = migrations.map(\.sha256)
    if let schema = remembered.withLock({ $0[key] }) { return schema }
    let connection = try Connection(inMemory: ())
    for migration in migrations { try connection.execute(migration.sql) }
    let schema = try BookSchema(connection)
    remembered.withLock { $0[key] = schema }
    return schema
  }

  /// What the known migrations make of an empty file, up to each: as the SQLite that the program was built with
  /// writes it. Another's books may be written another way.
  static let released = EmbeddedSQL.schemas.map { objects in
    BookSchema(
      objects: Set(
        objects.map { object in
          Object(
            type: object.type, name: object.name, table: object.table,
            sql: object.sql.map { .text($0) } ?? .absent)
        }))
  }

  private static let remembered = Mutex<[[String]: BookSchema]>([:])

  /// What a book of this schema would do beyond holding data when lorabook reads or writes it: a trigger, an
  /// index that lorabook would have to keep, a name that a statement of lorabook's means for SQLite's own.
  ///
  /// A person's own tables and views are theirs to keep.
  func trap(beyond expected: BookSchema) -> Object? {
    objects.subtracting(expected.objects).filter(expected.isTrapped(by:)).min { $0.name < $1.name }
  }

  /// Whether an object that is none of this schema's would do something where lorabook reads or writes.
  func isTrapped(by object: Object) -> Bool {
    object.type == "trigger" || BookSchema.isReserved(object.name.lowercased())
      || (object.type == "index" && tables.contains(object.table.lowercased()))
  }

  /// What is not as the migrations make it, or missing.
  func difference(from expected: BookSchema) -> Object? {
    expected.objects.subtracting(objects).min { $0.name < $1.name }
  }

  /// Names of SQLite's own tables and table-valued functions, but for those that ANALYZE and constraints make.
  private static func isReserved(_ name: String) -> Bool {
    if name.hasPrefix("pragma_") || name == "json_each" || name == "json_tree" { return true }
    return name.hasPrefix("sqlite_") && !name.hasPrefix("sqlite_autoindex_")
      && name != "sqlite_sequence" && !name.hasPrefix("sqlite_stat")
  }
}

extension Connection {
  /// Refuses a book that was made by anything but the migrations it says to have seen.
  ///
  /// - Parameter version: how many it says to have seen.
  /// - Throws: `BookError.foreignObject`, `BookError.migrationDiffers`, `BookError.changedObject`.
  func checkOrigin(_ migrations: [Migration], upTo version: Int64, path: String) throws {
    let found = try BookSchema(self)
    let applied = migrations.filter { $0.version <= version }
    // Applying them again to find what they make takes longer than all else that a question does.
    if applied == Array(Migration.known.prefix(applied.count)), !applied.isEmpty,
      found.objects == BookSchema.released[applied.count - 1].objects
    {
      return try checkMigrations(migrations, upTo: version, path: path)
    }
    let expected = try BookSchema.made(by: applied)
    if let trap = found.trap(beyond: expected) {
      throw BookError.foreignObject(path: path, type: trap.type, name: trap.name)
    }
    let difference = found.difference(from: expected)
    // The rows of a table that is none of ours say nothing of migrations.
    if difference?.name != "migration" {
      try checkMigrations(migrations, upTo: version, path: path)
    }
    if let difference {
      throw BookError.changedObject(path: path, type: difference.type, name: difference.name)
    }
  }
}
