import CExpat

/// A small XML file as a tree. Names keep their namespace prefixes.
enum XMLTree {
  indirect enum Node {
    case element(Element)
    case text(String)
  }

  struct Element {
    var name: String
    var attributes: [(name: String, value: String)]
    var children: [Node] = []

    subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
  }

  /// Largest depth, more than any picture has.
  static let deepest = 64

  /// Parses a file that is UTF-8 and declares no entities.
  ///
  /// - Throws: `SVGError`.
  static func read(_ bytes: [UInt8]) throws -> Element {
    guard bytes.count <= Int(Int32.max), let parser = XML_ParserCreate("UTF-8") else {
      throw SVGError.unexpected("more than can be read")
    }
    defer { XML_ParserFree(parser) }
    let builder = Builder(parser)
    builder.watch()
    let status = withExtendedLifetime(builder) {
      bytes.withUnsafeBufferPointer { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          XML_Parse(parser, $0.baseAddress, Int32($0.count), 1)
        }
      }
    }
    if let refusal = builder.refusal { throw refusal }
    guard status == XML_STATUS_OK, let root = builder.root else {
      let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) }
      throw SVGError.malformed(
        reason ?? "unknown", line: Int(XML_GetCurrentLineNumber(parser)))
    }
    return root
  }

  /// Builds the tree from Expat's events.
  private final class Builder {
    let parser: XML_Parser
    var open: [Element] = []
    var root: Element?
    var refusal: SVGError?

    init(_ parser: XML_Parser) { self.parser = parser }

    func watch() {
      XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
      XML_SetElementHandler(
        parser,
        { context, name, attributes in
          guard let builder = Builder.at(context), let name else { return }
          builder.begin(name, attributes)
        },
        { context, _ in Builder.at(context)?.end() })
      XML_SetCharacterDataHandler(parser) { context, characters, count in
        guard let builder = Builder.at(context), let characters else { return }
        let bytes = UnsafeBufferPointer(start: characters, count: Int(count))
        builder.add(String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      XML_SetEntityDeclHandler(parser) { context, _, _, _, _, _, _, _, _ in
        Builder.at(context)?.refuse("a declaration of an entity")
      }
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> Builder? {
      context.map { Unmanaged<Builder>.fromOpaque($0).takeUnretainedValue() }
    }

    private func begin(
      _ name: UnsafePointer<CChar>,
      _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
      guard open.count < XMLTree.deepest else { return refuse("more than 64 elements in another") }
      var element = Element(name: String(cString: name), attributes: [])
      if var pair = attributes {
        while let name = pair[0], let value = pair[1] {
          element.attributes.append((String(cString: name), String(cString: value)))
          pair += 2
        }
      }
      open.append(element)
    }

    private func end() {
      guard let element = open.popLast() else { return }
      if open.isEmpty {
        root = element
      } else {
        open[open.count - 1].children.append(.element(element))
      }
    }

    private func add(_ text: String) {
      guard !open.isEmpty else { return }
      open[open.count - 1].children.append(.text(text))
    }

    private func refuse(_ what: String) {
      if refusal == nil { refusal = .unexpected(what) }
      XML_StopParser(parser, XML_Bool(XML_FALSE))
    }
  }
}
