import CMustache

/// Why a template could not be rendered.
enum MustacheError: Error, Equatable, CustomStringConvertible {
  /// A malformed template, with the error.
  case malformed(String)
  /// A name that a template uses but its object does not have.
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

/// Mustache templates, and the object that fills them.
final class MustacheDocument {
  private let state: lorabook_mustache

  init() throws(MustacheError) {
    guard let state = lorabook_mustache_create() else { throw .outOfMemory }
    self.state = state
  }

  deinit { lorabook_mustache_destroy(state) }

  /// The outermost object, valid as long as the document.
  var root: MustacheObject { MustacheObject(state: state) }

  /// Adds a template, under the name by which others include it.
  func addTemplate(_ text: String, named name: String) {
    name.borrowed { name in
      text.borrowed { lorabook_mustache_add_template(state, name, $0) }
    }
  }

  /// Renders a template with the outermost object.
  ///
  /// - Throws: the first error, here or before.
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

/// The current object: the document's outermost one, or inside a body the body's own.
///
/// A template looks a name up in the innermost object alone, so every object has all names that a
/// template uses, with nil for a missing value. Errors of `put` are reported when the text is
/// rendered.
struct MustacheObject {
  fileprivate let state: lorabook_mustache

  /// Puts a text, which also shows its section once; nil is an empty text and hides the section.
  func put(_ text: String?, at key: String) {
    guard let text else { return put(false, at: key) }
    key.borrowed { key in
      text.borrowed { lorabook_mustache_put_text(state, key, $0) }
    }
  }

  /// Puts a flag that shows a section once or hides it.
  func put(_ flag: Bool, at key: String) {
    key.borrowed { lorabook_mustache_put_flag(state, $0, flag ? 1 : 0) }
  }

  /// Puts an object, which shows its section once.
  func putObject(at key: String, _ body: () -> Void) {
    key.borrowed { lorabook_mustache_open_object(state, $0) }
    body()
    lorabook_mustache_close_object(state)
  }

  /// Puts a list of objects, which shows its section once for each.
  ///
  /// - Parameter body: fills the object of an element whenever a template reaches it.
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

/// Fills the objects of a list, by index.
private final class MustacheFilling {
  let fill: (Int) -> Void

  init(_ fill: @escaping (Int) -> Void) { self.fill = fill }
}

extension String {
  /// The text's bytes during a call, with their number: one of them may be 0.
  fileprivate func borrowed<Result>(_ body: (lorabook_mustache_text) -> Result) -> Result {
    var text = self
    return text.withUTF8 { body(lorabook_mustache_text(bytes: $0.baseAddress, count: $0.count)) }
  }
}
