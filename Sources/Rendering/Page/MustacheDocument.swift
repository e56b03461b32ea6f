import CMustache

/// Why a template made no text.
enum MustacheError: Error, Equatable, CustomStringConvertible {
  /// What is wrong with which template.
  case malformed(String)
  /// A name that a template asks for, and that its object does not have.
  case missing(String)
  case outOfMemory

  var description: String {
    switch self {
    case .malformed(let problem): "a template is malformed: \(problem)."
    case .missing(let name): "a template asks for '\(name)', which is not there."
    case .outOfMemory: "there is not enough memory for the text of a template."
    }
  }
}

/// Templates of Mustache, and the object that is put into them.
final class MustacheDocument {
  private let state: lorabook_mustache

  init() throws(MustacheError) {
    guard let state = lorabook_mustache_create() else { throw .outOfMemory }
    self.state = state
  }

  deinit { lorabook_mustache_destroy(state) }

  /// The outermost object, as long as the document is there.
  var root: MustacheObject { MustacheObject(state: state) }

  /// Takes up a template, under the name by which others include it.
  func addTemplate(_ text: String, named name: String) {
    name.borrowed { name in
      text.borrowed { lorabook_mustache_add_template(state, name, $0) }
    }
  }

  /// What a template makes of the outermost object.
  ///
  /// - Throws: what went wrong first, here or before.
  func text(ofTemplate name: String) throws(MustacheError) -> String {
    var result = lorabook_mustache_text(bytes: nil, count: 0)
    let status = name.borrowed { lorabook_mustache_render(state, $0, &result) }
    let text = String(
      decoding: UnsafeRawBufferPointer(start: result.bytes, count: result.count), as: UTF8.self)
    switch status {
    case LORABOOK_MUSTACHE_DONE: return text
    case LORABOOK_MUSTACHE_MALFORMED: throw .malformed(text)
    case LORABOOK_MUSTACHE_MISSING: throw .missing(text)
    default: throw .outOfMemory
    }
  }
}

/// The object that is open: the outermost of a document, or in a body that of the body.
///
/// A template finds a name in the innermost object or nowhere, so every object has all names that a
/// template asks of it, and one without a value has it as nil. What cannot be put is told when the
/// text is asked for.
struct MustacheObject {
  fileprivate let state: lorabook_mustache

  /// A text, whose section is there once; nil is no text, and no section.
  func put(_ text: String?, at key: String) {
    guard let text else { return put(false, at: key) }
    key.borrowed { key in
      text.borrowed { lorabook_mustache_put_text(state, key, $0) }
    }
  }

  /// A section that is there once or not at all.
  func put(_ flag: Bool, at key: String) {
    key.borrowed { lorabook_mustache_put_flag(state, $0, flag ? 1 : 0) }
  }

  /// An object, whose section is there once.
  func putObject(at key: String, _ body: () -> Void) {
    key.borrowed { lorabook_mustache_open_object(state, $0) }
    body()
    lorabook_mustache_close_object(state)
  }

  /// A list of objects, whose section is there once for each.
  ///
  /// - Parameter body: fills the object of an element whenever a template comes to it.
  func putList<Elements: RandomAccessCollection>(
    of elements: Elements, at key: String, _ body: @escaping (Elements.Element) -> Void
  ) {
    let filling = MustacheFilling { offset in
      body(elements[elements.index(elements.startIndex, offsetBy: offset)])
    }
    key.borrowed { key in
      lorabook_mustache_put_list(
        state, key, elements.count, Unmanaged.passRetained(filling).toOpaque(),
        { context, offset in
          guard let context else { return }
          Unmanaged<MustacheFilling>.fromOpaque(context).takeUnretainedValue().fill(offset)
        },
        { context in
          guard let context else { return }
          Unmanaged<MustacheFilling>.fromOpaque(context).release()
        })
    }
  }
}

/// What fills the objects of a list, by their place in it.
private final class MustacheFilling {
  let fill: (Int) -> Void

  init(_ fill: @escaping (Int) -> Void) { self.fill = fill }
}

extension String {
  /// Its bytes for the time of a call, with their number: one of them may be 0.
  fileprivate func borrowed<Result>(_ body: (lorabook_mustache_text) -> Result) -> Result {
    var text = self
    return text.withUTF8 { body(lorabook_mustache_text(bytes: $0.baseAddress, count: $0.count)) }
  }
}
