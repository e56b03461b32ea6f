/// Reusable memory for doubles that grows on demand.
final class Workspace {
  private var buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: 0)

  deinit { buffer.deallocate() }

  /// At least `count` doubles, uninitialised or left from an earlier use.
  func pointer(_ count: Int) -> UnsafeMutablePointer<Double> {
    if count > buffer.count || buffer.baseAddress == nil {
      buffer.deallocate()
      buffer = .allocate(capacity: max(count, 1))
    }
    // An allocation of at least one element has an address; the compiler cannot know.
    return buffer.baseAddress.unsafelyUnwrapped
  }

  /// Asks a routine for its best work space and runs it with that.
  ///
  /// - Parameter routine: takes a work space and its size; for −1 it leaves the best size in the
  ///   first element.
  /// - Returns: LAPACK's `info`.
  func serving(_ routine: (UnsafeMutablePointer<Double>, Int32) -> Int32) -> Int32 {
    let query = pointer(1)
    let info = routine(query, -1)
    guard info == 0 else { return info }
    let size = Int32(clamping: Int(query[0]))
    return routine(pointer(Int(size)), size)
  }
}
