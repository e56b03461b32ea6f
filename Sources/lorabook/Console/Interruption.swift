import Glibc
import SQLiteStore
import Synchronization

/// Ctrl-C and similar signals: the first asks the work to end where nothing is lost, a second ends
/// the process.
enum Interruption {
  private static let asked = Atomic<Bool>(false)
  /// Seconds from the first signal until the process ends by itself; 0 for never.
  private static let patience = Atomic<UInt32>(0)
  private static let interruptMessage = StaticString("lorabook: interrupted.\n")

  /// Whether the work should end.
  static var isAsked: Bool { asked.load(ordering: .relaxed) }

  /// Starts to watch for SIGINT, SIGTERM and SIGHUP.
  ///
  /// - Parameter mayEndAnywhere: whether the process may end by itself a second after the first
  ///   signal,
  ///   as it changes nothing, or everything in one transaction. SQLite checks for an interruption
  ///   between
  ///   two of its instructions, and one instruction of a user's SQL may take hours; it does not
  ///   check
  ///   while it waits for a book that another process writes.
  static func watch(mayEndAnywhere: Bool = false) {
    patience.store(mayEndAnywhere ? 1 : 0, ordering: .relaxed)
    // A handler must not be the first to touch a lazily made global.
    _ = isAsked
    _ = interruptMessage
    ProgressLine.wipe()
    PendingFiles.touch()
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      let wasAsked = Interruption.asked.exchange(true, ordering: .relaxed)
      if wasAsked { Interruption.leave() }
      alarm(Interruption.patience.load(ordering: .relaxed))
    }
    var late = sigaction()
    late.__sigaction_handler.sa_handler = { _ in
      _ = Glibc.write(
        STDERR_FILENO, Interruption.interruptMessage.utf8Start,
        Interruption.interruptMessage.utf8CodeUnitCount)
      Interruption.leave()
    }
    sigaction(SIGALRM, &late, nil)
    action.sa_flags = SA_RESTART
    var watched = sigset_t()
    sigemptyset(&watched)
    sigaddset(&watched, SIGALRM)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // Signals that nohup or a shell's background job ignores stay ignored.
      var inherited = sigaction()
      sigaction(number, nil, &inherited)
      if isIgnored(inherited) { continue }
      sigaction(number, &action, nil)
      sigaddset(&watched, number)
    }
    // A parent may have started this process with these signals blocked.
    pthread_sigmask(SIG_UNBLOCK, &watched, nil)
  }

  /// Ends the process at once; safe in a signal handler.
  private static func leave() {
    ProgressLine.wipe()
    PendingFiles.takeAll()
    _exit(ExitStatus.interrupted.rawValue)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
