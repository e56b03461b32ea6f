import LoRASpectra
import Synchronization

/// The tables, views and indexes of a book, as SQLite stores them.
struct BookSchema {
  /// A table, view or index.
  struct Object: Hashable {
    var type: String
    var name: String
    var table: String
    /// Absent if SQLite made the index for a constraint.
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

  /// The schema after applying migrations to an empty file.
  static func made(by migrations: [Migration]) throws -> BookSchema {
    let key = migrations.map(\.sha256)
    if let schema = remembered.withLock({ $0[key] }) { return schema }
    let connection = try Connection(inMemory: ())
    try connection.execute(Statements.leaveForeignKeys)
    try connection.execute(Statements.renameTablesAlone)
    for migration in migrations { try connection.execute(migration.sql) }
    try connection.makeViews(of: migrations)
    let schema = try BookSchema(connection)
    remembered.withLock { $0[key] = schema }
    return schema
  }

  /// The schema after each known migration, as written by the SQLite that the program was built
  /// with. A book may have been written by a SQLite with another spelling.
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

  /// An object that would act beyond holding data when lorabook reads or writes the book: a
  /// trigger, an index that lorabook would have to maintain, or a name that shadows one of SQLite's
  /// in lorabook's statements.
  ///
  /// Users may keep their own tables and views in a book.
  func trap(beyond expected: BookSchema) -> Object? {
    objects.subtracting(expected.objects).filter(expected.isTrapped(by:)).min { $0.name < $1.name }
  }

  /// Whether an object outside this schema would act when lorabook reads or writes.
  func isTrapped(by object: Object) -> Bool {
    object.type == "trigger" || BookSchema.isReserved(object.name.lowercased())
      || (object.type == "index" && tables.contains(object.table.lowercased()))
  }

  /// An object that differs from the migrations' result, or is missing.
  func difference(from expected: BookSchema) -> Object? {
    expected.objects.subtracting(objects).min { $0.name < $1.name }
  }

  /// Names of SQLite's own tables and table-valued functions, except those that ANALYZE and
  /// constraints create.
  private static func isReserved(_ name: String) -> Bool {
    if name.hasPrefix("pragma_") || name == "json_each" || name == "json_tree" { return true }
    return name.hasPrefix("sqlite_") && !name.hasPrefix("sqlite_autoindex_")
      && name != "sqlite_sequence" && !name.hasPrefix("sqlite_stat")
  }
}

extension Connection {
  /// Refuses a book whose schema does not come from its recorded migrations.
  ///
  /// - Parameter version: the recorded number of migrations.
  /// - Throws: `BookError.foreignObject`, `BookError.migrationDiffers`, `BookError.changedObject`.
  func checkOrigin(_ migrations: [Migration], upTo version: Int64, path: String) throws {
    let found = try BookSchema(self)
    let applied = migrations.filter { $0.version <= version }
    // Applying the migrations again takes longer than the rest of a query.
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
    // A table that is not lorabook's says nothing about migrations.
    if difference?.name != "migration" {
      try checkMigrations(migrations, upTo: version, path: path)
    }
    if let difference {
      throw BookError.changedObject(path: path, type: difference.type, name: difference.name)
    }
  }
}
