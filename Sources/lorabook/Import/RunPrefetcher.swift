import LoRASpectra

/// Reads the runs of a file on a thread of its own, while those before them are recorded.
final class RunPrefetcher {
  /// How many batches may wait to be recorded.
  private static let window = 4

  private let batches: ReorderBuffer<Result<[NamedRun], any Error>>
  private let thread: WorkerThread
  private var received: ArraySlice<Result<[NamedRun], any Error>> = []

  /// Begins to read; nobody else may read the file from here on.
  ///
  /// - Throws: `NoWorkerThread`.
  init(of file: RunFile) throws {
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
  /// - Returns: none behind the last one.
  /// - Throws: what reading them threw, once.
  func nextBatch() throws -> [NamedRun] {
    while received.isEmpty {
      guard case .elements(let results) = batches.receive(timeout: 1_000_000_000) else { return [] }
      received = results[...]
    }
    return try received.removeFirst().get()
  }
}
