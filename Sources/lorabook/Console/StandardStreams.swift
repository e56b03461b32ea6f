import Glibc

/// The three standard streams of a process.
enum StandardStreams {
  /// Opens /dev/null for each closed stream, so that no book or file gets its number and messages
  /// are written into it. It is opened in the wrong direction, so that using it is still an error.
  static func keepPlaces() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) == -1 {
      // open() takes the lowest free number, which is the closed stream's.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
