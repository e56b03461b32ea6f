import LoRASpectra
import SpecFiles

extension FuzzTarget {
  /// A YAML spec, applied to the article's spec as in `sweep`: a valid grid has a text that parses
  /// again.
  static let spec: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    var spec = SweepSpec.article
    let grid: Grid
    do {
      let entries = try SpecText(text).entries
      for field in SweepSpec.fields {
        guard let entry = entries[field] else { continue }
        // Long lists are for the list target.
        guard entry.items.allSatisfy({ $0.text.utf8.count < 12 || field != .seeds }) else { return }
        try spec.set(field, to: entry.items.map(\.text)) { _ in "3\n2\n1\n" }
      }
      grid = try Grid(spec, memory: 1e9)
    } catch let error as SpecTextError {
      return try promise(
        error.mark.line > 0 && error.mark.column > 0 && !error.problem.isEmpty,
        "refused at \(error.mark) with '\(error.problem)'")
    } catch is SettingError {
      return
    }
    let canonical = try SpecText.canonical(grid.spec)
    let again = try SpecText(canonical).entries
    for field in SweepSpec.gridFields {
      let items = again[field]?.items.map(\.text)
      try promise(
        items == grid.spec.items(of: field),
        "\(field) of \(grid.spec.items(of: field)) is written \(items ?? []) in \(canonical)")
    }
    for index in Set([0, grid.streamCount / 2, grid.streamCount - 1]) {
      let updates = grid.stream(at: index).updates
      try promise(updates.count == grid.spec.profiles.count, "stream \(index) of \(canonical)")
    }
  }
}
