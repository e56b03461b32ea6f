/// The known name that a mistyped one most likely means, or nil if none is near.
///
/// Near means an optimal-string-alignment distance of at most a third of the longer word, and at
/// least 1: `loar` is near `lora`, `rslro` is near `rslora`, `xyz` is near no name.
package func nearestName(to word: String, among known: [String]) -> String? {
  let ranked = known.map { (name: $0, distance: alignmentDistance(word.lowercased(), $0)) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
  let limit = max(1, max(word.count, best.name.count) / 3)
  return best.distance <= limit ? best.name : nil
}

/// The number of insertions, deletions, substitutions and swaps of neighbours between two words.
private func alignmentDistance(_ a: String, _ b: String) -> Int {
  // A long word is near no known name, and the table below is quadratic.
  guard a.utf8.count <= 64 else { return Int.max }
  let a = Array(a)
  let b = Array(b)
  var table = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
  for i in 0...a.count { table[i][0] = i }
  for j in 0...b.count { table[0][j] = j }
  for i in 0..<a.count {
    for j in 0..<b.count {
      let substituted = table[i][j] + (a[i] == b[j] ? 0 : 1)
      var best = min(substituted, table[i][j + 1] + 1, table[i + 1][j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, table[i - 1][j - 1] + 1)
      }
      table[i + 1][j + 1] = best
    }
  }
  return table[a.count][b.count]
}
