import CYAML
import LoRASpectra

/// Reads the events of one YAML text with libyaml: the begin and end of each collection, and the
/// scalars between.
struct YAMLReader: ~Copyable {
  /// The events that specs use (yaml.h, `yaml_event_type_t`).
  enum Event {
    case start
    case scalar(String, anchor: String?)
    case sequenceStart(anchor: String?)
    case mappingStart
    case alias(String)
    case end
    case documentEnd
    case streamEnd
  }

  /// On the heap, because libyaml keeps pointers into it.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  /// - Throws: `SpecTextError` if there is no memory.
  init(_ text: String) throws {
    bytes = .allocate(capacity: text.utf8.count)
    _ = bytes.initialize(from: text.utf8)
    parser = .allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      bytes.deallocate()
      parser.deallocate()
      throw SpecTextError(.start, "cannot be read: there is not enough memory.")
    }
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    // Otherwise its first bytes could select another encoding.
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  /// The next event and its place.
  ///
  /// - Throws: `SpecTextError` if the text is not YAML.
  mutating func next() throws -> (event: Event, mark: TextMark) {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw error }
    defer { yaml_event_delete(&event) }
    let mark = TextMark(event.start_mark)
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return (.scalar(text, anchor: YAMLReader.name(scalar.anchor)), mark)
    case YAML_SEQUENCE_START_EVENT:
      return (.sequenceStart(anchor: YAMLReader.name(event.data.sequence_start.anchor)), mark)
    case YAML_MAPPING_START_EVENT: return (.mappingStart, mark)
    case YAML_ALIAS_EVENT: return (.alias(YAMLReader.name(event.data.alias.anchor) ?? ""), mark)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return (.end, mark)
    case YAML_DOCUMENT_END_EVENT: return (.documentEnd, mark)
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return (.streamEnd, mark)
    default: return (.start, mark)
    }
  }

  /// Anchors are ASCII, and end with a zero.
  private static func name(_ anchor: UnsafeMutablePointer<UInt8>?) -> String? {
    anchor.map { String(cString: $0) }
  }

  /// libyaml's error, with its place.
  private var error: SpecTextError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "it cannot be read"
    switch state.error {
    case YAML_MEMORY_ERROR:
      return SpecTextError(.start, "cannot be read: there is not enough memory.")
    case YAML_READER_ERROR:
      // libyaml gives the offset of the error in bytes; the text before it gives line and column.
      let before = bytes.prefix(state.problem_offset)
      let line = before.count { $0 == UInt8(ascii: "\n") } + 1
      let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
      return SpecTextError(
        TextMark(line: line, column: column), "is no YAML: \(problem). Mend that line.")
    default:
      let context = state.context.map { " \(String(cString: $0))" } ?? ""
      return SpecTextError(
        TextMark(state.problem_mark), "is no YAML: \(problem)\(printable(context)). Mend that line."
      )
    }
  }
}

extension TextMark {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: mark.line + 1, column: mark.column + 1)
  }
}
