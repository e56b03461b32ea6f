import ArgumentParser
import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

struct QueryCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "List the named queries, or run one.",
    discussion: """
      Without a name it lists them with their parameters. A .sql file in a folder of your own, named with \
      --queries or $LORABOOK_QUERIES, is a query too, and overrides a built-in one of the same name. A query \
      can only read.

      Example:  lorabook query rank-for-variance latest --share 0.95
      """)

  @Argument(help: "A query's name. (default: list them)", completion: .queries)
  var name: String?

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp(
      "The sweep, and values of the query's parameters as options.",
      valueName: "sweep or --key value"))
  var further: [String] = []

  @OptionGroup var parameters: ParameterOptions

  @Flag(help: "Print the query's SQL, and do not run it.")
  var show = false

  @Option(
    help: ArgumentHelp(
      "A folder with queries of your own. (default: $LORABOOK_QUERIES)", valueName: "folder"),
    completion: .directory)
  var queries: String?

  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  func run() throws {
    var texts = try parameters.texts()
    let shelf = try QueryCatalog(folder: folder())
    guard let name else {
      guard !show, texts.isEmpty, further.isEmpty else {
        throw CommandError(
          "no query is named for --\(show ? "show" : "param"). 'lorabook query' lists the names.",
          .usage)
      }
      return try list(shelf)
    }
    let entry = try shelf.entry(name)
    if show {
      let sql =
        try entry.file.map { try TextFile.read($0, mayBeStream: false) } ?? entry.query.get().sql
      var text = sql.hasSuffix("\n") ? sql : sql + "\n"
      return try text.withUTF8 { try StandardOutput.writeData(UnsafeRawBufferPointer($0)) }
    }
    let query = try entry.query.get()
    try addFurther(to: &texts, of: query)
    Interruption.watch(mayEndAnywhere: true)
    let reading = try book.reading()
    if let sweep = query.parameters.first(where: { $0.name == "sweep" }), texts["sweep"] == nil,
      sweep.fallback == .text("latest")
    {
      texts["sweep"] = try String(reading.named(nil as String?))
    }
    let values = try query.values(from: texts) { try reading.sweepID($0) }
    let session = try ReadOnlySession(reading, shouldStop: { Interruption.isAsked })
    let statement = try query.prepare(on: session, file: entry.place)
    try session.bind(values, to: statement)
    try session.write(statement, output, glance: query.shown.isEmpty ? nil : query.shown)
  }

  /// Adds the values of parameters that are written as options, `--share 0.95`, and the sweep.
  ///
  /// - Throws: `CommandError` for a value without an option, and for one that is given twice.
  private func addFurther(to texts: inout [String: String], of query: NamedQuery) throws {
    func add(_ key: String, _ value: String, _ word: String) throws {
      guard texts.updateValue(value, forKey: key) == nil else {
        throw CommandError(
          "'\(printable(word))' gives '\(printable(key))' a second time. Give every value once.",
          .usage)
      }
    }
    var words = further[...]
    while let word = words.popFirst() {
      guard word.hasPrefix("--"), word.count > 2 else {
        guard query.parameters.contains(where: { $0.name == "sweep" }) else {
          throw CommandError(
            "the query '\(query.name)' takes no sweep, and '\(printable(word))' is no option. Write values as --key value.",
            .usage)
        }
        try add("sweep", word, word)
        continue
      }
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = String(parts.first ?? "").replacing("-", with: "_")
      guard let value = parts.dropFirst().first.map(String.init) ?? words.popFirst() else {
        throw CommandError(
          "\(printable(word)) has no value. Write it as \(printable(word)) VALUE.", .usage)
      }
      try add(key, value, word)
    }
  }

  /// The list for a terminal that is too narrow for the table: each name, and its description
  /// below.
  private func description(of table: ResultTable, width: Int, isColoured: Bool) -> String {
    var text = ""
    for row in table.rows {
      for column in ["name", "answers", "parameters", "file"] {
        guard let value = table.value(column, in: row).text, !value.isEmpty else { continue }
        let isName = column == "name"
        let margin = isName ? "" : "    "
        // At least a few columns remain beside the margin.
        let lines = folded(printable(value), to: max(12, width - margin.count)).map { margin + $0 }
        text += lines.map { (isName && isColoured ? TextStyle.bold($0) : $0) + "\n" }.joined()
      }
    }
    return text
  }

  /// The user's folder; nil if there is none.
  private func folder() throws -> String? {
    if let queries {
      guard !queries.isEmpty else {
        throw CommandError("--queries names no folder. Give the folder's path.", .usage)
      }
      return queries
    }
    return try CalledWith.variable("LORABOOK_QUERIES")
  }

  private func list(_ shelf: QueryCatalog) throws {
    var rows: [[Value]] = []
    for entry in shelf.entries {
      var parameters = Value.absent
      let answers: String
      switch entry.query {
      case .success(let query):
        parameters = .text(query.parameters.map(\.signature).joined(separator: ", "))
        answers = query.summary
      case .failure(let error):
        answers = "cannot be asked: " + (CommandError(error)?.message ?? "\(error)")
      }
      rows.append([
        .text(entry.name), parameters, .text(answers), entry.file.map(Value.text) ?? .absent,
      ])
    }
    let table = ResultTable(columns: ["name", "parameters", "answers", "file"], rows: rows)
    let layout = output.layout()
    if let width = layout.width, !layout.fitsWhole(table) {
      try StandardOutput.write(description(of: table, width: width, isColoured: layout.isColoured))
    } else {
      try output.write(table)
    }
    for path in shelf.misnamed {
      StandardError.write(
        "lorabook: '\(printable(path))' is no query's name and is passed over. Name it with a-z, 0-9 and -.\n"
      )
    }
  }
}

