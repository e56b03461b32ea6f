import LoRASpectra

/// The sides and places of a comparison, and the cells that stand there.
struct ComparedCells {
  /// The columns that identify a place.
  private(set) var placeColumns: [String]
  /// The names of the sides, in the order in which they were given or recorded.
  private(set) var sides: [String] = []
  /// The places' settings, in the order in which they were recorded.
  private(set) var places: [[Value]] = []
  /// The place and side of each cell, by id.
  private(set) var slots: [Int64: (place: Int, side: Int)] = [:]
  /// The learning rates of cells whose factors were trained.
  private var trained: [(place: Int, side: Int, rate: Double)] = []
  /// The learning rate of each side at each place, nil where nothing was trained; empty if nothing
  /// was anywhere.
  var rates: [[Double?]] {
    if trained.isEmpty { return [] }
    var rates: [[Double?]] = places.map { _ in sides.map { _ in nil } }
    for (place, side, rate) in trained { rates[place][side] = rate }
    return rates
  }
  /// What both sides of a pair have in common.
  let pairing: Comparison.Pairing
  /// Sentences on profiles that are matched although they differ.
  let notes: [String]

  /// - Parameters:
  ///   - cells: the rows of `compare-cells.sql`.
  ///   - sweeps: number of sweeps that they are of.
  ///   - ignored: parameters that tell no cells apart.
  ///   - choice: whether sides may have different learning rates.
  init(
    _ cells: ResultTable, by dimension: SweepComparison.Dimension, of sweeps: Int = 1,
    ignoring ignored: [String] = [], at choice: SweepComparison.RateChoice = .same
  ) {
    let beside = dimension == .sweep ? MeasuredBesideDrawn(cells) : nil
    let matched =
      (dimension == .sweep || sweeps > 1) && beside?.note == nil ? MatchedProfiles(cells) : nil
    let cells = beside?.note == nil ? matched?.cells ?? cells : beside?.cells ?? cells
    notes = (matched?.notes ?? []) + [beside?.note].compactMap(\.self)
    pairing = ComparedCells.pairing(cells)
    let settings = ["d", "k", "profile", "noise", "rank", "alpha", "rule"]
      .filter { !dimension.columns.contains($0) }
    let left = Set(
      (dimension.columns + (choice == .best ? ["learning_rate"] : [])
        + ignored.map(ParameterColumns.column)).map(ExactText.init))
    let varying = cells.columns.filter {
      CellColumns.isIdentity($0) && cells.varies($0) && !left.contains(ExactText($0))
    }
    placeColumns = settings + varying
    // A label's scale follows what is compared where it does not tell two cells apart there.
    var ambiguous: Set<Value> = []
    if dimension.decidesScale, varying.contains("label_scale") {
      placeColumns.removeAll { $0 == "label_scale" }
      ambiguous = ComparedCells.ambiguousRules(cells, placeColumns + dimension.columns)
      if dimension != .rule, !ambiguous.isEmpty {
        placeColumns.insert("label_scale", at: settings.count)
      }
    }
    var placeNumbers: [[Value]: Int] = [:]
    var sideNumbers: [ExactText: Int] = [:]
    for row in cells.rows {
      let place = placeColumns.map { cells.value($0, in: row) }
      var name = ComparedCells.side(of: row, in: cells, by: dimension)
      if dimension == .rule, ambiguous.contains(cells.value("rule", in: row)),
        let scale = cells.value("label_scale", in: row).number
      {
        name += " (s = \(scale.shortestText))"
      }
      let side = sideNumbers[ExactText(name)] ?? sides.count
      if side == sides.count {
        sideNumbers[ExactText(name)] = side
        sides.append(name)
      }
      let number = placeNumbers[place] ?? places.count
      if number == places.count {
        placeNumbers[place] = number
        places.append(place)
      }
      if let id = cells.value("cell_id", in: row).integer { slots[id] = (number, side) }
      if let rate = cells.value("learning_rate", in: row).number {
        trained.append((number, side, rate))
      }
    }
  }

