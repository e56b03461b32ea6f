import JSONText
import LoRASpectra

/// `model.safetensors.index.json`: which file of its folder has which tensor.
struct ShardIndex {
  /// The files' names, in the order in which the index first has them.
  private(set) var files: [String] = []
  /// The tensors, each with its place in `files`.
  private(set) var tensors: [(name: String, file: Int)] = []

  /// An index may have 100 MB, as a header.
  static let longest = 100_000_000

  private enum State {
    case start, members, map, file
    case mapStart
    case skipped(depth: Int)
    case end
  }

  private var state = State.start
  private var hasMap = false
  private var places: [String: Int] = [:]
  private var name = ""
  private var seen: Set<[UInt8]> = []

  /// - Throws: `WeightFileError`.
  init(_ source: any ByteSource) throws {
    func refused(_ problem: String) -> WeightFileError {
      WeightFileError(
        .malformed, source.name, problem, remedy: "Download it again, or save the model again")
    }
    guard source.count <= ShardIndex.longest else {
      throw refused(
        "has \(source.count) bytes, beyond the \(ShardIndex.longest) that an index may have")
    }
    let text = try source.bytes(at: 0, count: source.count)
    do {
      try text.withUnsafeBytes { text in try readJSON(text) { try take($0) } }
    } catch let error as JSONError {
      throw refused("is no JSON: \(error.reason)")
    } catch let refusal as SafetensorsHeader.Refusal {
      throw refused(refusal.problem)
    }
    guard hasMap else { throw refused("has no 'weight_map'") }
    seen = []
  }

  private mutating func take(_ event: JSONEvent) throws {
    switch (state, event) {
    case (.start, .objectStart): state = .members
    case (.members, .objectEnd): state = .end
    case (.members, .key(let key)):
      guard key.elementsEqual("weight_map".utf8) else { return state = .skipped(depth: 0) }
      guard !hasMap else { throw SafetensorsHeader.Refusal(problem: "has 'weight_map' twice") }
      hasMap = true
      state = .mapStart
    case (.mapStart, .objectStart): state = .map
    case (.map, .objectEnd): state = .members
    case (.map, .key(let key)):
      name = String(decoding: key, as: UTF8.self)
      guard seen.insert(Array(key)).inserted else {
        throw SafetensorsHeader.Refusal(problem: "names the tensor \(name.quoted) twice")
      }
      state = .file
    case (.file, .string(let text)):
      try add(file: String(decoding: text, as: UTF8.self))
      state = .map
    case (.skipped(let depth), _): skip(event, depth)
    default:
      throw SafetensorsHeader.Refusal(
        problem: "has no 'weight_map' that is an object of file names")
    }
  }

  private mutating func skip(_ event: JSONEvent, _ depth: Int) {
    switch event {
    case .objectStart, .arrayStart: state = .skipped(depth: depth + 1)
    case .objectEnd, .arrayEnd: state = depth == 1 ? .members : .skipped(depth: depth - 1)
    case .key: break
    default: if depth == 0 { state = .members }
    }
  }

  private mutating func add(file: String) throws {
    if let place = places[file] { return tensors.append((name, place)) }
    // A file of another folder is none of this model's.
    guard file.hasSuffix(".safetensors"), !file.hasPrefix("."),
      !file.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }), file.utf8.count <= 255
    else {
      throw SafetensorsHeader.Refusal(
        problem: "names the file \(file.quoted), which is no plain name of a .safetensors file")
    }
    guard files.count < ShardIndex.mostFiles else {
      throw SafetensorsHeader.Refusal(problem: "names more than \(ShardIndex.mostFiles) files")
    }
    places[file] = files.count
    files.append(file)
    tensors.append((name, files.count - 1))
  }

  /// Each is kept open; the largest models have some hundreds.
  static let mostFiles = 900
}
