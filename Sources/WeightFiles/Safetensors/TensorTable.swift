import Glibc

/// The tensors that a safetensors header names, in its order, packed: a header may have a million.
package struct TensorTable: Sendable {
  private var names: [UInt8] = []
  private var nameEnds: [Int] = []
  private var types: [ElementType] = []
  private var dimensions: [Int] = []
  private var dimensionEnds: [Int] = []
  private var begins: [Int] = []
  private var ends: [Int] = []
  /// An open hash table of indices + 1; 0 is a free place.
  private var places: [UInt32] = [UInt32](repeating: 0, count: 64)

  /// How many tensors there are.
  package var count: Int { nameEnds.count }

  /// Adds a tensor of that name, whose other properties follow with ``finish(_:_:_:)``.
  ///
  /// - Returns: false where there is one of that name.
  mutating func add(name: UnsafeBufferPointer<UInt8>) -> Bool {
    let (place, index) = find(name)
    guard index == nil else { return false }
    names.append(contentsOf: name)
    nameEnds.append(names.count)
    places[place] = UInt32(count)
    if 2 * count > places.count { rehash() }
    return true
  }

  /// Completes the tensor that was added last.
  mutating func finish(_ type: ElementType, _ dimensions: [Int], _ range: Range<Int>) {
    types.append(type)
    self.dimensions.append(contentsOf: dimensions)
    dimensionEnds.append(self.dimensions.count)
    begins.append(range.lowerBound)
    ends.append(range.upperBound)
  }

  /// The index of a name; nil where there is none. Names are the same where their bytes are.
  package func index(of name: String) -> Int? {
    var name = name
    return name.withUTF8 { find($0).index }
  }

  /// The name at an index of 0 ..< count.
  package func name(at index: Int) -> String {
    String(decoding: names[nameRange(index)], as: UTF8.self)
  }

  /// The type at an index of 0 ..< count.
  package func type(at index: Int) -> ElementType { types[index] }

  /// The dimensions at an index of 0 ..< count.
  package func dimensions(at index: Int) -> ArraySlice<Int> {
    dimensions[(index == 0 ? 0 : dimensionEnds[index - 1])..<dimensionEnds[index]]
  }

  /// Where the bytes at an index of 0 ..< count stand, counted from the end of the header.
  package func range(at index: Int) -> Range<Int> { begins[index]..<ends[index] }

  private func nameRange(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : nameEnds[index - 1])..<nameEnds[index]
  }

  /// Where a name is in `places`, or would be.
  private func find(_ name: UnsafeBufferPointer<UInt8>) -> (place: Int, index: Int?) {
    // Swift's own hash has a random seed: names that all fall together cannot be made up.
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(name))
    let mask = places.count - 1
    var place = hasher.finalize() & mask
    while places[place] != 0 {
      let index = Int(places[place]) - 1
      let range = nameRange(index)
      let isSame =
        range.count == name.count
        && names.withUnsafeBufferPointer {
          let known = UnsafeBufferPointer(rebasing: $0[range])
          guard let one = known.baseAddress, let other = name.baseAddress else { return true }
          return memcmp(one, other, name.count) == 0
        }
      if isSame { return (place, index) }
      place = (place + 1) & mask
    }
    return (place, nil)
  }

  private mutating func rehash() {
    places = [UInt32](repeating: 0, count: 2 * places.count)
    names.withUnsafeBufferPointer { names in
      for index in 0..<count {
        let (place, _) = find(UnsafeBufferPointer(rebasing: names[nameRange(index)]))
        places[place] = UInt32(index + 1)
      }
    }
  }
}
