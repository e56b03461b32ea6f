import LoRASpectra

/// Reads the runs of a file on a separate thread while earlier runs are recorded.
final class RunPrefetcher {
  /// How many batches may wait to be recorded.
  private static let window = 4

  private let batches: ReorderBuffer<Result<[NamedRun], any Error>>
  private let thread: WorkerThread
  private var received: ArraySlice<Result<[NamedRun], any Error>> = []

  /// Starts reading; the caller must not read the file afterwards.
  ///
  /// - Throws: `NoWorkerThread`.
  init(of file: any RunSource) throws {
    let batches = ReorderBuffer<Result<[NamedRun], any Error>>(workers: 1, window: Self.window)
    self.batches = batches
    nonisolated(unsafe) let file = file
    thread = try WorkerThread {
      defer { batches.leave() }
      var number = 0
      while true {
        let batch = Result { try file.nextBatch() }
        let isLast = (try? batch.get())?.isEmpty ?? true
        guard batches.deliver(batch, number: number), !isLast else { return }
        number += 1
      }
    }
  }

  deinit {
    batches.close()
    thread.join()
  }

  /// The next runs.
  ///
  /// - Returns: an empty batch after the last run.
  /// - Throws: an error of reading them, once.
  func nextBatch() throws -> [NamedRun] {
    while received.isEmpty {
      guard case .elements(let results) = batches.receive(timeout: 1_000_000_000) else { return [] }
      received = results[...]
    }
    return try received.removeFirst().get()
  }
}
