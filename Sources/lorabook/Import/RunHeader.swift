import LoRASpectra
import Rendering

/// The columns of a file of runs.
struct RunHeader {
  /// The columns that a run is parsed from.
  private(set) var columns: [(column: ExternalRun.Column, index: Int)] = []
  /// The column that names each row's sweep.
  private(set) var sweep: Int?
  /// The column that names each row's run.
  private(set) var run: Int?
  /// The column of the step at which each row's metrics were measured.
  private(set) var step: Int?
  /// The column that says whether the rule is `rslora`, else it is `lora`.
  private(set) var rslora: Int?
  /// The columns of metrics of the user's own.
  private(set) var metrics: [(name: String, index: Int)] = []
  /// The columns of parameters.
  private(set) var params: [(name: String, index: Int)] = []
  /// The column of a training's status, in a file of exported trainings.
  private(set) var status: Int?
  /// Which table of trainings the file is; nil where it is none.
  let table: TrainingTable?
  /// The columns that are left out although nothing makes them anew.
  private(set) var leftOut: [String] = []

  /// Columns of `export` that are assigned anew.
  private static let ignored = ["run_id", "sweep_id"]
  /// Columns of `export` that are settings of a training there, and parameters here.
  private static let trainings = ["optimizer", "learning_rate"]
  private static let known =
    ["sweep"] + ExternalRun.Column.allCases.map(\.name) + ["run", "step", "rslora"]

  /// Whether rows say more than the settings and measurements of lorabook's own.
  var isNamed: Bool { run != nil || step != nil || !metrics.isEmpty || !params.isEmpty }

  /// Parses the record that a reader stands on.
  ///
  /// - Throws: `CommandError`, `DelimitedError`.
  init(_ reader: DelimitedReader, place: String, _ layout: RunFile.Layout) throws {
    table = TrainingTable(header: try Set((0..<reader.fieldCount).map { try reader.text($0) }))
    var seen: Set<String> = []
    var found: Set<String> = []
    for index in 0..<reader.fieldCount {
      let original = try reader.text(index)
      found.insert(original)
      let name = layout.renamed[original] ?? original
      func refuse(_ problem: String) -> CommandError {
        let (line, column) = reader.position(of: index)
        let value = printable(name.shortened(to: 80))
        return CommandError(
          "\(place):\(line):\(column): the column '\(value)' \(problem)", .badData)
      }
      guard try take(name, original, index, layout, refuse) else {
        if Self.ignored.contains(name) { continue }
        if table?.role(of: original) == .leftOut {
          leftOut.append(original)
          continue
        }
        guard layout.isChosen || layout.ignoresExtra else {
          let nearest = nearestName(to: name, among: Self.known + Self.ignored)
          throw refuse(
            "is none of a run. \(nearest.map { "Did you mean '\($0)'? " } ?? "")Known are \(Self.known.joined(separator: ", ")); --metrics and --params say what others are, and --ignore-extra leaves them out."
          )
        }
        if !layout.ignoresExtra { leftOut.append(original) }
        continue
      }
      guard seen.insert(name).inserted else {
        throw refuse("is there twice. Leave one of them out.")
      }
    }
    for name in Array(layout.renamed.keys) + layout.metrics + layout.params
    where !found.contains(name) {
      throw CommandError(
        "\(place):1:1: the column '\(printable(name))' is missing. Check --map, --metrics and --params.",
        .badData)
    }
    guard !metrics.isEmpty || columns.contains(where: \.column.isMeasurement) else {
      throw CommandError(
        "\(place):1:1: no column is a metric, such as 'error'. The first line must name the columns, as 'lorabook export' writes them; --metrics says which others are metrics, --delimiter what is between them.",
        .badData)
    }
    guard sweep != nil || layout.name != nil else {
      throw CommandError(
        "\(place) has no column 'sweep', so the sweep has no name. Give one with --name.", .usage)
    }
  }

  /// - Returns: false if it is no column of a run.
  private mutating func take(
    _ name: String, _ original: String, _ index: Int, _ layout: RunFile.Layout,
    _ refuse: (String) -> CommandError
  ) throws -> Bool {
    func userName(_ name: String) throws -> String {
      do {
        try UserName.check(name, in: "")
        return name
      } catch let error as ExternalRunError {
        throw refuse("\(error.problem). \(error.remedy), with --map.")
      }
    }
    switch table?.role(of: original) {
    case .runID: run = index
    case .status: status = index
    case .finalError: columns.append((.metric(.error), index))
    case .parameter: params.append((original, index))
    case .metric: metrics.append((original, index))
    case .leftOut: return false
    case nil: return try takeOther(name, original, index, layout, userName)
    }
    return true
  }

  /// The same for a column of any file.
  private mutating func takeOther(
    _ name: String, _ original: String, _ index: Int, _ layout: RunFile.Layout,
    _ userName: (String) throws -> String
  ) throws -> Bool {
    if layout.metrics.contains(original) {
      metrics.append((try userName(name), index))
    } else if layout.params.contains(original) || Self.trainings.contains(name) {
      params.append((try userName(name), index))
    } else if name.hasPrefix("metric.") {
      let metric = String(name.dropFirst(7))
      // Those of trainings that were imported are exported so.
      let isKnown = UserName.metrics.contains(metric) && ExternalRun.Column(named: metric) == nil
      metrics.append((isKnown ? metric : try userName(metric), index))
    } else if name.hasPrefix("param.") {
      params.append((try userName(String(name.dropFirst(6))), index))
    } else if let column = ExternalRun.Column(named: name) {
      columns.append((column, index))
    } else {
      switch name {
      case "sweep": sweep = index
      case "run": run = index
      case "step": step = index
      case "rslora": rslora = index
      default: return false
      }
    }
    return true
  }

  /// Whether a setting that is given for the whole file is missing in the row that a reader stands on.
  func isFilled(_ column: ExternalRun.Column, _ reader: DelimitedReader) -> Bool {
    guard let index = columns.first(where: { $0.column == column })?.index else { return true }
    return reader.field(index).isEmpty
  }

  /// The column that an error is about; nil if it is about none.
  func index(of error: ExternalRunError) -> Int? {
    if let column = error.column { return columns.first { $0.column == column }?.index }
    if error.field == "step" { return step }
    if error.field == "rslora" { return rslora }
    return metrics.first { $0.name == error.field }?.index
  }
}

extension RunFile.Layout {
  /// Whether the user said which columns count.
  var isChosen: Bool {
    !renamed.isEmpty || !metrics.isEmpty || !params.isEmpty
  }
}
