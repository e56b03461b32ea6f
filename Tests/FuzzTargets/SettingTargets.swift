import LoRASpectra

extension FuzzTarget {
  /// A profile as a user writes it: a parsed one has a name that parses again, and its label and
  /// its definition give the same values. A file's text comes after the first NUL.
  static let profile: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    let halves = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let text = String(decoding: halves.first ?? bytes[...], as: UTF8.self)
    let file = String(decoding: halves.dropFirst().first ?? bytes[..<0], as: UTF8.self)
    let profile: Profile
    do {
      profile = try Profile(parsing: text) { _ in file }
    } catch let error as SettingError {
      return try promise(!error.description.isEmpty, "a refusal without a word")
    }
    let relabelled = try Profile(parsing: profile.label) { _ in file }
    try promise(relabelled == profile, "'\(text)' is named '\(profile.label)', another profile")
    try promise(
      relabelled.label == profile.label,
      "'\(text)' is named '\(profile.label)', which is named '\(relabelled.label)'")
    let recorded = try Profile(label: profile.label, definition: profile.definition)
    try promise(
      recorded == profile, "'\(text)' is recorded as '\(profile.definition)', another profile")
    for shape in [Shape(d: 1, k: 1), Shape(d: 8, k: 5)] {
      do {
        try profile.check(for: shape)
      } catch is SettingError {
        continue
      }
      let values = profile.singularValues(span: shape.span)
      try promise(
        values.count == profile.count ?? shape.span && values.allSatisfy { $0 >= 0 && $0.isFinite },
        "'\(text)' passes the check for \(shape) and gives \(values)")
    }
  }

  /// A list of whole numbers: every number is in bounds, and the shortest text parses to the same
  /// list.
  static let list: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    let items = ListText.items(String(decoding: bytes, as: UTF8.self))
    for allowed in [0...Int(UInt32.max), 1...Shape.longestSide] {
      // A long list exercises the same code as a short one, but takes longer.
      guard items.reduce(0, { $0 + longest($1) }) < 100_000 else { return }
      let numbers: [Int]
      do {
        numbers = try ListText.integers(items, field: .seeds, allowed: allowed) { "\($0)" }
      } catch is SettingError {
        continue
      }
      try promise(numbers.allSatisfy(allowed.contains), "\(items) leaves \(allowed)")
      let text = ListText.text(numbers)
      let again = try ListText.integers(
        ListText.items(text), field: .seeds, allowed: allowed
      ) { "\($0)" }
      try promise(again == numbers, "\(numbers) are written '\(text)', which reads \(again)")
    }
  }

  /// Largest number of values of an item, if it can have any.
  private static func longest(_ item: String) -> Int {
    let ends = item.split(separator: "-").map { Int($0.prefix { $0 != ":" }) ?? 0 }
    guard ends.count == 2, (0...Int(UInt32.max)).contains(ends[1]) else { return 1 }
    return max(1, min(ends[1], Int(UInt32.max)) - max(ends[0], 0))
  }

  /// A shape, a scaling rule and a decimal number, each from the whole text: a parsed value has a
  /// text that parses again, and a number equals C's.
  static let setting: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    if let shape = try refusable({ try Shape(parsing: text) }) {
      let sides = 1...Shape.longestSide
      try promise(sides.contains(shape.d) && sides.contains(shape.k), "'\(text)' is \(shape)")
      try promise(try Shape(parsing: "\(shape)") == shape, "'\(text)' is written \(shape)")
    }
    if let rule = try refusable({ try ScalingRule(parsing: text) }) {
      let again = try ScalingRule(parsing: "\(rule)")
      try promise(again == rule && "\(again)" == "\(rule)", "'\(text)' is written \(rule)")
      _ = rule.scale(alpha: 16, rank: 8)
    }
    if let number = Double.finite(text) {
      try promise(number == strtod(text), "'\(text)' is read \(number), by C \(strtod(text))")
      let written = number.shortestText
      try promise(Double.finite(written) == number, "\(number) is written '\(written)'")
    }
  }

  /// The parsed setting; nil if it is refused.
  private static func refusable<Result>(_ body: () throws -> Result) throws -> Result? {
    do {
      return try body()
    } catch let error as SettingError {
      try promise(!error.description.isEmpty, "a refusal without a word")
      return nil
    }
  }
}
