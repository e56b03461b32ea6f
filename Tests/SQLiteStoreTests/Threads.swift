import Foundation
import Synchronization

/// What threads wait for so that they start at once.
final class StartSignal: Sendable {
  let isGiven = Atomic<Bool>(false)
}

/// Does something on a thread of its own, as another process would.
func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await withCheckedThrowingContinuation {
    (continuation: CheckedContinuation<Void, any Error>) in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}
