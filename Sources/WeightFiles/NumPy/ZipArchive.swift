import CMinizip
import Glibc
import LoRASpectra
import Synchronization

/// The entries of a zip archive (PKWARE APPNOTE 6.3.10; zip64 too), read with minizip.
final class ZipArchive: @unchecked Sendable {
  /// What the archive's directory says of an entry.
  struct Entry: Sendable {
    var name: String
    var count: Int
    var isStored: Bool
    /// Why it cannot be read; nil where it can.
    var problem: String?
    fileprivate var place: UInt64
  }

  let source: any ByteSource
  private let zip: lorabook_zip
  /// minizip has one entry open at a time.
  private let lock = Mutex(())
  private let reader: Reader

  /// An archive may have as many entries; a model has some thousand arrays.
  static let mostEntries = 100_000

  /// What minizip calls for bytes: it can be told of an end, but not of an error, which waits here.
  private final class Reader {
    let source: any ByteSource
    var error: WeightFileError?

    init(_ source: any ByteSource) { self.source = source }

    func read(_ offset: UInt64, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
      guard let offset = Int(exactly: offset), offset < source.count else { return 0 }
      let count = min(count, source.count - offset)
      do {
        try source.read(
          into: UnsafeMutableRawBufferPointer(start: bytes, count: count), at: offset)
        return count
      } catch {
        self.error = error
        return 0
      }
    }
  }

  /// - Throws: `WeightFileError`.
  init(_ source: any ByteSource) throws(WeightFileError) {
    let reader = Reader(source)
    let zip = lorabook_zip_open(
      Unmanaged.passUnretained(reader).toOpaque(), UInt64(source.count)
    ) { context, offset, bytes, count in
      guard let context else { return 0 }
      return Unmanaged<Reader>.fromOpaque(context).takeUnretainedValue().read(offset, bytes, count)
    }
    guard let zip else {
      throw reader.error
        ?? WeightFileError(
          .malformed, source.name, "is no zip archive, or has lost its end",
          remedy: "Download it again, or save it again with numpy.savez")
    }
    self.source = source
    self.reader = reader
    self.zip = zip
  }

  deinit { lorabook_zip_close(zip) }

  /// All entries, in the directory's order.
  ///
  /// - Throws: `WeightFileError`.
  func entries() throws(WeightFileError) -> [Entry] {
    var entries: [Entry] = []
    var entry = lorabook_zip_entry()
    var name = [CChar](repeating: 0, count: 1024)
    var status = lorabook_zip_first(zip, &entry, &name, name.count)
    while status == LORABOOK_ZIP_DONE {
      guard entries.count < ZipArchive.mostEntries else {
        throw refused("has more than \(ZipArchive.mostEntries) entries")
      }
      let bytes = name.prefix(min(entry.name_count, name.count)).map(UInt8.init(bitPattern:))
      guard entry.name_count <= name.count, let text = String(validating: bytes, as: UTF8.self),
        !bytes.contains(0)
      else {
        throw refused("has an entry whose name is longer than \(name.count) bytes or no UTF-8")
      }
      let count = Int(exactly: entry.count)
      let isStored = entry.method == 0
      let problem: String? =
        if entry.is_encrypted != 0 {
          "is encrypted"
        } else if !isStored && entry.method != 8 {
          "is packed by method \(entry.method); stored and deflated entries are read"
        } else if count == nil || isStored && entry.count != entry.compressed_count {
          "has a size that is none"
        } else {
          nil
        }
      entries.append(
        Entry(
          name: text, count: count ?? 0, isStored: isStored, problem: problem,
          place: lorabook_zip_place(zip)))
      status = lorabook_zip_next(zip, &entry, &name, name.count)
    }
    guard status == LORABOOK_ZIP_END else { throw failure(status, "its directory") }
    return entries
  }

  /// The first bytes of an entry, as many as there are up to a number.
  ///
  /// - Throws: `WeightFileError`.
  func start(of entry: Entry, count: Int) throws(WeightFileError) -> [UInt8] {
    var bytes: [UInt8] = []
    try stream(entry) { part in
      bytes.append(contentsOf: part.prefix(count - bytes.count))
      return bytes.count < count
    }
    return bytes
  }

  /// Reads a whole entry and compares its check sum.
  ///
  /// - Returns: the bytes, from 0 on: of a stored entry those of the archive itself, of a deflated one a file that has
  ///   no name and goes with its last reader.
  /// - Throws: `WeightFileError`.
  func contents(of entry: Entry) throws(WeightFileError) -> (bytes: any ByteSource, offset: Int) {
    guard !entry.isStored else {
      let offset = try stream(entry) { _ in true }
      return (source, offset)
    }
    guard let file = tmpfile() else { throw unwritten(errno) }
    defer { fclose(file) }
    var code: Int32 = 0
    try stream(entry) { part in
      if fwrite(part.baseAddress, 1, part.count, file) < part.count { code = errno }
      return code == 0
    }
    if code == 0, fflush(file) != 0 { code = errno }
    guard code == 0 else { throw unwritten(code) }
    let descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { throw unwritten(errno) }
    return (FileBytes(descriptor, count: entry.count, name: source.name), 0)
  }