extension NamedQuery.Parameter {
  /// The parameters as the list shows them: `sweep=latest`, `rule (text)`, `rank (integer,
  /// needed)`.
  fileprivate var signature: String {
    switch fallback {
    case .text(let text): "\(name)=\(text)"
    case .null: "\(name) (\(type.rawValue))"
    case nil: "\(name) (\(type.rawValue), needed)"
    }
  }
}

extension CommandError {
  /// The error message for a named query or its parameters.
  static func of(_ error: NamedQueryError) -> CommandError {
    func known(_ query: NamedQuery) -> String {
      query.parameters.isEmpty
        ? "It has none"
        : "Its parameters are "
          + printable(query.parameters.map(\.signature).joined(separator: ", "))
    }
    return switch error {
    case .malformed(let file, let line, let reason):
      CommandError(
        "'\(printable(file))', line \(line): \(printable(reason)). A query begins with '-- what it answers', then '-- :name type = default what it is' for each parameter.",
        .badData)
    case .parametersDiffer(let file, let name, let isDeclared):
      CommandError(
        "'\(printable(file))' "
          + (isDeclared
            ? "declares ':\(name)' and does not use it. Take the line '-- :\(name) …' out."
            : "uses ':\(printable(name))' and does not declare it. Add a line '-- :\(printable(name)) text what it is' at its head."),
        .badData)
    case .unusableSQL(let file, let message):
      CommandError(
        "'\(printable(file))' cannot be asked: \(message.map(printable) ?? "it holds not one statement"). Mend its SQL; the views are runs, sweeps and spectra.",
        .badData)
    case .unknown(let name, let nearest):
      CommandError(
        "no query is named '\(printable(name))'. "
          + (nearest.map { "Did you mean '\($0)'? " } ?? "") + "'lorabook query' lists them.",
        .noInput)
    case .unknownParameter(let name, let query):
      CommandError(
        "the query '\(query.name)' has no parameter '\(printable(name))'. \(known(query)).", .usage)
    case .missingParameter(let parameter, let query):
      CommandError(
        "the query '\(query.name)' needs '\(parameter.name)', \(printable(parameter.meaning)). Give it with --param \(parameter.name)=VALUE. \(known(query)).",
        .usage)
    case .unreadableValue(let text, let parameter):
      CommandError(
        "--param: '\(printable(text))' is no \(parameter.type.rawValue), and '\(parameter.name)' is one. Give \(parameter.type.example).",
        .usage)
    }
  }
}

extension NamedQuery.ParameterType {
  fileprivate var example: String {
    switch self {
    case .text: "a text"
    case .integer: "a whole number, such as 8"
    case .real: "a number, such as 0.9"
    case .sweep: "an id, a name, the start of a uuid, or latest"
    }
  }
}
