import Glibc

/// The program that opens a page for its reader: the first of `$BROWSER` that works, else xdg-open.
enum Browser {
  /// A program that has not failed by then has opened the page: some run as long as it is read.
  private static let patience = 3_000

  /// Opens a page.
  ///
  /// - Parameter path: absolute.
  /// - Returns: whether a program took it.
  static func open(_ path: String) -> Bool {
    let stream = Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)
    guard stream >= 0 else { return false }
    defer { close(stream) }
    return lines.contains { opens(path, with: $0, stream) }
  }

  /// `$BROWSER` has lines with colons between them, in which `%s` stands for the page.
  private static var lines: [String] {
    let named = getenv("BROWSER").flatMap { String(validatingCString: $0) } ?? ""
    return named.split(separator: ":").map(String.init) + ["xdg-open"]
  }

  private static func opens(_ path: String, with line: String, _ stream: Int32) -> Bool {
    let words = line.split(separator: " ").map(String.init)
    guard let name = words.first, let program = ChildProcess.path(of: name) else { return false }
    var arguments = words.dropFirst().map { $0.replacing("%s", with: path) }
    if !line.contains("%s") { arguments.append(path) }
    guard
      let process = try? ChildProcess(
        program, Array(arguments), streams: (stream, stream, stream))
    else { return false }
    switch process.ending(within: patience) {
    case nil, .exited(0): return true
    default: return false
    }
  }
}
