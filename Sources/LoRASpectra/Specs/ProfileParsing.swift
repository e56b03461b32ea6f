extension Profile {
  /// The first words of profiles, in the order a message lists them; `file` is the last.
  package static let kinds = ["linear", "power", "exp", "flat", "style", "facts", "file"]

  /// Parses a profile as a user writes it.
  ///
  /// - Parameter readingFile: returns the text of the file at a path, for `file:PATH`.
  /// - Throws: `SettingError` for an unknown kind (with the nearest known one), an invalid or
  ///   non-finite
  ///   number, a negative singular value, or a COUNT below 1; any error of `readingFile`.
  package init(parsing text: String, readingFile: (String) throws -> String) throws {
    switch text {
    case "style":
      self.init(label: text, prescription: .linear(first: 5, last: 0.5, count: 4))
    case "facts":
      self.init(label: text, prescription: .linear(first: 3, last: 0.5, count: nil))
    case _ where text.hasPrefix("file:"):
      let path = String(text.dropFirst("file:".count))
      guard !path.isEmpty else {
        throw SettingError(
          .profiles, text, "names no file", remedy: "Write file:PATH, one singular value a line")
      }
      let values = try Profile.values(inFile: readingFile(path), profile: text)
      self.init(label: text, prescription: .values(values))
    default:
      let prescription = try Profile.formula(text)
      self.init(label: text, prescription: prescription)
      // FIRST of a power or exp profile defaults to 1, so a label leaves out a final FIRST of 1:
      // one profile, one label.
      label = Profile.canonicalLabel(definition, prescription)
    }
  }

  /// Parses a ``definition``.
  ///
  /// - Throws: `SettingError` for an invalid definition; a book with one is damaged.
  package init(label: String, definition: String) throws {
    if definition.hasPrefix("values:") {
      let values = definition.dropFirst("values:".count).split(separator: ";").compactMap {
        Double.finite($0)
      }
      self.init(label: label, prescription: .values(values))
      guard !values.isEmpty, self.definition == definition else {
        throw SettingError(
          .profiles, definition, "is no recorded profile", remedy: "The book may be damaged")
      }
    } else {
      self.init(label: label, prescription: try Profile.formula(definition))
    }
  }

  private static func canonicalLabel(_ definition: String, _ prescription: Prescription) -> String {
    switch prescription {
    case .power(_, 1, nil), .exp(_, 1, nil):
      definition.split(separator: ":").prefix(2).joined(separator: ":")
    default:
      definition
    }
  }

  private static func formula(_ text: String) throws -> Prescription {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let kind = parts[0]
    let form: String
    /// Number of required and of optional numbers; a COUNT may follow them.
    let required: Int
    let optional: Int
    switch kind {
    case "linear": (form, required, optional) = ("linear:FIRST:LAST[:COUNT]", 2, 0)
    case "power": (form, required, optional) = ("power:EXPONENT[:FIRST[:COUNT]]", 1, 1)
    case "exp": (form, required, optional) = ("exp:RATE[:FIRST[:COUNT]]", 1, 1)
    case "flat": (form, required, optional) = ("flat:VALUE[:COUNT]", 1, 0)
    default:
      let nearest = nearestName(to: kind, among: kinds)
      let known = "Known are \(kinds.dropLast().joined(separator: ", ")) and file:PATH"
      throw SettingError(
        .profiles, text, "is no profile",
        remedy: nearest.map { "Did you mean \($0)? \(known)" } ?? known)
    }
    let arguments = parts.dropFirst()
    guard (required...(required + optional + 1)).contains(arguments.count) else {
      throw SettingError(
        .profiles, text, "has \(arguments.count) numbers", remedy: "Write \(form)")
    }
    let numbers = try arguments.prefix(required + optional).map { argument in
      guard let number = Double.finite(argument) else {
        throw SettingError(
          .profiles, text, "holds '\(argument.shortened(to: 40))', which is no finite number",
          remedy: "Write \(form)")
      }
      return number
    }
    var count: Int?
    if arguments.count == required + optional + 1, let last = arguments.last {
      guard let number = Int(last), number >= 1, number <= Shape.longestSide else {
        throw SettingError(
          .profiles, text,
          "has the COUNT '\(last.shortened(to: 40))', which is no whole number from 1 to \(Shape.longestSide)",
          remedy: "Write \(form)")
      }
      count = number
    }
    let first = numbers.count > 1 ? numbers[1] : 1
    switch kind {
    case "linear": return .linear(first: numbers[0], last: first, count: count)
    case "power": return .power(exponent: numbers[0], first: first, count: count)
    case "exp": return .exp(rate: numbers[0], first: first, count: count)
    default: return .flat(value: numbers[0], count: count)
    }
  }

  private static func values(inFile text: String, profile: String) throws -> [Double] {
    var values: [Double] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      guard let start = line.firstIndex(where: { !$0.isWhitespace }),
        let end = line.lastIndex(where: { !$0.isWhitespace })
      else { continue }
      let word = line[start...end]
      guard let value = Double.finite(word) else {
        throw SettingError(
          .profiles, profile,
          "holds '\(String(word).shortened(to: 40))' on line \(index + 1), which is no finite number",
          remedy: "Write one singular value a line")
      }
      values.append(value)
      guard values.count <= Shape.longestSide else {
        throw SettingError(
          .profiles, profile, "holds more than \(Shape.longestSide) values",
          remedy: "Give at most min(d, k) singular values")
      }
    }
    guard !values.isEmpty else {
      throw SettingError(
        .profiles, profile, "holds no value", remedy: "Write one singular value a line")
    }
    return values
  }

  /// Checks that an update of a shape can be drawn from this profile.
  ///
  /// - Throws: `SettingError` if COUNT is above min(d, k), or a value is negative or not finite.
  package func check(for shape: Shape) throws {
    if let count, count > shape.span {
      throw SettingError(
        .profiles, label,
        "has \(count) singular values, above min(d, k) = \(shape.span) of shape \(shape)",
        remedy: "Give it a COUNT of at most \(shape.span), or a larger shape")
    }
    for (index, value) in singularValues(span: shape.span).enumerated() {
      guard value.isFinite else {
        throw SettingError(
          .profiles, label, "gives \(value.shortestText) as singular value \(index + 1)",
          remedy: "Choose numbers that keep every singular value finite")
      }
      guard value >= 0 else {
        throw SettingError(
          .profiles, label, "gives \(value.shortestText) as singular value \(index + 1)",
          remedy: "Singular values are 0 or above")
      }
      guard value <= Profile.largestValue else {
        throw SettingError(
          .profiles, label, "gives \(value.shortestText) as singular value \(index + 1)",
          remedy: "Keep singular values at or below \(Profile.largestValue.shortestText)")
      }
    }
  }

  /// The largest singular value and noise accepted: up to it no entry of an update overflows.
  package static let largestValue = 1e300

  /// The least accepted size of the largest singular value or noise: below it an update's entries
  /// lose digits, and the smallest of them become zero (2⁻¹⁰²², about 2e-308, is the smallest
  /// double with full precision).
  package static let leastLargestValue = 1e-300
}
