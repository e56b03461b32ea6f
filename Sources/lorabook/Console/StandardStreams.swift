import Glibc

/// The three streams that a process is given.
enum StandardStreams {
  /// Puts something in the place of each that is closed, so that no book or file is opened there and
  /// messages written into it: /dev/null, the wrong way round, so that using it is an error all the same.
  static func keepPlaces() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is the one that is closed.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