  /// The rules of which two cells differ in the label's own scale alone.
  private static func ambiguousRules(_ cells: ResultTable, _ columns: [String]) -> Set<Value> {
    var scales: [[Value]: Value] = [:]
    var found: Set<Value> = []
    for row in cells.rows {
      let scale = cells.value("label_scale", in: row)
      let other = scales.updateValue(scale, forKey: columns.map { cells.value($0, in: row) })
      if let other, other != scale { found.insert(cells.value("rule", in: row)) }
    }
    return found
  }

  private static func pairing(_ cells: ResultTable) -> Comparison.Pairing {
    func all(_ column: String, _ value: Value) -> Bool {
      !cells.rows.isEmpty && cells.rows.allSatisfy { cells.value(column, in: $0) == value }
    }
    return all("is_computed", .integer(0))
      ? .seed : all("source", .text("measure")) ? .module : .update
  }

  private static func side(
    of row: [Value], in cells: ResultTable, by dimension: SweepComparison.Dimension
  ) -> String {
    if dimension.column == "shape" {
      let sides = ["d", "k"].compactMap { cells.value($0, in: row).integer.map { Int($0) } }
      return sides.count == 2 ? "\(Shape(d: sides[0], k: sides[1]))" : "none"
    }
    return switch cells.value(dimension.column, in: row) {
    case .absent: "none"
    case .integer(let number): String(number)
    case .real(let number): number.shortestText
    case .text(let text): text
    }
  }
}

/// The profiles of several sweeps, matched by their singular values, or else by their labels.
private struct MatchedProfiles {
  /// The cells, each with the label of the first sweep that has its profile.
  private(set) var cells: ResultTable
  /// Sentences on labels that differ, and on values that do.
  private(set) var notes: [String] = []

  /// A profile of the first sweep that has it.
  private struct Known {
    var label: Value
    var sweep: String
    var isComputed: Bool
  }

  init(_ cells: ResultTable) {
    self.cells = cells
    var known: [Known] = []
    var byValues: [Value: Int] = [:]
    var byLabel: [Value: Int] = [:]
    var labels: [[Value]: Value] = [:]
    for (sweep, rows) in MatchedProfiles.profiles(cells) {
      let byItself = Set(
        rows.compactMap { byValues[cells.value("prescription_id", in: $0)] })
      for row in rows {
        let values = cells.value("prescription_id", in: row)
        let label = cells.value("profile", in: row)
        let isComputed = cells.value("is_computed", in: row) == .integer(1)
        let name = cells.value("sweep", in: row).text ?? ""
        if let place = byValues[values] {
          let first = known[place]
          labels[[sweep, values]] = first.label
          if first.label != label {
            notes.append(
              "'\(label.plainText)' of '\(name)' has the singular values of '\(first.label.plainText)'"
            )
          }
        } else if let place = byLabel[label], !byItself.contains(place) {
          let first = known[place]
          labels[[sweep, values]] = first.label
          notes.append(
            first.isComputed && isComputed
              ? "'\(label.plainText)' has other singular values in '\(name)' than in '\(first.sweep)'"
              : "'\(label.plainText)' of '\(name)' and of '\(first.sweep)' are matched by name alone"
          )
        } else {
          byValues[values] = known.count
          // A label that another profile has already must not join the two.
          let isTaken = byLabel[label] != nil
          let shown =
            isTaken ? Value.text("\(label.plainText) (\(name))") : label
          if !isTaken { byLabel[label] = known.count }
          labels[[sweep, values]] = shown
          known.append(Known(label: shown, sweep: name, isComputed: isComputed))
        }
      }
    }
    if let column = cells.columns.firstIndex(of: "profile") {
      self.cells.rows = cells.rows.map { row in
        var row = row
        let key = ["sweep_id", "prescription_id"].map { cells.value($0, in: row) }
        row[column] = labels[key] ?? row[column]
        return row
      }
    }
  }

  /// One row for each profile of a sweep, by sweep.
  private static func profiles(_ cells: ResultTable) -> [(sweep: Value, rows: [[Value]])] {
    var found: [(sweep: Value, rows: [[Value]])] = []
    var seen: Set<[Value]> = []
    for row in cells.rows {
      let sweep = cells.value("sweep_id", in: row)
      let values = cells.value("prescription_id", in: row)
      guard values != .absent, seen.insert([sweep, values]).inserted else { continue }
      if found.last?.sweep != sweep { found.append((sweep, [])) }
      found[found.count - 1].rows.append(row)
    }
    return found
  }
}
