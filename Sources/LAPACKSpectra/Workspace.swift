/// Memory for doubles that grows and is used again and again.
final class Workspace {
  private var buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: 0)

  deinit { buffer.deallocate() }

  /// At least `count` doubles, whose values are whatever was there before.
  func pointer(_ count: Int) -> UnsafeMutablePointer<Double> {
    if count > buffer.count || buffer.baseAddress == nil {
      buffer.deallocate()
      buffer = .allocate(capacity: max(count, 1))
    }
    // An allocation of at least one element has an address; the compiler cannot know.
    return buffer.baseAddress.unsafelyUnwrapped
  }
}
