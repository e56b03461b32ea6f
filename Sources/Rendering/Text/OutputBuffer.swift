import LoRASpectra

/// Collects bytes and passes them on in large pieces.
final class OutputBuffer {
  private var bytes = OutputBytes()
  private let sink: ByteSink

  init(_ sink: @escaping ByteSink) { self.sink = sink }

  func append(_ byte: UInt8) { bytes.append(byte) }

  func append(_ text: String) { bytes.append(text) }

  func append(_ number: Double) { bytes.append(number) }

  /// Appends many things in one access.
  func append(_ body: (inout OutputBytes) -> Void) { body(&bytes) }

  /// Passes on the buffered bytes, if there are enough of them or `all` must go.
  func flush(all: Bool = false) throws {
    guard all ? bytes.count > 0 : bytes.count >= 1 << 16 else { return }
    try sink(bytes.held)
    bytes.removeAll()
  }

  /// Takes the buffered bytes without passing them on.
  func take() -> [UInt8] {
    defer { bytes.removeAll() }
    return Array(bytes.held)
  }
}

/// Bytes that grow at their end, without moving in memory while they fit.
struct OutputBytes: ~Copyable {
  private var memory: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init() { memory = .allocate(byteCount: 1 << 17, alignment: 1) }

  deinit { memory.deallocate() }

  /// The buffered bytes, valid until the next append.
  var held: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  mutating func removeAll() { count = 0 }

  mutating func append(_ byte: UInt8) {
    reserve(1)
    memory[count] = byte
    count += 1
  }

  mutating func append(_ more: UnsafeRawBufferPointer) {
    guard let start = more.baseAddress else { return }
    reserve(more.count)
    memory.baseAddress?.advanced(by: count).copyMemory(from: start, byteCount: more.count)
    count += more.count
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  mutating func append(_ number: Int64) {
    guard number >= 0 else { return append(String(number)) }
    // At most 19 digits, written from the last.
    reserve(20)
    var end = count + 1
    var left = number / 10
    while left > 0 {
      end += 1
      left /= 10
    }
    left = number
    for place in (count..<end).reversed() {
      memory[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: left % 10)
      left /= 10
    }
    count = end
  }

  /// Appends a number in its shortest spelling.
  mutating func append(_ number: Double) {
    number.withShortestText { append(UnsafeRawBufferPointer($0)) }
  }

  private mutating func reserve(_ more: Int) {
    guard memory.count - count < more else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 2 * (count + more), alignment: 1)
    larger.copyMemory(from: held)
    memory.deallocate()
    memory = larger
  }
}
