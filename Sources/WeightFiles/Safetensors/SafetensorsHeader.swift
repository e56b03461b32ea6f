import JSONText
import LoRASpectra

/// Reads the JSON header of a safetensors file into a table, event by event.
struct SafetensorsHeader {
  private(set) var table = TensorTable()
  /// The texts under `__metadata__`.
  private(set) var metadata: [String: String] = [:]

  private enum State {
    case start
    case tensors
    case metadata
    case metadataValue
    case metadataStart
    case tensorStart
    case tensor
    case type
    case shapeStart
    case shape
    case offsetsStart
    case offsets
    case skipped(depth: Int)
    case end
  }

  private var state = State.start
  private var hasMetadata = false
  /// As bytes: to Swift two keys are the same whose accents are composed differently.
  private var metadataKeys: Set<[UInt8]> = []
  private var metadataKey = ""
  private var type: ElementType?
  // Kept from tensor to tensor: their memory is asked for once.
  private var shape: [Int] = []
  private var hasShape = false
  private var offsets: [Int] = []
  private var hasOffsets = false

  /// Why a header is refused; reads on from the file: `names …`.
  struct Refusal: Error {
    var problem: String
  }

  mutating func take(_ event: JSONEvent) throws {
    switch (state, event) {
    case (.start, .objectStart): state = .tensors
    case (.start, _): throw Refusal(problem: "has a header that is no JSON object")
    case (.tensors, .objectEnd): state = .end
    case (.tensors, .key(let name)): try begin(name)
    case (.metadataStart, .null): state = .tensors
    case (.metadataStart, .objectStart): state = .metadata
    case (.metadataStart, _):
      throw Refusal(problem: "has '__metadata__' that is no object of texts")
    case (.metadata, .objectEnd): state = .tensors
    case (.metadata, .key(let key)):
      let text = String(decoding: key, as: UTF8.self)
      guard metadataKeys.insert(Array(key)).inserted else {
        throw Refusal(problem: "has \(text.quoted) twice in '__metadata__'")
      }
      metadataKey = text
      state = .metadataValue
    case (.metadataValue, .string(let text)):
      metadata[metadataKey] = String(decoding: text, as: UTF8.self)
      state = .metadata
    case (.metadataValue, _):
      throw Refusal(problem: "has \(metadataKey.quoted) in '__metadata__' that is no text")
    case (.tensorStart, .objectStart): state = .tensor
    case (.tensorStart, _): throw refusal("that is no object")
    case (.tensor, .objectEnd): try finish()
    case (.tensor, .key(let field)): try begin(field: field)
    case (.type, .string(let text)):
      let spelling = String(decoding: text, as: UTF8.self)
      guard let type = ElementType(named: spelling) else {
        throw refusal("of type \(spelling.quoted), which safetensors does not have")
      }
      self.type = type
      state = .tensor
    case (.type, _): throw refusal("whose 'dtype' is no text")
    case (.shapeStart, .arrayStart): state = .shape
    case (.offsetsStart, .arrayStart): state = .offsets
    case (.shapeStart, _): throw refusal("whose 'shape' is no list")
    case (.offsetsStart, _): throw refusal("whose 'data_offsets' are no list")
    case (.shape, .arrayEnd): state = .tensor
    case (.offsets, .arrayEnd):
      guard offsets.count == 2 else {
        throw refusal("with \(offsets.count) 'data_offsets', not 2")
      }
      state = .tensor
    case (.shape, _): shape.append(try number(event, of: "shape"))
    case (.offsets, _): offsets.append(try number(event, of: "data_offsets"))
    case (.skipped(let depth), _): skip(event, depth)
    default: throw Refusal(problem: "has a header that is no object of tensors")
    }
  }

  private mutating func begin(_ name: UnsafeBufferPointer<UInt8>) throws {
    guard name.count == 12, name.elementsEqual("__metadata__".utf8) else {
      guard table.add(name: name) else {
        let name = String(decoding: name, as: UTF8.self)
        throw Refusal(problem: "names the tensor \(name.quoted) twice")
      }
      (type, hasShape, hasOffsets) = (nil, false, false)
      state = .tensorStart
      return
    }
    guard !hasMetadata else { throw Refusal(problem: "has '__metadata__' twice") }
    hasMetadata = true
    state = .metadataStart
  }

  private mutating func begin(field: UnsafeBufferPointer<UInt8>) throws {
    let isTwice: Bool
    switch field.count {
    case 5 where field.elementsEqual("dtype".utf8): (isTwice, state) = (type != nil, .type)
    case 5 where field.elementsEqual("shape".utf8):
      (isTwice, state) = (hasShape, .shapeStart)
      shape.removeAll(keepingCapacity: true)
      hasShape = true
    case 12 where field.elementsEqual("data_offsets".utf8):
      (isTwice, state) = (hasOffsets, .offsetsStart)
      offsets.removeAll(keepingCapacity: true)
      hasOffsets = true
    default: (isTwice, state) = (false, .skipped(depth: 0))
    }
    guard !isTwice else {
      throw refusal("with \(String(decoding: field, as: UTF8.self).quoted) twice")
    }
  }

  private func number(_ event: JSONEvent, of field: String) throws -> Int {
    guard case .unsigned(let value) = event, let number = Int(exactly: value) else {
      throw refusal("with a number in '\(field)' that is no whole number from 0 to \(Int.max)")
    }
    return number
  }

  /// Passes over a field that the format does not have.
  private mutating func skip(_ event: JSONEvent, _ depth: Int) {
    switch event {
    case .objectStart, .arrayStart: state = .skipped(depth: depth + 1)
    case .objectEnd, .arrayEnd: state = depth == 1 ? .tensor : .skipped(depth: depth - 1)
    case .key: break
    default: if depth == 0 { state = .tensor }
    }
  }

  private mutating func finish() throws {
    guard let type else { throw refusal("without a 'dtype'") }
    guard hasShape else { throw refusal("without a 'shape'") }
    guard hasOffsets else { throw refusal("without 'data_offsets'") }
    guard offsets[0] <= offsets[1] else {
      throw refusal("whose 'data_offsets' [\(offsets[0]), \(offsets[1])] go backwards")
    }
    var bits = type.bitCount
    // In their order, as the reference multiplies: a product that overflows is refused though a later side is 0.
    var count = 1
    for side in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: side)
      guard !overflows else { throw refusal("whose shape \(shape) overflows") }
      count = product
    }
    let (product, overflows) = bits.multipliedReportingOverflow(by: count)
    guard !overflows else { throw refusal("whose shape \(shape) overflows") }
    bits = product
    guard bits % 8 == 0 else { throw refusal("that ends within a byte") }
    guard bits / 8 == offsets[1] - offsets[0] else {
      throw refusal(
        "of type \(type.name) and shape \(shape), which is \(bits / 8) bytes, at 'data_offsets' "
          + "[\(offsets[0]), \(offsets[1])], which are \(offsets[1] - offsets[0])")
    }
    table.finish(type, shape, offsets[0]..<offsets[1])
    state = .tensors
  }

  private func refusal(_ what: String) -> Refusal {
    Refusal(problem: "names a tensor \(table.name(at: table.count - 1).quoted) \(what)")
  }
}
