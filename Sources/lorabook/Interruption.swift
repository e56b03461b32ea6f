import Glibc
import Synchronization

/// Ctrl-C and its relatives: the first asks the work to end where nothing is lost, a second ends the process.
enum Interruption {
  private static let asked = Atomic<Bool>(false)

  /// Whether the work is asked to end.
  static var isAsked: Bool { asked.load(ordering: .relaxed) }

  /// Starts to watch for SIGINT, SIGTERM and SIGHUP.
  static func watch() {
    // A handler may not be the first to touch a lazily made global.
    _ = isAsked
    ProgressLine.wipe()
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      let wasAsked = Interruption.asked.exchange(true, ordering: .relaxed)
      if wasAsked {
        ProgressLine.wipe()
        _exit(ExitStatus.interrupted.rawValue)
      }
    }
    action.sa_flags = SA_RESTART
    var watched = sigset_t()
    sigemptyset(&watched)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // What nohup or a shell's background has set to be ignored stays so.
      var inherited = sigaction()
      sigaction(number, nil, &inherited)
      if isIgnored(inherited) { continue }
      sigaction(number, &action, nil)
      sigaddset(&watched, number)
    }
    // A parent may have started this process with them blocked.
    pthread_sigmask(SIG_UNBLOCK, &watched, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
