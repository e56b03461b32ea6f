import Glibc

/// The commit of the code that a sweep was started from.
///
/// It is read from the repository's files, because git runs programs named in the folder's own
/// configuration: for example `core.fsmonitor`, and the filters of `.gitattributes` when it looks
/// for changed files. Therefore it does not tell whether files had been changed since. For the
/// files see gitrepository-layout(5) and git-worktree(1).
enum GitCommit {
  /// The commit checked out in the working directory, or in the nearest folder above it that is a
  /// work tree.
  ///
  /// - Returns: 40 hexadecimal digits, or 64 if the repository uses SHA-256; nil outside a work
  ///   tree, before
  ///   the first commit, and if refs are not stored in files (reftable).
  static func current() -> String? {
    var folder = "."
    // Relative paths, because the working directory's own path may not be UTF-8.
    while folder.utf8.count < PATH_MAX {
      if let directory = directory(of: folder) { return commit(in: directory) }
      var here = stat()
      var above = stat()
      guard stat(folder, &here) == 0, stat(folder + "/..", &above) == 0,
        (here.st_dev, here.st_ino) != (above.st_dev, above.st_ino)
      else { return nil }
      folder += "/.."
    }
    return nil
  }

  /// The git directory of a work tree; nil if the folder is not one.
  private static func directory(of tree: String) -> String? {
    let path = tree + "/.git"
    if firstLine(of: path + "/HEAD") != nil { return path }
    // A linked work tree, or a submodule.
    guard let line = firstLine(of: path), line.utf8.starts(with: "gitdir: ".utf8) else {
      return nil
    }
    return joined(tree, String(line.unicodeScalars.dropFirst("gitdir: ".count)))
  }

  private static func commit(in directory: String) -> String? {
    guard let head = firstLine(of: directory + "/HEAD") else { return nil }
    guard head.utf8.starts(with: "ref: ".utf8) else { return name(head) }
    let ref = String(head.unicodeScalars.dropFirst("ref: ".count))
    // A ref is a path below refs, and no part of it begins with a dot (git-check-ref-format(1)).
    guard ref.utf8.starts(with: "refs/".utf8), !ref.contains("/.") else { return nil }
    let common = firstLine(of: directory + "/commondir").map { joined(directory, $0) } ?? directory
    return firstLine(of: "\(common)/\(ref)").flatMap(name) ?? packed(ref, in: common)
  }

  /// The commit of a ref without a file of its own.
  private static func packed(_ ref: String, in common: String) -> String? {
    guard let text = text(of: common + "/packed-refs") else { return nil }
    return text.utf8.split(separator: UInt8(ascii: "\n")).lazy
      .map { $0.split(separator: UInt8(ascii: " "), maxSplits: 1) }
      .first { $0.count == 2 && $0[1].elementsEqual(ref.utf8) }
      .flatMap { name(String(Substring($0[0]))) }
  }

  /// The text if it is a commit's name; nil otherwise.
  private static func name(_ text: String) -> String? {
    let isHexadecimal = text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    return isHexadecimal && [40, 64].contains(text.utf8.count) ? text : nil
  }

  private static func joined(_ folder: String, _ path: String) -> String {
    path.utf8.first == UInt8(ascii: "/") ? path : "\(folder)/\(path)"
  }

  private static func firstLine(of path: String) -> String? {
    text(of: path)?.utf8.split(separator: UInt8(ascii: "\n")).first.map { String(Substring($0)) }
  }

  /// The text of a file; nil for anything else, such as a pipe that nobody writes to.
  private static func text(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return try? TextFile.read(path)
  }
}
