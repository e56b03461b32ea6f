import Glibc

/// The system could not start a thread.
package struct NoWorkerThread: Error {
  /// pthread_create's error number.
  package var code: Int32
}

/// A thread that can be joined.
package final class WorkerThread {
  private var thread = pthread_t()

  /// Starts the thread.
  package init(_ body: @escaping @Sendable () -> Void) throws(NoWorkerThread) {
    let box = Unmanaged.passRetained(Body(body))
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    if code != 0 {
      box.release()
      throw NoWorkerThread(code: code)
    }
  }

  /// Waits for the thread's end; call it once.
  package func join() { pthread_join(thread, nil) }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
