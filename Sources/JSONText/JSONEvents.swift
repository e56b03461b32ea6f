import CNlohmannJSON
import Glibc

/// A part of a JSON text, in the text's order.
package enum JSONEvent {
  case null
  case boolean(Bool)
  /// A number without sign, fraction and exponent.
  case unsigned(UInt64)
  /// A number with a minus sign, without fraction and exponent; `-0` too.
  case signed(Int64)
  case real(Double)
  case string(UnsafeBufferPointer<UInt8>)
  case key(UnsafeBufferPointer<UInt8>)
  case objectStart, objectEnd, arrayStart, arrayEnd
}

/// Why a text is no JSON.
package struct JSONError: Error, Equatable {
  /// Reads on from "is no JSON: ".
  package var reason: String

  package init(reason: String) {
    self.reason = reason
  }
}

/// Reads a JSON text event by event.
///
/// - Parameters:
///   - bytes: UTF-8, no byte of which is NUL, and which has no byte-order mark: the library would stop at the
///     one and skip the other, so both are refused here.
///   - deepest: how many objects and arrays may be open at once.
///   - body: throws to stop.
/// - Throws: `JSONError`, or what `body` threw.
package func readJSON(
  _ bytes: UnsafeRawBufferPointer, deepest: Int = 127, _ body: (JSONEvent) throws -> Void
) throws {
  if let start = bytes.baseAddress, let nul = memchr(start, 0, bytes.count) {
    throw JSONError(reason: "there is a NUL at byte \(UnsafeRawPointer(nul) - start)")
  }
  guard !bytes.starts(with: [0xef, 0xbb, 0xbf]) else {
    throw JSONError(reason: "it begins with a byte-order mark")
  }
  try withoutActuallyEscaping(body) { body in
    var reading = JSONReading(body: body, deepest: deepest)
    var position = 0
    var reason = [CChar](repeating: 0, count: 400)
    let status = withUnsafeMutablePointer(to: &reading) { reading in
      lorabook_json_read(
        bytes.baseAddress, bytes.count, reading,
        { context, event in
          guard let context, let event else { return 0 }
          return context.assumingMemoryBound(to: JSONReading.self).pointee.take(event.pointee)
            ? 1 : 0
        }, &position, &reason, reason.count)
    }
    switch status {
    case LORABOOK_JSON_DONE: return
    case LORABOOK_JSON_STOPPED: throw reading.error ?? JSONError(reason: "it cannot be read")
    case LORABOOK_JSON_MEMORY: throw JSONError(reason: "the memory is exhausted")
    default: throw JSONError(reason: plainReason(reason))
    }
  }
}

private struct JSONReading {
  let body: (JSONEvent) throws -> Void
  let deepest: Int
  var depth = 0
  var error: (any Error)?

  mutating func take(_ event: lorabook_json_event) -> Bool {
    do {
      switch event.kind {
      case LORABOOK_JSON_OBJECT_START, LORABOOK_JSON_ARRAY_START:
        depth += 1
        guard depth <= deepest else {
          throw JSONError(reason: "it is nested deeper than \(deepest)")
        }
        try body(event.kind == LORABOOK_JSON_OBJECT_START ? .objectStart : .arrayStart)
      case LORABOOK_JSON_OBJECT_END, LORABOOK_JSON_ARRAY_END:
        depth -= 1
        try body(event.kind == LORABOOK_JSON_OBJECT_END ? .objectEnd : .arrayEnd)
      case LORABOOK_JSON_KEY: try body(.key(JSONReading.text(event)))
      case LORABOOK_JSON_STRING: try body(.string(JSONReading.text(event)))
      case LORABOOK_JSON_UNSIGNED: try body(.unsigned(event.whole))
      case LORABOOK_JSON_SIGNED: try body(.signed(event.negative))
      case LORABOOK_JSON_REAL: try body(.real(event.real))
      case LORABOOK_JSON_BOOLEAN: try body(.boolean(event.whole != 0))
      default: try body(.null)
      }
      return true
    } catch {
      self.error = error
      return false
    }
  }

  private static func text(_ event: lorabook_json_event) -> UnsafeBufferPointer<UInt8> {
    UnsafeRawBufferPointer(start: event.text, count: event.count).assumingMemoryBound(
      to: UInt8.self)
  }
}

/// The library's words without its own names: `line 1, column 2: syntax error …`.
private func plainReason(_ reason: [CChar]) -> String {
  let text = String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  guard let start = text.firstRange(of: "parse error at ") else {
    return String(text.drop { $0 != " " }.drop { $0 == " " })
  }
  return String(text[start.upperBound...])
}
