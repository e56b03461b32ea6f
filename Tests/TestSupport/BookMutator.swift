/// Damages the bytes of a SQLite file or of its write-ahead log, the same way for the same seed
/// (sqlite.org/fileformat2.html).
package struct BookMutator {
  private var random: SplitMix64
  /// The changes made, for a message.
  package private(set) var history: [String] = []

  package init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// A random number below a bound.
  package mutating func number(below bound: Int) -> Int {
    bound < 2 ? 0 : Int.random(in: 0..<bound, using: &random)
  }

  /// A random choice of some values.
  package mutating func one<Element>(of elements: [Element]) -> Element {
    elements[number(below: elements.count)]
  }

  private typealias Way = (name: String, act: (inout BookMutator, inout [UInt8]) -> Void)

  /// Damages a book in one to three ways.
  ///
  /// - Parameter isPlain: whether the first of them flips, cuts or zeroes bytes, as a disk does.
  package mutating func damage(_ book: inout [UInt8], isPlain: Bool = true) {
    let plain: [Way] = [
      ("flip bits", { $0.flipBits(&$1) }), ("scatter bytes", { $0.scatter(&$1) }),
      ("cut", { $0.cut(&$1) }), ("zero a range", { $0.zero(&$1) }),
    ]
    let knowing: [Way] = [
      ("a field of the header", { $0.setHeaderField(&$1) }),
      ("a page over another", { $0.copyPage(&$1) }), ("a page twice", { $0.insertPage(&$1) }),
      ("swap pages", { $0.swapPages(&$1) }), ("a b-tree's header", { $0.setTreeHeader(&$1) }),
      ("a cell's place", { $0.setCellPointer(&$1) }), ("a cell", { $0.setCell(&$1) }),
      ("append", { $0.append(&$1) }),
    ]
    for count in 0...number(below: 3) where book.count > 200 {
      let way = one(of: count == 0 && isPlain ? plain : plain + knowing)
      way.act(&self, &book)
      history.append(way.name)
    }
  }

  /// The bytes of a page; 0-based.
  private func page(_ index: Int, of book: [UInt8]) -> Range<Int> {
    let size = pageSize(of: book)
    return min(index * size, book.count)..<min((index + 1) * size, book.count)
  }

  private func pageSize(of book: [UInt8]) -> Int {
    let size = Int(book[16]) << 8 | Int(book[17])
    return size == 1 ? 65536 : max(512, size)
  }

  private mutating func anyPage(of book: [UInt8]) -> Range<Int> {
    page(number(below: max(1, book.count / pageSize(of: book))), of: book)
  }

  private mutating func flipBits(_ book: inout [UInt8]) {
    for _ in 0...number(below: 16) {
      book[number(below: book.count)] ^= 1 << UInt8(number(below: 8))
    }
  }

  private mutating func scatter(_ book: inout [UInt8]) {
    for _ in 0...number(below: 32) {
      book[number(below: book.count)] = UInt8(number(below: 256))
    }
  }

  private mutating func setHeaderField(_ book: inout [UInt8]) {
    let (offset, length) = one(of: [
      (0, 16), (16, 2), (18, 1), (19, 1), (20, 1), (21, 1), (22, 1), (23, 1), (24, 4), (28, 4),
      (32, 4), (36, 4), (40, 4), (44, 4), (48, 4), (52, 4), (56, 4), (60, 4), (64, 4), (68, 4),
      (72, 20), (92, 4), (96, 4),
    ])
    let byte = one(of: [0, 1, 2, 3, 5, 0x7f, 0x80, 0xff] as [UInt8])
    let isWhole = number(below: 2) == 0
    for index in offset..<(offset + length) where isWhole || index == offset + length - 1 {
      book[index] = byte
    }
  }

  private mutating func cut(_ book: inout [UInt8]) {
    let size = pageSize(of: book)
    let length = number(below: book.count)
    book.removeLast(book.count - (number(below: 2) == 0 ? length : length / size * size))
  }

  private mutating func zero(_ book: inout [UInt8]) {
    let start = number(below: book.count)
    let range =
      number(below: 2) == 0
      ? anyPage(of: book) : start..<min(book.count, start + 1 + number(below: 4096))
    for index in range { book[index] = 0 }
  }

  private mutating func copyPage(_ book: inout [UInt8]) {
    let (from, to) = (anyPage(of: book), anyPage(of: book))
    if from.count == to.count { book.replaceSubrange(to, with: Array(book[from])) }
  }

  private mutating func insertPage(_ book: inout [UInt8]) {
    let (from, to) = (anyPage(of: book), anyPage(of: book))
    book.insert(contentsOf: Array(book[from]), at: to.lowerBound)
  }

  private mutating func swapPages(_ book: inout [UInt8]) {
    let (a, b) = (anyPage(of: book), anyPage(of: book))
    guard a.count == b.count else { return }
    let (first, second) = (Array(book[a]), Array(book[b]))
    book.replaceSubrange(a, with: second)
    book.replaceSubrange(b, with: first)
  }

  /// Where a page's b-tree begins: after the file's header in the first page.
  private func treeStart(_ page: Range<Int>) -> Int {
    page.lowerBound + (page.lowerBound == 0 ? 100 : 0)
  }

  private mutating func setTreeHeader(_ book: inout [UInt8]) {
    let start = treeStart(anyPage(of: book))
    let offset = number(below: 12)
    guard start + offset < book.count else { return }
    book[start + offset] =
      offset == 0
      ? one(of: [0, 2, 5, 10, 13, 255]) : one(of: [0, 1, 0x7f, 0xff, UInt8(number(below: 256))])
  }

  private mutating func setCellPointer(_ book: inout [UInt8]) {
    let start = treeStart(anyPage(of: book)) + 8 + number(below: 40)
    guard start < book.count else { return }
    book[start] = UInt8(number(below: 256))
  }

  /// Overwrites the start of a cell, which has its length, its key and its types, among others with
  /// long numbers in the file's own encoding.
  private mutating func setCell(_ book: inout [UInt8]) {
    let page = anyPage(of: book)
    let start = treeStart(page)
    guard start + 12 < page.upperBound else { return }
    let isInterior = book[start] == 2 || book[start] == 5
    let cells = Int(book[start + 3]) << 8 | Int(book[start + 4])
    let pointer = start + (isInterior ? 12 : 8) + 2 * number(below: max(1, cells))
    guard pointer + 1 < page.upperBound else { return }
    let cell = page.lowerBound + (Int(book[pointer]) << 8 | Int(book[pointer + 1]))
    let offset = cell + number(below: 24)
    let bytes = one(of: [
      [UInt8](repeating: 0xff, count: 9), [0x7f], [0], [0x80, 0], [0xff, 0xff, 0xff, 0x7f], [13],
      [UInt8(number(below: 256)), UInt8(number(below: 256))],
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
    ])
    for (index, byte) in bytes.enumerated() where offset + index < page.upperBound {
      book[offset + index] = byte
    }
  }

  private mutating func append(_ book: inout [UInt8]) {
    for _ in 0..<number(below: 9000) { book.append(UInt8(number(below: 256))) }
  }
}

