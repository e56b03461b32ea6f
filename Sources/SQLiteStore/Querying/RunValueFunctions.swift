import CSQLite
import LoRASpectra

/// The functions of a condition that stand for what a user named: `param('lr')` and
/// `metric('eval_loss')` of the run in a row.
///
/// SQLite tells a function its arguments alone, so that ``ofRun(_:)`` adds the run.
enum RunValueFunctions {
  private static let names: Set = ["param", "metric"]

  /// A condition in which each call of a function has the run as its first argument. Texts, names
  /// in quotes and comments stay as they are.
  static func ofRun(_ condition: String) -> String {
    let bytes = Array(condition.utf8)
    var result: [UInt8] = []
    var index = 0
    /// Copies the bytes up to an index.
    func take(to end: Int) {
      result += bytes[index..<min(end, bytes.count)]
      index = min(end, bytes.count)
    }
    /// The index after the next of some bytes; the end if there is none.
    func after(_ end: [UInt8], from start: Int) -> Int {
      var place = start
      while place + end.count <= bytes.count {
        if bytes[place..<place + end.count].elementsEqual(end) { return place + end.count }
        place += 1
      }
      return bytes.count
    }
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch (byte, next) {
      case (UInt8(ascii: "'"), _), (UInt8(ascii: "\""), _), (UInt8(ascii: "`"), _):
        // A quote that is doubled ends a text and begins the next one.
        take(to: after([byte], from: index + 1))
      case (UInt8(ascii: "["), _): take(to: after([UInt8(ascii: "]")], from: index + 1))
      case (UInt8(ascii: "-"), UInt8(ascii: "-")):
        take(to: after([UInt8(ascii: "\n")], from: index + 2))
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        take(to: after([UInt8(ascii: "*"), UInt8(ascii: "/")], from: index + 2))
      case _ where isWord(byte):
        var end = index
        while end < bytes.count, isWord(bytes[end]) { end += 1 }
        let word = String(decoding: bytes[index..<end], as: UTF8.self).lowercased()
        take(to: end)
        while index < bytes.count, [9, 10, 12, 13, 32].contains(bytes[index]) {
          take(to: index + 1)
        }
        guard names.contains(word), index < bytes.count, bytes[index] == UInt8(ascii: "(") else {
          continue
        }
        take(to: index + 1)
        result += Array("run_id, ".utf8)
      default: take(to: index + 1)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Whether a byte may be part of a name (sqlite.org/lang_keywords.html).
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "$"), 128...255: true
    default: false
    }
  }

  /// Asks the book for a value of a run.
  final class Question {
    private let sql: String
    /// It outlives its functions.
    private unowned let connection: Connection
    private var statement: Statement?

    fileprivate init(_ sql: String, _ connection: Connection) {
      self.sql = sql
      self.connection = connection
    }

    /// Gives up the statement, which keeps its connection open.
    func forget() { statement = nil }

    fileprivate func answer(_ run: Int64, _ name: String) throws -> Value {
      let statement = try self.statement ?? connection.prepare(sql)
      self.statement = statement
      try statement.bind(["run_id": .integer(run), "name": .text(name)])
      defer { statement.reset() }
      return try statement.step() ? statement.value(0) : .absent
    }
  }

  /// - Returns: the questions, each to be forgotten before the connection can close.
  static func register(on connection: Connection) throws -> [Question] {
    try [("param", Statements.runParam), ("metric", Statements.runMetric)].map { name, sql in
      let question = Question(sql, connection)
      try connection.check(
        sqlite3_create_function_v2(
          connection.handle, name, 2, SQLITE_UTF8 | SQLITE_DIRECTONLY,
          Unmanaged.passRetained(question).toOpaque(),
          { handle, _, values in
            guard let data = sqlite3_user_data(handle), let run = values?[0] ?? nil,
              let name = values?[1] ?? nil,
              sqlite3_value_type(run) == SQLITE_INTEGER, let text = sqlite3_value_text(name)
            else { return }
            let question = Unmanaged<Question>.fromOpaque(data).takeUnretainedValue()
            do {
              try setResult(
                handle, question.answer(sqlite3_value_int64(run), String(cString: text)))
            } catch {
              sqlite3_result_error(handle, "the book cannot be asked for a value", -1)
            }
          }, nil, nil, { data in data.map { Unmanaged<Question>.fromOpaque($0).release() } }))
      return question
    }
  }
}
