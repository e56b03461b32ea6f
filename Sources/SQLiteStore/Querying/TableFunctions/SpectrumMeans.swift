import LoRASpectra

extension TableFunction {
  /// Means of the spectra of a sweep by position.
  static let spectrumMeans = TableFunction(
    "spectrum_means", declaration: Statements.declareSpectrumMeans, columnCount: 10,
    argumentCount: 2
  ) { connection, arguments in
    var spectra = try SweepSpectra(connection, arguments[0], byRecording: true)
    let most = arguments[1].integer.map { Int(clamping: max(0, $0)) } ?? 0
    let kindOfOrigin = try connection.prepare(Statements.kindOfOrigin)
    var kinds: [[Value]: Int] = [:]
    var kindsOfOrigins: [Int64: Int] = [:]
    var places: [[PositionMeans]] = []
    while let spectrum = try spectra.read() {
      guard !spectrum.values.isEmpty else { continue }
      if kindsOfOrigins[spectrum.origin] == nil {
        try kindOfOrigin.bind(["origin_id": .integer(spectrum.origin)])
        guard try kindOfOrigin.step() else { continue }
        let kind = try kindOfOrigin.row
        kindOfOrigin.reset()
        if kinds[kind] == nil {
          kinds[kind] = places.count
          places.append([])
        }
        kindsOfOrigins[spectrum.origin] = kinds[kind]
      }
      guard let kind = kindsOfOrigins[spectrum.origin] else { continue }
      let ratios = spectrum.ratios
      let energy = ratios?.reduce(0) { $0 + $1 * $1 }
      for (index, value) in spectrum.values.prefix(most).enumerated() {
        if index == places[kind].count { places[kind].append(PositionMeans()) }
        places[kind][index].add(value, ratio: ratios?[index], energy: energy)
      }
    }
    let rows = kinds.sorted { $0.value < $1.value }.flatMap { kind, number in
      places[number].enumerated().map { index, means in
        kind + [.integer(Int64(index + 1))] + means.row
      }
    }
    var place = rows.startIndex
    return {
      guard place < rows.endIndex else { return nil }
      defer { place += 1 }
      return rows[place]
    }
  }
}

/// What the singular values at one position come to.
private struct PositionMeans {
  private var n = 0
  private var sum = 0.0
  private var summary = RunningSummary()
  private var (ratioCount, ratios, shares) = (0, 0.0, 0.0)

  mutating func add(_ value: Double, ratio: Double?, energy: Double?) {
    n += 1
    sum += value
    summary.add(value)
    guard let ratio, let energy else { return }
    ratioCount += 1
    ratios += ratio
    shares += ratio * ratio / energy
  }

  /// n, mean, sd, ratio and share.
  var row: [Value] {
    [
      .integer(Int64(n)), .real(sum / Double(n)), summary.standardDeviation.value,
      ratioCount > 0 ? .real(ratios / Double(ratioCount)) : .absent,
      ratioCount > 0 ? .real(shares / Double(ratioCount)) : .absent,
    ]
  }
}
