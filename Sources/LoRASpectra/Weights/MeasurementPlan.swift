/// The modules to measure, and the runs of each: an item is a module.
package struct MeasurementPlan: Sendable {
  /// The request.
  package let spec: MeasureSpec
  /// Number of runs of all modules.
  package let runCount: Int
  /// The names of measured modules that the adapter of `with` does not have in their shapes.
  package let alone: [String]
  /// The modules that are left out, with the reason.
  package let leftOut: [LeftOut]
  /// The largest number of singular values of a module.
  package let largestSpan: Int
  /// The sizes of modules, in the order in which they first come, and how many modules have each.
  package let sizes: [(size: Size, modules: Int)]
  private let updates: any StoredUpdates
  /// The index in `updates` of each item.
  private let places: [Int]
  private let points: [Int: [ModulePoint]]
  private let others: (any StoredUpdates)?
  /// The index in `others` of each item; nil where it has none. Empty without `others`.
  private let partners: [Int?]

  /// What modules that are measured alike have in common.
  package struct Size: Hashable, Sendable {
    /// The sides of the update.
    package let shape: Shape
    /// What it is.
    package let kind: WeightUpdate.Kind
    /// Number of its singular values: of an adapter its rank, else the shorter side.
    package let span: Int
  }

  /// Longest spectrum that a book keeps.
  package static let longestSpectrum = Shape.longestSide

  /// - Parameters:
  ///   - updates: what was found in the files.
  ///   - others: those of the adapter of `with`; nil for none.
  ///   - findsZeros: whether modules that are all zero are found, and left out: their numbers are
  ///   read as far as they are zero.
  /// - Throws: an error of reading the numbers; `MeasurementError.twice` for a name that two
  ///   modules have, `MeasurementError.nothing` if no module is left.
  package init(
    _ spec: MeasureSpec, _ updates: any StoredUpdates, others: (any StoredUpdates)? = nil,
    findsZeros: Bool
  ) throws {
    var named: [ExactText: Int] = [:]
    for index in 0..<(others?.count ?? 0) {
      guard let other = others?.update(at: index) else { continue }
      named[ExactText(other.name)] = index
    }
    var partners: [Int?] = []
    var alone: [String] = []
    var leftOut = (0..<updates.leftOutCount).map(updates.leftOut)
    var places: [Int] = []
    var points: [Int: [ModulePoint]] = [:]
    var names = Set<ExactText>(minimumCapacity: updates.count)
    var runs = 0
    var sizes: [(size: Size, modules: Int)] = []
    var placesOfSizes: [Size: Int] = [:]
    for index in 0..<updates.count {
      let module = updates.update(at: index)
      let span = module.update.span
      let known: [ModulePoint]
      if let points = points[span] {
        known = points
      } else {
        known = spec.points(span: span)
        points[span] = known
      }
      if span > MeasurementPlan.longestSpectrum {
        leftOut.append(
          LeftOut(
            name: module.name,
            reason:
              "has \(span) singular values, beyond the \(MeasurementPlan.longestSpectrum) that are kept"
          ))
      } else if known.isEmpty {
        leftOut.append(
          LeftOut(name: module.name, reason: "has at most rank \(span), below every rank asked for")
        )
      } else if findsZeros, try module.update.isZero() {
        leftOut.append(LeftOut(name: module.name, reason: module.update.kind.zeroReason))
      } else {
        guard names.insert(ExactText(module.name)).inserted else {
          throw MeasurementError.twice(module: module.name, file: module.file)
        }
        places.append(index)
        if let others {
          let partner = named.removeValue(forKey: ExactText(module.name))
          let isAlike = partner.map { others.update(at: $0).update.shape } == module.update.shape
          partners.append(isAlike ? partner : nil)
          if !isAlike { alone.append(module.name) }
        }
        runs += known.count
        let size = Size(shape: module.update.shape, kind: module.update.kind, span: span)
        if let place = placesOfSizes[size] {
          sizes[place].modules += 1
        } else {
          placesOfSizes[size] = sizes.count
          sizes.append((size, 1))
        }
      }
    }
    guard !places.isEmpty else { throw MeasurementError.nothing(leftOut: leftOut) }
    for (name, _) in named.sorted(by: { $0.value < $1.value }) {
      leftOut.append(LeftOut(name: name.text, reason: "is in the adapter of --with alone"))
    }
    self.alone = alone
    self.others = others
    self.partners = partners
    self.spec = spec
    self.updates = updates
    self.leftOut = leftOut
    self.places = places
    self.points = points
    runCount = runs
    largestSpan = sizes.map(\.size.span).max() ?? 1
    self.sizes = sizes
  }

  /// Number of modules.
  package var count: Int { places.count }

  /// The module of an item.
  package subscript(item: Int) -> any StoredUpdate { updates.update(at: places[item]) }

  /// The module of the adapter of `with` that has an item's name and shape; nil if there is none.
  package func partner(of item: Int) -> (any StoredUpdate)? {
    guard let others, let partner = partners[item] else { return nil }
    return others.update(at: partner)
  }

  /// The settings at which a module is measured.
  package func points(of update: WeightUpdate) -> [ModulePoint] { points[update.span] ?? [] }

  /// The settings at which a module of a size is measured.
  package func points(of size: Size) -> [ModulePoint] { points[size.span] ?? [] }
}

/// Why modules are not measured.
package enum MeasurementError: Error, Equatable {
  /// Two modules have one name.
  case twice(module: String, file: String)
  /// All modules are left out.
  case nothing(leftOut: [LeftOut])
  /// An entry of a module is not finite.
  case notFinite(module: String)
  /// A module's update is zero, or too small to be told from it.
  case zero(module: String)
}

extension WeightUpdate.Kind {
  fileprivate var zeroReason: String {
    switch self {
    case .adapter: "is zero (untrained), so it has no spectrum"
    case .difference: "is the same in both checkpoints"
    case .matrix: "is all zero, so it has no spectrum"
    }
  }
}

extension WeightUpdate {
  /// Whether a factor, the difference or the matrix is all zero: reads as far as it is.
  ///
  /// - Throws: an error of reading the numbers.
  func isZero() throws -> Bool {
    switch self {
    case .adapter(let left, let right, let scale):
      try scale == 0 || WeightUpdate.isZero(left, nil) || WeightUpdate.isZero(right, nil)
    case .difference(let tuned, let base): try WeightUpdate.isZero(tuned, base)
    case .matrix(let matrix): try WeightUpdate.isZero(matrix, nil)
    }
  }

  private static func isZero(
    _ matrix: any WeightMatrix, _ other: (any WeightMatrix)?
  ) throws -> Bool {
    let (d, k) = (matrix.shape.d, matrix.shape.k)
    // The first rows tell nearly always.
    var height = 1
    var start = 0
    while start < d {
      let rows = start..<min(start + height, d)
      let count = rows.count * k
      func read(_ matrix: any WeightMatrix) throws -> [Double] {
        try [Double](unsafeUninitializedCapacity: count) { buffer, filled in
          let part = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
          try matrix.read(rows: rows, columns: 0..<k, into: part)
          filled = count
        }
      }
      let values = try read(matrix)
      if let other {
        guard try values == read(other) else { return false }
      } else {
        guard values.allSatisfy({ $0 == 0 }) else { return false }
      }
      start = rows.upperBound
      height = max(1, min(2 * height, (1 << 20) / k))
    }
    return true
  }
}
