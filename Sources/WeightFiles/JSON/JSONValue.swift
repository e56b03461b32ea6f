import JSONText
import LoRASpectra

/// A JSON text as a whole, for texts that a person could read.
indirect enum JSONValue: Equatable {
  case null
  case boolean(Bool)
  /// A whole number without an exponent.
  case whole(Int)
  case real(Double)
  case string(String)
  case array([JSONValue])
  /// In the text's order; no key is there twice.
  case object([(key: String, value: JSONValue)])

  /// Reads a text.
  ///
  /// - Throws: `JSONError`; a key that an object has twice is one.
  init(_ bytes: UnsafeRawBufferPointer) throws {
    var builder = JSONBuilder()
    try readJSON(bytes) { try builder.take($0) }
    self = builder.whole ?? .null
  }

  /// The value of a key; nil where there is none, or this is no object.
  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// What a message calls its kind.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .whole(let value): "\(value)"
    case .real(let value): value.shortestText
    case .string(let text): text.quoted
    case .array: "a list"
    case .object: "an object"
    }
  }

  static func == (a: JSONValue, b: JSONValue) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.whole(let a), .whole(let b)): a == b
    case (.real(let a), .real(let b)): a == b
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)):
      a.elementsEqual(b) { $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value }
    default: false
    }
  }
}

private struct JSONBuilder {
  /// An object or array that is not closed yet; a class, so that no append copies what is there.
  private final class Open {
    let isObject: Bool
    var values: [JSONValue] = []
    var keys: [String] = []
    /// As bytes: to Swift two keys are the same whose accents are composed differently.
    var seen: Set<[UInt8]> = []

    init(isObject: Bool) { self.isObject = isObject }

    var value: JSONValue {
      isObject ? .object(Array(zip(keys, values).map { (key: $0, value: $1) })) : .array(values)
    }
  }

  var whole: JSONValue?
  private var open: [Open] = []

  mutating func take(_ event: JSONEvent) throws {
    switch event {
    case .null: put(.null)
    case .boolean(let value): put(.boolean(value))
    case .unsigned(let value): put(Int(exactly: value).map(JSONValue.whole) ?? .real(Double(value)))
    case .signed(let value): put(.whole(Int(value)))
    case .real(let value): put(.real(value))
    case .string(let text): put(.string(String(decoding: text, as: UTF8.self)))
    case .key(let text):
      let key = String(decoding: text, as: UTF8.self)
      guard let object = open.last, object.seen.insert(Array(text)).inserted else {
        throw JSONError(reason: "the key \(key.quoted) is there twice")
      }
      object.keys.append(key)
    case .objectStart: open.append(Open(isObject: true))
    case .arrayStart: open.append(Open(isObject: false))
    case .objectEnd, .arrayEnd:
      if let closed = open.popLast() { put(closed.value) }
    }
  }

  private mutating func put(_ value: JSONValue) {
    if let open = open.last { open.values.append(value) } else { whole = value }
  }
}
