import Glibc

/// The path of a book, in a temporary folder that is removed when the process ends.
func temporaryBook() throws -> String {
  guard let folder = madeFolder else { throw BrokenPromise("there is no folder for a book") }
  atexit {
    guard let folder = madeFolder else { return }
    for name in ["book.db", "book.db-wal", "book.db-shm"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }
  return folder + "/book.db"
}

private let madeFolder: String? = {
  var template = Array("/tmp/lorabook-fuzz-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { return nil }
  return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}()

/// All bytes of a file.
func contents(of path: String) throws -> [UInt8] {
  guard let file = fopen(path, "re") else { throw BrokenPromise("no file \(path): \(errno)") }
  defer { fclose(file) }
  var status = stat()
  fstat(fileno(file), &status)
  return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
    count = fread(buffer.baseAddress, 1, buffer.count, file)
  }
}
