/// Every `.sql` file of three folders: the migrations and the named queries as lists with their
/// names, and the store's own statements as constants named after their files; also the schema
/// after each migration, and a script that creates the last one.
enum SQLFiles {
  static func source(
    migrations: String, queries: String, views: String, statements: String
  ) throws -> String {
    // The order of the migrations' names is theirs.
    let migrations = try EmbedFiles.files(in: migrations, endingIn: ".sql")
    let views = try EmbedFiles.files(in: views, endingIn: ".sql")
    let queries = try EmbedFiles.files(in: queries, endingIn: ".sql")
    let statements = try EmbedFiles.files(in: statements, endingIn: ".sql")
    var source = "// Written by embed-files from the .sql files: edit those.\n\n"
    source += "enum EmbeddedSQL {\n"
    source += "  static let migrations: [(name: String, sha256: String, sql: String)] = [\n"
    for file in migrations {
      let name = EmbedFiles.literal(file.stem)
      let digest = EmbedFiles.literal(hexadecimal(EmbedFiles.sha256(file.text)))
      source += "    (\(name), \(digest), \(EmbedFiles.literal(file.text))),\n"
    }
    source += "  ]\n  typealias Object = "
    source += "(type: String, name: String, table: String, sql: String?)\n"
    source += "  static let schemas: [[Object]] = [\n"
    func statement(_ stem: String) throws -> String {
      guard let file = statements.first(where: { $0.stem == stem }) else {
        throw MigratedSchema.Refusal(message: "there is no \(stem).sql")
      }
      return file.text
    }
    let migrated = try MigratedSchema.behindEach(
      of: migrations.map(\.text), views: views.map(\.text),
      renaming: statement("rename-tables-alone"), asking: statement("schema"),
      retelling: statement("dump-schema"))
    for objects in migrated.objects {
      source += "    [\n"
      for object in objects {
        let texts = [object.type, object.name, object.table].map(EmbedFiles.literal)
        let sql = object.sql.map(EmbedFiles.literal) ?? "nil"
        source += "      (\(texts.joined(separator: ", ")), \(sql)),\n"
      }
      source += "    ],\n"
    }
    source += "  ]\n  static let newBook = \(EmbedFiles.literal(migrated.script))\n"
    source += "  static let views: [(name: String, sql: String)] = [\n"
    for file in views {
      source += "    (\(EmbedFiles.literal(file.stem)), \(EmbedFiles.literal(file.text))),\n"
    }
    source += "  ]\n  static let queries: [(name: String, sql: String)] = [\n"
    for file in queries {
      source += "    (\(EmbedFiles.literal(file.stem)), \(EmbedFiles.literal(file.text))),\n"
    }
    source += "  ]\n}\n\nenum Statements {\n"
    for file in statements {
      source += "  static let \(identifier(file.stem)) = \(EmbedFiles.literal(file.text))\n"
    }
    for file in statements { source += numbers(of: file) }
    source += "  static let parameters: [(sql: String, names: [String])] = [\n"
    for file in statements {
      source += "    (\(identifier(file.stem)), \(parameters(of: file.text))),\n"
    }
    source += "  ]\n"
    let names = statements.map { identifier($0.stem) }.joined(separator: ", ")
    return source + "  static let all = [\(names)]\n}\n"
  }

  /// The number of each named parameter of a statement. SQLite counts them in the order of their first use
  /// (sqlite.org/lang_expr.html#varparam).
  private static func numbers(of file: (stem: String, text: String)) -> String {
    let names = parameters(of: file.text)
    guard !names.isEmpty else { return "" }
    let type = file.stem.split(separator: "-").map(\.capitalized).joined()
    var source = "  enum \(type) {\n"
    for (index, name) in names.enumerated() {
      let words = name.split(separator: "_")
      let rest = words.dropFirst().map { $0 == "id" ? "ID" : $0.capitalized }
      source +=
        "    static let `\(words.prefix(1).joined() + rest.joined())`: Int32 = \(index + 1)\n"
    }
    return source + "    static let count: Int32 = \(names.count)\n  }\n"
  }

  /// The names of a statement's parameters, in the order of their first use.
  private static func parameters(of sql: String) -> [String] {
    let code = sql.replacing(/--[^\n]*/, with: "").replacing(/'[^']*'/, with: "")
    var names: [String] = []
    for match in code.matches(of: /:([a-z][a-z0-9_]*)/) where !names.contains(String(match.1)) {
      names.append(String(match.1))
    }
    return names
  }

  /// `list-sweeps` as `listSweeps`.
  private static func identifier(_ stem: String) -> String {
    let words = stem.split(separator: "-")
    return words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined()
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
