import LoRASpectra

/// A query in a `.sql` file: its SQL, and the header in its comments.
///
/// The header consists of the comment lines before the first line of SQL. Its first paragraph says
/// what the query answers; a line `-- :name type [= default] what it is` declares a parameter, and
/// indented lines under it continue it; a line `-- shows: column, …` names the columns that a
/// terminal shows unless all are asked for; the rest is for readers of the SQL.
package struct NamedQuery: Equatable, Sendable {
  /// The file's stem.
  package var name: String
  /// The question it answers.
  package var summary: String
  /// In the order of their declarations.
  package var parameters: [Parameter]
  /// The columns that a terminal shows first, beside the settings that differ; empty for all.
  package var shown: [String]
  /// The whole text of the file.
  package var sql: String

  /// A parameter of a query.
  package struct Parameter: Equatable, Sendable {
    /// Without the colon.
    package var name: String
    /// The type of its values.
    package var type: ParameterType
    /// The default; nil if a value is required.
    package var fallback: Fallback?
    /// Its purpose.
    package var meaning: String
  }

  /// The default of a parameter.
  package enum Fallback: Equatable, Sendable {
    /// NULL.
    case null
    /// A text that parses as the parameter's type.
    case text(String)
  }

  /// The type of a parameter's values.
  package enum ParameterType: String, CaseIterable, Sendable {
    case text, integer, real
    /// A sweep's id, its name, `latest`, or the start of its uuid; the SQL receives the id.
    case sweep
  }
}

/// Why a named query cannot be run.
package enum NamedQueryError: Error, Equatable {
  /// The header of a file is malformed; `line` counts from 1.
  case malformed(file: String, line: Int, reason: String)
  /// The SQL uses a parameter that the header does not declare, or the reverse.
  case parametersDiffer(file: String, name: String, isDeclared: Bool)
  /// The SQL cannot be compiled; `message` is SQLite's, or nil if it is not one statement.
  case unusableSQL(file: String, message: String?)
  /// No query has this name.
  case unknown(String, nearest: String?)
  /// The query has no such parameter.
  case unknownParameter(String, query: NamedQuery)
  /// A parameter without a default is not given.
  case missingParameter(NamedQuery.Parameter, query: NamedQuery)
  /// A value is not of its parameter's type.
  case unreadableValue(String, parameter: NamedQuery.Parameter)
}

extension NamedQuery {
  /// The built-in queries, by name.
  ///
  /// - Throws: `NamedQueryError.malformed`, which a test rules out.
  package static func builtIn() throws -> [NamedQuery] {
    try EmbeddedSQL.queries.map { name, sql in
      try NamedQuery(name: name, sql: sql, file: "queries/\(name).sql")
    }
  }

  /// Parses the header of a query.
  ///
  /// - Parameter file: the file's name in messages.
  /// - Throws: `NamedQueryError.malformed`.
  package init(name: String, sql: String, file: String) throws {
    var head = NamedQueryHeader(file: file)
    try head.read(sql)
    self.name = name
    self.sql = sql
    summary = head.summary.joined(separator: " ")
    parameters = head.parameters
    shown = head.shown
  }

  /// Whether a file's stem is a valid query name.
  package static func isName(_ stem: String) -> Bool {
    !stem.isEmpty
      && stem.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
  }

  /// Values for all parameters, from the texts of those given.
  ///
  /// - Parameter sweepID: finds the sweep of a reference.
  /// - Throws: `NamedQueryError`, errors of `sweepID`.
  package func values(
    from texts: [String: String], sweepID: (String) throws -> Int64
  ) throws -> [String: Value] {
    let known = Set(parameters.map(\.name))
    if let name = texts.keys.sorted().first(where: { !known.contains($0) }) {
      throw NamedQueryError.unknownParameter(name, query: self)
    }
    var values: [String: Value] = [:]
    // Errors of the command are reported before errors of the book.
    for parameter in parameters.filter({ $0.type != .sweep })
      + parameters.filter({ $0.type == .sweep })
    {
      let text: String
      switch (texts[parameter.name], parameter.fallback) {
      case (let given?, _): text = given
      case (nil, .text(let fallback)?): text = fallback
      case (nil, .null?):
        values[parameter.name] = .absent
        continue
      case (nil, nil): throw NamedQueryError.missingParameter(parameter, query: self)
      }
      guard let value = parameter.type.value(text) else {
        throw NamedQueryError.unreadableValue(text, parameter: parameter)
      }
      values[parameter.name] = parameter.type == .sweep ? .integer(try sweepID(text)) : value
    }
    return values
  }

  /// Compiles the query.
  ///
  /// - Throws: `NamedQueryError.unusableSQL`; `NamedQueryError.parametersDiffer` if the header does
  ///   not match
  ///   the SQL; `ReadOnlySessionError` if it would do more than read.
  package func prepare(on session: ReadOnlySession, file: String) throws -> Statement {
    let statement: Statement
    do {
      statement = try session.prepare(sql)
    } catch ReadOnlySessionError.malformed(let message) {
      throw NamedQueryError.unusableSQL(file: file, message: message)
    } catch ReadOnlySessionError.notOneStatement {
      throw NamedQueryError.unusableSQL(file: file, message: nil)
    }
    let declared = parameters.map(\.name)
    if let name = statement.parameters.first(where: { !declared.contains($0) }) {
      throw NamedQueryError.parametersDiffer(file: file, name: name, isDeclared: false)
    }
    if let name = declared.first(where: { !statement.parameters.contains($0) }) {
      throw NamedQueryError.parametersDiffer(file: file, name: name, isDeclared: true)
    }
    return statement
  }
}

extension NamedQuery.ParameterType {
  /// Parses a value of this type; nil if it is invalid. For a sweep any text is valid until the
  /// book is asked.
  package func value(_ text: String) -> Value? {
    switch self {
    case .text: .text(text)
    case .integer: Int64(text).map(Value.integer)
    case .real: Double.finite(text).map(Value.real)
    case .sweep: text.isEmpty ? nil : .text(text)
    }
  }
}