  /// Reads an entry until its end, where size and check sum are compared, or until `body` returns false.
  ///
  /// - Returns: where the entry's bytes stand in the archive.
  @discardableResult
  private func stream(
    _ entry: Entry, _ body: (UnsafeRawBufferPointer) -> Bool
  ) throws(WeightFileError) -> Int {
    let result: Result<Int, WeightFileError> = lock.withLock { _ in
      do throws(WeightFileError) {
        return .success(try streamLocked(entry, body))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func streamLocked(
    _ entry: Entry, _ body: (UnsafeRawBufferPointer) -> Bool
  ) throws(WeightFileError) -> Int {
    reader.error = nil
    var offset: UInt64 = 0
    let begun = lorabook_zip_begin(zip, entry.place, &offset)
    guard begun == LORABOOK_ZIP_DONE else { throw failure(begun, entry.name.quoted) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    var total = 0
    while true {
      var count = buffer.count
      let status = lorabook_zip_read(zip, buffer.baseAddress, &count)
      guard status == LORABOOK_ZIP_DONE else {
        lorabook_zip_finish(zip)
        throw failure(status, entry.name.quoted)
      }
      guard count > 0 else { break }
      total += count
      guard body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) else {
        lorabook_zip_finish(zip)
        return Int(clamping: offset)
      }
    }
    let finished = lorabook_zip_finish(zip)
    guard finished == LORABOOK_ZIP_DONE else { throw failure(finished, entry.name.quoted) }
    guard total == entry.count, reader.error == nil else {
      throw reader.error
        ?? refused("has \(total) bytes under \(entry.name.quoted), not \(entry.count)")
    }
    return Int(clamping: offset)
  }

  private func failure(_ status: lorabook_zip_status, _ what: String) -> WeightFileError {
    if let error = reader.error { return error }
    switch status {
    case LORABOOK_ZIP_CHECKSUM: return refused("is damaged: the check sum of \(what) is another")
    case LORABOOK_ZIP_MEMORY:
      return WeightFileError(
        .unreadable(code: ENOMEM), source.name, "needs more memory than there is",
        remedy: "Free some")
    default: return refused("is damaged at \(what)")
    }
  }

  private func refused(_ problem: String) -> WeightFileError {
    WeightFileError(
      .malformed, source.name, problem,
      remedy: "Download it again, or save it again with numpy.savez")
  }

  private func unwritten(_ code: Int32) -> WeightFileError {
    WeightFileError(
      .unreadable(code: code), source.name,
      "cannot be unpacked into a temporary file: \(systemMessage(code))",
      remedy: "Make room there, or save it with numpy.savez, which packs nothing")
  }
}

/// The bytes of an entry, which are unpacked and checked when more than the first are asked for.
final class ZipEntryBytes: ByteSource {
  let name: String
  let count: Int
  private let archive: ZipArchive
  private let entry: ZipArchive.Entry
  /// The first bytes, of which no check sum was compared yet: for the header alone.
  private let start: Mutex<[UInt8]>
  private let unpacked = Mutex<(bytes: any ByteSource, offset: Int)?>(nil)

  /// The header of an array is hardly ever longer.
  private static let startCount = 4096

  init(_ archive: ZipArchive, _ entry: ZipArchive.Entry) throws(WeightFileError) {
    self.archive = archive
    self.entry = entry
    name = archive.source.name
    count = entry.count
    start = Mutex(try archive.start(of: entry, count: min(entry.count, ZipEntryBytes.startCount)))
  }

  /// Has everything that is read from now on unpacked and checked.
  func forgetStart() { start.withLock { $0 = [] } }

  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(WeightFileError) {
    let isInStart = start.withLock { start in
      guard offset >= 0, offset < start.count, buffer.count <= start.count - offset else {
        return false
      }
      buffer.copyBytes(from: start[offset..<(offset + buffer.count)])
      return true
    }
    if isInStart { return }
    let result: Result<(bytes: any ByteSource, offset: Int), WeightFileError> =
      unpacked.withLock { unpacked in
        if let unpacked { return .success(unpacked) }
        do throws(WeightFileError) {
          let contents = try archive.contents(of: entry)
          unpacked = contents
          return .success(contents)
        } catch {
          return .failure(error)
        }
      }
    let (bytes, first) = try result.get()
    try bytes.read(into: buffer, at: first + offset)
  }
}
