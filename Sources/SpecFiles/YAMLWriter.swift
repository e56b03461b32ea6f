import CYAML

/// Writes a mapping of names to texts and lists of texts as YAML, with libyaml's emitter.
final class YAMLWriter {
  /// The emitter could not write; `reason` is libyaml's message.
  struct Failure: Error {
    var reason: String
  }

  private var bytes: [UInt8] = []
  private var emitter = yaml_emitter_t()

  /// The text of a mapping, in its order: lists as `[a, b]`.
  ///
  /// - Throws: ``Failure``, which for texts that are UTF-8 means that there is no memory.
  static func text(of pairs: [(name: String, value: Value)]) throws -> String {
    let writer = YAMLWriter()
    try writer.write(pairs)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// The value of a name.
  enum Value {
    case text(String)
    case list([String])
  }

  private func write(_ pairs: [(name: String, value: Value)]) throws {
    try withUnsafeMutablePointer(to: &emitter) { emitter in
      guard yaml_emitter_initialize(emitter) == 1 else { throw Failure(reason: "no memory") }
      defer { yaml_emitter_delete(emitter) }
      yaml_emitter_set_output(
        emitter,
        { context, bytes, count in
          guard let context, let bytes else { return 0 }
          Unmanaged<YAMLWriter>.fromOpaque(context).takeUnretainedValue().bytes.append(
            contentsOf: UnsafeBufferPointer(start: bytes, count: count))
          return 1
        }, Unmanaged.passUnretained(self).toOpaque())
      yaml_emitter_set_unicode(emitter, 1)
      // No limit on the length of lines.
      yaml_emitter_set_width(emitter, -1)
      func emit(_ make: (UnsafeMutablePointer<yaml_event_t>) -> Int32) throws {
        var event = yaml_event_t()
        guard make(&event) == 1, yaml_emitter_emit(emitter, &event) == 1 else {
          throw Failure(
            reason: emitter.pointee.problem.map { String(cString: $0) } ?? "no memory")
        }
      }
      func emit(_ text: String) throws {
        var text = text
        try text.withUTF8 { bytes in
          try emit {
            // Implicit, and so without a tag, whether plain or quoted.
            yaml_scalar_event_initialize(
              $0, nil, nil, bytes.baseAddress, Int32(clamping: bytes.count), 1, 1,
              YAML_ANY_SCALAR_STYLE)
          }
        }
      }
      try emit { yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
      try emit { yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
      try emit { yaml_mapping_start_event_initialize($0, nil, nil, 1, YAML_ANY_MAPPING_STYLE) }
      for (name, value) in pairs {
        try emit(name)
        switch value {
        case .text(let text): try emit(text)
        case .list(let texts):
          try emit {
            yaml_sequence_start_event_initialize($0, nil, nil, 1, YAML_FLOW_SEQUENCE_STYLE)
          }
          for text in texts { try emit(text) }
          try emit(yaml_sequence_end_event_initialize)
        }
      }
      try emit(yaml_mapping_end_event_initialize)
      try emit { yaml_document_end_event_initialize($0, 1) }
      try emit(yaml_stream_end_event_initialize)
    }
  }
}
