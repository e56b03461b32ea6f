/// Numbers cells from 0, in the order of their ids.
struct CellSlots {
  let ids: [Int64]

  /// - Parameter ids: in ascending order.
  init(_ ids: [Int64]) { self.ids = ids }

  /// The number of a cell; nil if it is not among them.
  func slot(of id: Int64) -> Int? {
    // The ids of a sweep mostly follow each other without gaps.
    guard let first = ids.first, id >= first, let guess = Int(exactly: id &- first) else {
      return nil
    }
    if guess < ids.count, ids[guess] == id { return guess }
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = low + (high - low) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == id ? low : nil
  }
}