extension BookMutator {
  /// Damages a write-ahead log; in half of the cases its checksums are made valid again, so that
  /// the damage is taken for data (sqlite.org/fileformat2.html, 4).
  package mutating func damageLog(_ log: inout [UInt8]) {
    guard log.count > 32 else { return }
    for _ in 0...number(below: 6) {
      let place = number(below: 4) == 0 ? number(below: 60) : number(below: log.count)
      log[place] = number(below: 2) == 0 ? UInt8(number(below: 256)) : log[place] ^ 1
    }
    history.append("the log")
    if number(below: 4) == 0 { log.removeLast(number(below: log.count - 32)) }
    if number(below: 2) == 0 {
      history.append("its checksums made to hold")
      BookMutator.sum(&log)
    }
  }

  private static func word(_ bytes: [UInt8], _ at: Int, isBig: Bool = true) -> UInt32 {
    let word = bytes[at..<(at + 4)].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
    return isBig ? word : word.byteSwapped
  }

  private static func sum(_ log: inout [UInt8]) {
    let isBig = log[3] & 1 == 1
    var (s0, s1): (UInt32, UInt32) = (0, 0)
    func add(_ log: [UInt8], _ range: Range<Int>) {
      for at in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
        s0 = s0 &+ word(log, at, isBig: isBig) &+ s1
        s1 = s1 &+ word(log, at + 4, isBig: isBig) &+ s0
      }
    }
    func put(_ log: inout [UInt8], _ at: Int) {
      for (index, value) in [s0, s1].enumerated() {
        for byte in 0..<4 {
          log[at + 4 * index + byte] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * byte))
        }
      }
    }
    add(log, 0..<24)
    put(&log, 24)
    let size = Int(word(log, 8)) & 0x1fff8
    guard size >= 512 else { return }
    var frame = 32
    while frame + 24 + size <= log.count {
      for index in 8..<16 { log[frame + index] = log[8 + index] }
      add(log, frame..<(frame + 8))
      add(log, (frame + 24)..<(frame + 24 + size))
      put(&log, frame + 16)
      frame += 24 + size
    }
  }
}
