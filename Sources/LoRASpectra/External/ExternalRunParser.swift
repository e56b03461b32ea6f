/// Parses runs measured elsewhere from their fields. There may be many runs, so repeated texts are
/// cached.
package struct ExternalRunParser {
  /// The fields of one run by column, as bytes; empty if the column is missing.
  package struct Fields {
    private var fields: [UnsafeRawBufferPointer]

    /// No fields yet.
    package init() {
      fields = ExternalRun.Column.allCases.map { _ in UnsafeRawBufferPointer(start: nil, count: 0) }
    }

    /// The field of a column.
    package subscript(column: ExternalRun.Column) -> UnsafeRawBufferPointer {
      get { fields[column.place] }
      set { fields[column.place] = newValue }
    }
  }

  /// The result of parsing a rule's text.
  private struct Rule {
    var name: String?
    var known: ScalingRule?
  }

  private let decimals: DecimalBytes
  private var profiles = TextCache<String?>()
  private var rules = TextCache<Rule>()

  /// - Parameter decimalComma: whether numbers have a decimal comma.
  package init(decimalComma: Bool = false) {
    decimals = DecimalBytes(point: UInt8(ascii: decimalComma ? "," : "."))
  }

  /// Parses the settings and measurements of one run; an empty field was not given.
  ///
  /// - Throws: `ExternalRunError` for the first invalid field.
  package mutating func run(_ fields: Fields) throws -> ExternalRun {
    let seed = try integer(fields, .seed, 0...Int(UInt32.max))
    let shape = try shape(fields)
    let profile = try profiles.value(of: fields[.profile]) { bytes in
      try Self.label(bytes, .profile)
    }
    let noise = try number(fields, .noise)
    if let noise, noise < 0 {
      throw refusal(fields, .noise, "is below 0", "Give a noise level of 0 or above, or none")
    }
    let rank = try integer(fields, .rank, 1...Int.max)
    if let rank, let shape, rank > shape.span {
      throw refusal(
        fields, .rank, "is above min(d, k) = \(shape.span) of shape \(shape)",
        "Give a rank from 1 to \(shape.span)")
    }
    let alpha = try number(fields, .alpha)
    let rule = try rules.value(of: fields[.rule]) { bytes in
      let label = try Self.label(bytes, .rule)
      let known = label.flatMap { try? ScalingRule(parsing: $0) }
      return Rule(name: known?.description ?? label, known: known)
    }
    return ExternalRun(
      seed: seed.map { UInt32(truncatingIfNeeded: $0) }, shape: shape, profile: profile,
      noise: noise, rank: rank, alpha: alpha, rule: rule.name,
      scale: try scale(fields, rule, alpha: alpha, rank: rank),
      try measurements(fields))
  }

  /// The same from texts by column; nil was not given.
  package mutating func run(_ texts: [ExternalRun.Column: String]) throws -> ExternalRun {
    // One buffer that all fields point into.
    var bytes: [UInt8] = []
    var ranges: [(ExternalRun.Column, Range<Int>)] = []
    for (column, text) in texts {
      let start = bytes.count
      bytes.append(contentsOf: text.utf8)
      ranges.append((column, start..<bytes.count))
    }
    return try bytes.withUnsafeBytes { held in
      var fields = Fields()
      for (column, range) in ranges {
        fields[column] = UnsafeRawBufferPointer(rebasing: held[range])
      }
      return try run(fields)
    }
  }

  /// A metric's value, from its text; nil if there is none.
  ///
  /// - Parameter name: the metric's name, for messages.
  /// - Throws: `ExternalRunError` unless it is a number, or not finite because it diverged.
  package func metric(_ name: String, _ bytes: UnsafeRawBufferPointer) throws -> Double? {
    guard !bytes.isEmpty else { return nil }
    if let number = decimals.number(bytes) ?? DecimalBytes.notFinite(bytes) { return number }
    throw ExternalRunError(
      field: name, String(decoding: bytes.prefix(200), as: UTF8.self), "is no number",
      remedy: "Give \(form), or nan, inf or -inf where it diverged")
  }

  /// The text of a number that may have a decimal comma, with a point; any other text unchanged.
  package func pointed(_ bytes: UnsafeRawBufferPointer) -> String {
    if decimals.point != UInt8(ascii: "."), let number = decimals.number(bytes) {
      return number.shortestText
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func shape(_ fields: Fields) throws -> Shape? {
    let d = try integer(fields, .d, 1...Shape.longestSideElsewhere)
    let k = try integer(fields, .k, 1...Shape.longestSideElsewhere)
    guard let d, let k else {
      guard d == nil, k == nil else {
        let given = d == nil ? ExternalRun.Column.k : .d
        throw refusal(
          fields, given, "is one side of a shape, and the other is missing",
          "Give both d and k, or neither")
      }
      return nil
    }
    return Shape(d: d, k: k)
  }

  private func scale(
    _ fields: Fields, _ rule: Rule, alpha: Double?, rank: Int?
  ) throws -> Double? {
    if let scale = try number(fields, .scale) { return scale }
    guard rule.name != nil else { return nil }
    guard let known = rule.known else {
      throw refusal(
        fields, .rule, "is no scaling rule, so the run needs a scale",
        "Give the scale, or one of the rules \(ScalingRule.names.joined(separator: ", "))")
    }
    if known == .unit { return 1 }
    guard let alpha, let rank else { return nil }
    let scale = known.scale(alpha: alpha, rank: rank)
    guard scale.isFinite else {
      throw refusal(
        fields, .rule, "gives the scale \(scale.shortestText) at rank \(rank)",
        "Give the scale, or a rule that keeps it finite")
    }
    return scale == 0 ? 0 : scale
  }

  /// A field's whole number, or nil if the field is empty.
  private func integer(
    _ fields: Fields, _ column: ExternalRun.Column, _ allowed: ClosedRange<Int>
  ) throws -> Int? {
    guard !fields[column].isEmpty else { return nil }
    if let number = DecimalBytes.integer(fields[column]), allowed.contains(number) {
      return number
    }
    let bounds =
      allowed.upperBound == .max
      ? "of \(allowed.lowerBound) or above"
      : "from \(allowed.lowerBound) to \(allowed.upperBound)"
    let isInteger = fields[column].allSatisfy { (48...57).contains($0) || $0 == 45 }
    throw refusal(
      fields, column, isInteger ? "is out of range" : "is no whole number",
      "Give a whole number \(bounds)")
  }

  /// A field's finite number, or nil if the field is empty.
  private func number(_ fields: Fields, _ column: ExternalRun.Column) throws -> Double? {
    guard !fields[column].isEmpty else { return nil }
    if let number = decimals.number(fields[column]) { return number }
    let comma = UInt8(ascii: ",")
    let hint =
      decimals.point != comma && fields[column].contains(comma)
      ? "; 'import --decimal-comma' reads 0,25" : ""
    throw refusal(
      fields, column, "is no finite number", "Give none, or \(form)\(hint)")
  }

  private func measurements(_ fields: Fields) throws -> Measurements {
    var measurements = Measurements()
    for metric in Metric.Key.columns { measurements[metric] = try measurement(fields, metric) }
    return measurements
  }

  /// A metric's number in its range, or not finite if it diverged; nil if the field is empty.
  private func measurement(_ fields: Fields, _ metric: Metric.Key) throws -> Double? {
    let column = ExternalRun.Column.metric(metric)
    let bytes = fields[column]
    guard !bytes.isEmpty else { return nil }
    guard let number = decimals.number(bytes) ?? DecimalBytes.notFinite(bytes) else {
      throw refusal(
        fields, column, "is no number",
        "Give \(form), or nan, inf or -inf where it diverged; leave it out where it was not recorded"
      )
    }
    let range = metric.metric.range
    if number.isFinite, !range.contains(number) {
      guard range.upperBound == 1 else {
        throw refusal(
          fields, column, "is below 0, and no norm is",
          "Give the norm that was measured, 0 or above")
      }
      throw refusal(
        fields, column, "is no share from 0 to 1",
        "Give a fraction, not a percentage, and round what rounding left above 1 to 1")
    }
    return number
  }

  private var form: String {
    decimals.point == UInt8(ascii: ",")
      ? "a number such as 0,25 or 1e-5, without a point" : "a number such as 0.25 or 1e-5"
  }

  /// A field's text, unchanged, or nil if the field is empty.
  private static func label(
    _ bytes: UnsafeRawBufferPointer, _ column: ExternalRun.Column
  ) throws -> String? {
    guard !bytes.isEmpty else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ExternalRunError(
        column, String(decoding: bytes.prefix(80), as: UTF8.self), "is no UTF-8 text",
        remedy: "Save the file as UTF-8")
    }
    guard !text.utf8.contains(0) else {
      throw ExternalRunError(
        column, text, "holds a NUL byte", remedy: "Give a text without one")
    }
    return text
  }

  private func refusal(
    _ fields: Fields, _ column: ExternalRun.Column, _ problem: String, _ remedy: String
  ) -> ExternalRunError {
    ExternalRunError(
      column, String(decoding: fields[column].prefix(200), as: UTF8.self), problem,
      remedy: remedy)
  }
}

/// Caches values made from texts, by the texts' bytes: texts that are equal for Swift may differ in
/// their bytes.
private struct TextCache<Value> {
  private struct Slot {
    var bytes: [UInt8]
    var value: Value
  }

  /// A text replaces the one that held its slot before.
  private var slots = [Slot?](repeating: nil, count: 256)

  mutating func value(
    of bytes: UnsafeRawBufferPointer, make: (UnsafeRawBufferPointer) throws -> Value
  ) throws -> Value {
    var hash = UInt32(truncatingIfNeeded: bytes.count)
    for byte in bytes.suffix(32) { hash = hash &* 31 &+ UInt32(byte) }
    let place = Int((hash ^ hash >> 8 ^ hash >> 16) & 255)
    if let slot = slots[place], slot.bytes.elementsEqual(bytes) { return slot.value }
    let value = try make(bytes)
    // A long text is not worth keeping.
    if bytes.count <= 1024 { slots[place] = Slot(bytes: Array(bytes), value: value) }
    return value
  }
}
