import JSONText
import LoRASpectra
import Rendering

/// Parses the lines of a log, one JSON object each.
struct JSONLineParser {
  /// A line that cannot be taken.
  struct Refusal: Error {
    /// The whole sentence, without a place.
    var message: String
    /// Whether it may be the start of a line that was not written to its end.
    var mayBeTorn = false

    static let noObject = Refusal(
      message: "the line is no object. Write one in braces on each line.")
  }

  private let common: SaidRun
  private var parser = ExternalRunParser()

  /// - Parameter common: what holds for every line.
  init(_ common: SaidRun = SaidRun()) { self.common = common }

  /// A run that a line says something of, and its sweep.
  ///
  /// - Throws: `Refusal`.
  mutating func run(_ line: UnsafeRawBufferPointer) throws -> (run: ExternalRun, sweep: String) {
    var reader = LineReader()
    do {
      try readJSON(line) { try reader.take($0) }
      guard reader.isObject else { throw Refusal.noObject }
      try reader.said.add(common)
      guard let sweep = reader.said.sweep else {
        throw Refusal(
          message: "the line names no sweep. Say \"sweep\" in it, or give --sweep for all lines.")
      }
      return (try reader.said.run(&parser), sweep)
    } catch let error as JSONError {
      let reason = error.reason.replacing("line 1, ", with: "")
      throw Refusal(
        message:
          "the line is no JSON: \(printable(reason.shortened(to: 200))). Write one object on each line.",
        mayBeTorn: true)
    } catch let error as ExternalRunError {
      throw Refusal(message: "\(error.field): \(printable(error.description))")
    } catch let error as SaidShapeError {
      throw Refusal(message: "shape: \(printable(error.description))")
    }
  }
}

/// Takes the events of one line.
private struct LineReader {
  /// An object inside the line's.
  private enum Group: String {
    case metrics, params, info
  }

  var said = SaidRun()
  var isObject = false
  private var depth = 0
  private var group: Group?
  private var key = ""
  /// The keys of the line's own object, of which none may be there twice.
  private var keys: [String] = []

  private static let known =
    ["sweep", "run", "shape"] + ExternalRun.Column.allCases.map(\.name)
    + ["rslora", "params", "info", "step", "metrics", "status", "note", "resume_from"]
  private static let isKnown = Set(known)

  mutating func take(_ event: JSONEvent) throws {
    switch event {
    case .objectStart: try open()
    case .objectEnd:
      depth -= 1
      group = nil
    case .arrayStart, .arrayEnd:
      guard depth > 0 else { throw JSONLineParser.Refusal.noObject }
      throw ExternalRunError(
        field: key, "[", "begins a list", remedy: "Give a number or a text")
    case .key(let text):
      let name = String(decoding: text, as: UTF8.self)
      if depth == 1 { try begin(name) }
      key = name
    case .null: try takeValue(nil, number: nil)
    case .boolean(let value): try takeValue("\(value)", number: nil)
    case .unsigned(let value): try takeValue("\(value)", number: Double(value))
    case .signed(let value): try takeValue("\(value)", number: Double(value))
    case .real(let value): try takeValue(value.shortestText, number: value)
    case .string(let text): try takeValue(String(decoding: text, as: UTF8.self), number: nil)
    }
  }

  private mutating func open() throws {
    depth += 1
    if depth == 1 {
      isObject = true
      return
    }
    group = depth == 2 ? Group(rawValue: key) : nil
    if group == nil {
      throw ExternalRunError(
        field: key, "{", "begins an object", remedy: "Give a number or a text")
    }
  }

  private mutating func begin(_ name: String) throws {
    guard LineReader.isKnown.contains(name) else {
      let nearest = nearestName(to: name, among: LineReader.known)
      throw ExternalRunError(
        field: "the key", name, "is none of a line",
        remedy:
          "\(nearest.map { "Did you mean '\($0)'? " } ?? "")Metrics of your own go into \"metrics\", parameters into \"params\", all else into \"info\""
      )
    }
    if keys.contains(name) {
      throw ExternalRunError(
        field: "the key", name, "is there twice", remedy: "Leave one of them out")
    }
    keys.append(name)
  }

  /// - Parameter text: nil where the line says null, which is the same as saying nothing.
  private mutating func takeValue(_ text: String?, number: Double?) throws {
    guard depth > 0 else { return }
    guard let text else { return }
    switch group {
    case .metrics: try takeMetric(text, number)
    case .params: said.params.append(UserText(name: key, value: text))
    case .info:
      try refuseTwice(said.info.contains { $0.name == key }, "info")
      said.info.append(UserText(name: key, value: text))
    case nil: try takeField(text)
    }
  }

  private mutating func takeMetric(_ text: String, _ number: Double?) throws {
    try refuseTwice(said.metrics.contains { $0.name == key }, "metrics")
    if let number {
      said.metrics.append(UserMetric(name: key, value: number))
      return
    }
    let value = try Array(text.utf8).withUnsafeBytes { try ExternalRunParser().metric(key, $0) }
    if let value { said.metrics.append(UserMetric(name: key, value: value)) }
  }

  private func refuseTwice(_ isThere: Bool, _ field: String) throws {
    if isThere {
      throw ExternalRunError(field: field, key, "is there twice", remedy: "Leave one of them out")
    }
  }

  private mutating func takeField(_ text: String) throws {
    switch key {
    case "sweep": said.sweep = text
    case "run":
      guard !text.isEmpty, !text.utf8.contains(0) else {
        throw ExternalRunError(
          field: key, text, "is no name", remedy: "Give a name, or leave it out")
      }
      said.name = text
    case "shape": said.shape = text
    case "note": said.note = text
    case "step": said.step = try SaidRun.step(text, "step")
    case "resume_from": said.resumesFrom = try SaidRun.step(text, "resume_from")
    case "status": said.status = try SaidRun.status(text)
    case "rslora":
      guard text == "true" || text == "false", said.fields[.rule] == nil else {
        throw ExternalRunError(
          field: key, text, "is not true or false, or stands beside a rule",
          remedy: "Give \"rule\" alone")
      }
      said.fields[.rule] = text == "true" ? "rslora" : "lora"
    case "params", "info", "metrics":
      throw ExternalRunError(
        field: key, text, "is no object", remedy: "Give names and values in braces")
    default:
      guard let column = ExternalRun.Column(named: key) else { return }
      if column == .rule, said.fields[.rule] != nil {
        throw ExternalRunError(
          field: key, text, "stands beside \"rslora\"", remedy: "Give \"rule\" alone")
      }
      said.fields[column] = text
    }
  }
}

extension SaidRun {
  /// The number of a step.
  ///
  /// - Throws: `ExternalRunError` unless it is a whole number from 0 to 2⁶³ − 1.
  static func step(_ text: String, _ field: String) throws -> Int64 {
    guard let step = Int64(text), step >= 0 else {
      throw ExternalRunError(
        field: field, text, "is no step", remedy: "Give a whole number of 0 or above")
    }
    return step
  }

  /// - Throws: `ExternalRunError` unless it is one of the three.
  static func status(_ text: String) throws -> ExternalRun.Status {
    guard let status = ExternalRun.Status(rawValue: text) else {
      throw ExternalRunError(
        field: "status", text, "is no status", remedy: "Give running, finished or failed")
    }
    return status
  }
}
