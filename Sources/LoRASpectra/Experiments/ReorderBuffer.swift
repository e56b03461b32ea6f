import Glibc

/// Passes numbered elements from many workers to one consumer, in the order of their numbers.
///
/// A worker that is ahead of the consumer by more than the window waits; the worker with the next
/// number never waits, so the window cannot deadlock. The consumer is woken for several elements at
/// once: waking it for each would take a worker's processor each time.
package final class ReorderBuffer<Element: Sendable>: @unchecked Sendable {
  /// The result of waiting for elements.
  package enum Delivery {
    /// The elements with the next numbers; empty if they did not arrive in time.
    case elements([Element])
    /// All workers have left, so nobody will deliver the next number.
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
  ///   - first: the first number.
  ///   - workers: number of workers, each of which calls ``leave()`` once.
  ///   - window: how many numbers beyond the next one may be delivered.
  ///   - least: number of elements for which the consumer is woken; after a long wait it is woken
  ///   for fewer.
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
  /// - Returns: false if the consumer has closed.
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

  /// Reports that a worker stops early, so that its next number may never come: workers that wait
  /// for the window to move are released, as they would wait for ever.
  func abandon() {
    pthread_mutex_lock(mutex)
    abandoned = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  /// Reports that a worker will deliver nothing more.
  package func leave() {
    pthread_mutex_lock(mutex)
    workers -= 1
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  private var isWorthWaking: Bool { waiting.count >= least && waiting[next] != nil }

  /// Waits for the elements with the next numbers, at most this many nanoseconds.
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

  /// Releases every waiting worker; elements delivered later are dropped.
  package func close() {
    pthread_mutex_lock(mutex)
    closed = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }
}
