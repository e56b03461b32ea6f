/// A metric that a user named, with its value; not finite if it diverged.
package struct UserMetric: Equatable, Sendable {
  /// The metric's name.
  package var name: String
  /// Any double.
  package var value: Double

  package init(name: String, value: Double) {
    self.name = name
    self.value = value
  }
}

/// A text that a user named.
package struct UserText: Equatable, Sendable {
  /// The text's name.
  package var name: String
  /// The text as it was given.
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// The names that users give: of metrics, parameters and info.
package enum UserName {
  /// What a run has besides, by which it cannot be called as well.
  private static let settings: Set<String> = [
    "run_id", "sweep_id", "sweep", "run", "seed", "d", "k", "shape", "profile", "noise", "rank",
    "alpha", "rule", "rslora", "scale", "step", "status", "note", "source", "metric", "param",
    "info",
  ]

  /// The metrics that have columns of their own in the book.
  package static let metrics = Set(
    (Metric.Key.columns.map(\.metric) + Metric.ofTrainings).map(\.name))

  /// Checks a name.
  ///
  /// - Parameter field: where it was given, such as `metrics`.
  /// - Throws: `ExternalRunError` for a name that is a setting's or a metric's of lorabook, and for
  ///   one that is empty or holds a NUL byte.
  package static func check(_ name: String, in field: String) throws {
    func refuse(_ problem: String, _ remedy: String) -> ExternalRunError {
      ExternalRunError(field: field, name, problem, remedy: remedy)
    }
    if name.isEmpty { throw refuse("is empty", "Give a name, such as eval_loss") }
    if name.utf8.contains(0) { throw refuse("holds a NUL byte", "Give a name without one") }
    if ExternalRun.Column(named: name)?.isMeasurement == true {
      throw refuse(
        "is a metric of lorabook's own",
        "Give it beside the others, as --\(name.dashed) or \"\(name)\"")
    }
    if metrics.contains(name) {
      throw refuse("is a metric of lorabook's own", "Give another name, such as my_\(name)")
    }
    if settings.contains(name) {
      throw refuse("is a setting of every run", "Give another name, such as my_\(name)")
    }
  }
}

extension String {
  /// `truncation-error`.
  fileprivate var dashed: String { replacing("_", with: "-") }
}

/// The parameters of a run that its user named, in the order of their names' bytes.
package struct ParameterSet: Hashable, Sendable {
  /// One parameter.
  package struct Parameter: Sendable {
    /// The parameter's name.
    package var name: String
    /// A number as the shortest text that reads back to it; any other text as it was given.
    package var value: String
    /// The value again where it is a finite number.
    package var number: Double?
  }

  /// None twice.
  package let parameters: [Parameter]
  /// Their canonical text, which is the same where they are: a JSON object without blanks; empty
  /// where there are none.
  package let definition: String

  /// No parameters.
  package init() {
    parameters = []
    definition = ""
  }

  /// - Parameter texts: names and values; what reads as a finite number is one.
  /// - Throws: `ExternalRunError` if a name is there twice, or is none (``UserName``).
  package init(_ texts: [UserText]) throws {
    let decimals = DecimalBytes(point: UInt8(ascii: "."))
    let parameters = try texts.map { text in
      try UserName.check(text.name, in: "params")
      let number = Array(text.value.utf8).withUnsafeBytes { decimals.number($0) }
      return Parameter(
        name: text.name, value: number?.shortestText ?? text.value, number: number)
    }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for (one, next) in zip(parameters, parameters.dropFirst())
    where one.name.utf8.elementsEqual(next.name.utf8) {
      throw ExternalRunError(
        field: "params", one.name, "is given twice", remedy: "Give each parameter once")
    }
    self.parameters = parameters
    let members = parameters.map { parameter in
      let value = parameter.number == nil ? parameter.value.inJSON : parameter.value
      return "\(parameter.name.inJSON):\(value)"
    }
    definition = members.isEmpty ? "" : "{\(members.joined(separator: ","))}"
  }

  package static func == (a: ParameterSet, b: ParameterSet) -> Bool {
    a.definition.utf8.elementsEqual(b.definition.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    for byte in definition.utf8 { hasher.combine(byte) }
  }
}

extension String {
  /// As a JSON string (RFC 8259, section 7), with only what must be escaped.
  package var inJSON: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\0"..."\u{1f}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
