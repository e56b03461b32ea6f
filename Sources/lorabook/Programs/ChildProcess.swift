import Glibc

/// A child process in its own process group: Ctrl-C reaches only lorabook, which decides about the
/// child.
struct ChildProcess {
  /// How the process ended.
  enum Ending {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// The system could not start it; `code` is the system's error number.
  struct NotStarted: Error {
    var code: Int32
  }

  private let processID: pid_t

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - arguments: without the program's own name.
  ///   - environment: variables that are added or replaced.
  ///   - streams: descriptors that become its standard input, output and error; it gets no other
  ///     descriptor of lorabook, as those close on exec.
  /// - Throws: ``NotStarted``.
  init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    streams: (input: Int32, output: Int32, errors: Int32)
  ) throws(NotStarted) {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, descriptor) in [streams.input, streams.output, streams.errors].enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    // Signals that lorabook ignores or blocks are reset to the defaults that other programs expect.
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    let inherited = ChildProcess.environment().filter { entry in
      !environment.keys.contains { entry.starts(with: "\($0)=".utf8.map(CChar.init(bitPattern:))) }
    }
    let added = environment.map { Array("\($0)=\($1)".utf8CString) }
    let words = ([program] + arguments).map { Array($0.utf8CString) }
    var processID: pid_t = 0
    let code = ChildProcess.withPointers(to: words) { words in
      ChildProcess.withPointers(to: inherited + added) { environment in
        posix_spawn(&processID, program, &actions, &attributes, words, environment)
      }
    }
    guard code == 0 else { throw NotStarted(code: code) }
    self.processID = processID
  }

  /// The first executable file of a name on the PATH; nil if there is none.
  ///
  /// - Parameter name: a program's name, or a path, which is taken as it is.
  static func path(of name: String) -> String? {
    let path = getenv("PATH").map { UnsafeBufferPointer(start: $0, count: strlen($0)) }
    let folders =
      path?.map(UInt8.init(bitPattern:)).split(separator: UInt8(ascii: ":"))
      .compactMap { String(validating: $0, as: UTF8.self) } ?? ["/usr/bin", "/bin"]
    let candidates = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
    return candidates.first { candidate in
      var status = stat()
      return access(candidate, X_OK) == 0 && stat(candidate, &status) == 0
        && status.st_mode & S_IFMT == S_IFREG
    }
  }

  /// This process's environment as bytes.
  private static func environment() -> [[CChar]] {
    var entries: [[CChar]] = []
    var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
    while let entry = next.pointee {
      entries.append(Array(UnsafeBufferPointer(start: entry, count: strlen(entry) + 1)))
      next += 1
    }
    return entries
  }

  /// Passes `body` a C array of strings.
  private static func withPointers(
    to texts: [[CChar]], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32
  ) -> Int32 {
    let copies = texts.map { $0.withUnsafeBufferPointer { $0.baseAddress.flatMap { strdup($0) } } }
    defer { copies.forEach { free($0) } }
    guard copies.allSatisfy({ $0 != nil }) else { return ENOMEM }
    return body(copies + [nil])
  }

  /// How it ended, waiting for so long at most; nil if it still runs, which it may go on to do.
  ///
  /// - Parameter milliseconds: 0 or above.
  func ending(within milliseconds: Int) -> Ending? {
    for _ in 0...(max(0, milliseconds) / 2) {
      if let ending = ended() { return ending }
      usleep(2_000)
    }
    return nil
  }

  /// Waits until it ends.
  ///
  /// - Parameter shouldStop: polled; the process is killed when it returns true.
  func wait(shouldStop: () -> Bool = { false }) -> Ending {
    while true {
      if let ending = ended() { return ending }
      if shouldStop() { kill(processID, SIGKILL) }
      usleep(2_000)
    }
  }

  /// How it ended; nil if it still runs.
  private func ended() -> Ending? {
    var status: Int32 = 0
    let found = waitpid(processID, &status, WNOHANG)
    guard found == processID else {
      return found < 0 && errno != EINTR ? .killed(signal: SIGKILL) : nil
    }
    // WIFEXITED and WTERMSIG are macros, so Swift does not have them.
    return status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: status & 0x7f)
  }
}
