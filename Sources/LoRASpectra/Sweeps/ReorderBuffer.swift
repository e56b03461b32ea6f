import Glibc

/// Hands numbered elements from many workers to one consumer, in the order of their numbers.
///
/// A worker that runs ahead of the consumer by more than the window waits; the one that holds the next
/// number never does, so the window cannot lock the workers out. The consumer is woken for some elements at once:
/// for each alone it would take a worker's processor from it again and again.
package final class ReorderBuffer<Element: Sendable>: @unchecked Sendable {
  /// What the consumer gets.
  package enum Delivery {
    /// Those with the next numbers; none where they did not come in time.
    case elements([Element])
    /// No worker will deliver the next number: all have left.
    case end
  }

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private let window: Int
  private let least: Int
  private var waiting: [Int: Element] = [:]
  private var next: Int
  private var workers: Int
  private var closed = false
  private var abandoned = false

  /// - Parameters:
  ///   - first: the number to begin with.
  ///   - workers: how many will call ``leave()``, once each.
  ///   - window: how many numbers beyond the next one may be delivered.
  ///   - least: how many elements the consumer is woken for, at most; fewer, where it has waited for long.
  package init(first: Int = 0, workers: Int, window: Int, least: Int = 1) {
    next = first
    self.least = max(1, min(least, window / 2))
    self.workers = workers
    self.window = window
    mutex = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Delivers an element; waits while its number is too far ahead.
  ///
  /// - Returns: false where the consumer has closed and wants no more.
  package func deliver(_ element: Element, number: Int) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !closed, !abandoned, number >= next + window {
      pthread_cond_wait(changed, mutex)
    }
    if closed { return false }
    waiting[number] = element
    if isWorthWaking { pthread_cond_broadcast(changed) }
    return true
  }

  /// Says that a worker gives up before its work is done, so that its next number may never come: who
  /// waits for the window to move on would wait for ever, and is let through.
  func abandon() {
    pthread_mutex_lock(mutex)
    abandoned = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  /// Says that a worker will deliver nothing more.
  package func leave() {
    pthread_mutex_lock(mutex)
    workers -= 1
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  private var isWorthWaking: Bool { waiting.count >= least && waiting[next] != nil }

  /// The elements with the next numbers, after so many nanoseconds at the latest.
  package func receive(timeout nanoseconds: Int) -> Delivery {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    let nanosecond = deadline.tv_nsec + nanoseconds
    deadline.tv_sec += nanosecond / 1_000_000_000
    deadline.tv_nsec = nanosecond % 1_000_000_000
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isWorthWaking, workers > 0 {
      if pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { break }
    }
    var elements: [Element] = []
    while let element = waiting.removeValue(forKey: next) {
      elements.append(element)
      next += 1
    }
    if elements.isEmpty, workers == 0 { return .end }
    if !elements.isEmpty { pthread_cond_broadcast(changed) }
    return .elements(elements)
  }

  /// Lets every waiting worker go; what they still bring is dropped.
  package func close() {
    pthread_mutex_lock(mutex)
    closed = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }
}
