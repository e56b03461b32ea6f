import Foundation
import Synchronization

/// Lets threads start at the same time.
final class StartSignal: Sendable {
  let isGiven = Atomic<Bool>(false)
}

/// Runs a body on a separate thread, as in another process.
func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await withCheckedThrowingContinuation {
    (continuation: CheckedContinuation<Void, any Error>) in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}
