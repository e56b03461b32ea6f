/// A setting whose values are a closed set of names.
package protocol NamedSetting: RawRepresentable, CaseIterable, Hashable, Sendable
where RawValue == String {
  /// The name of its kind in messages: `optimizer`.
  static var kind: String { get }
}

/// The items given for a setting, with parsers for each kind of setting; each throws a
/// `SettingError` for invalid items.
struct SettingItems {
  /// The setting.
  let field: SpecField
  /// The items as given.
  let items: [String]

  /// - Throws: `SettingError` if there are no items.
  init(_ field: SpecField, _ items: [String]) throws {
    guard !items.isEmpty, items != [""] else {
      throw SettingError(field, "", "is empty", remedy: "Give at least one value")
    }
    self.field = field
    self.items = items
  }

  /// The one value of a setting that is not a list.
  func single() throws -> String {
    guard items.count == 1, let item = items.first else {
      throw SettingError(field, items.joined(separator: ","), "is a list", remedy: "Give one value")
    }
    return item
  }

  /// Names of a closed set, without repeats.
  func names<Setting: NamedSetting>() throws -> [Setting] {
    try refusingDuplicates(try items.map { try name($0) }) { items[$0] }
  }

  /// One name of a closed set.
  func name<Setting: NamedSetting>(_ text: String) throws -> Setting {
    if let known = Setting(rawValue: text) { return known }
    let names = Setting.allCases.map(\.rawValue)
    let nearest = nearestName(to: text, among: names).map { "Did you mean \($0)? " } ?? ""
    throw SettingError(
      field, text, "is no \(Setting.kind)",
      remedy: "\(nearest)Known are \(names.joined(separator: ", "))")
  }

  /// One whole number.
  func whole(_ allowed: ClosedRange<Int>) throws -> Int {
    let text = try single()
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }) else {
      throw SettingError(
        field, text, "is no whole number",
        remedy: "Give a number from \(allowed.lowerBound) to \(allowed.upperBound)")
    }
    guard let number = Int(text), allowed.contains(number) else {
      throw SettingError(
        field, text, "is out of range",
        remedy: "Give a number from \(allowed.lowerBound) to \(allowed.upperBound)")
    }
    return number
  }

  /// One finite number.
  ///
  /// - Parameters:
  ///   - examples: valid numbers, for a message.
  ///   - problem: what is wrong with a finite number, or nil.
  func decimal(such examples: String, problem: (Double) -> String?) throws -> Double {
    try decimal(try single(), such: examples, problem: problem)
  }

  /// An item as a finite number.
  func decimal(
    _ item: String, such examples: String, problem: (Double) -> String?
  ) throws -> Double {
    func refuse(_ problem: String) -> SettingError {
      SettingError(field, item, problem, remedy: "Give numbers such as \(examples)")
    }
    guard let number = Double.finite(item) else {
      if let number = Double(item), !number.isFinite { throw refuse("is not finite") }
      throw refuse(item.isEmpty ? "is an empty item" : "is no number")
    }
    if let problem = problem(number) { throw refuse(problem) }
    return number
  }

  /// `true` or `false`, as in YAML and for a switch.
  func truth() throws -> Bool {
    let text = try single()
    guard let value = Bool(text) else {
      throw SettingError(field, text, "is neither true nor false", remedy: "Give true or false")
    }
    return value
  }

  /// The values, refused if one is repeated.
  ///
  /// - Parameter text: returns a value as it was written, by its index in the list.
  func refusingDuplicates<Value: Hashable>(
    _ values: [Value], text: (Int) -> String
  ) throws -> [Value] {
    var seen = Set<Value>(minimumCapacity: values.count)
    for (index, value) in values.enumerated() where !seen.insert(value).inserted {
      let earlier = values.firstIndex(of: value).map(text) ?? ""
      let problem = earlier == text(index) ? "is given twice" : "is the same as '\(earlier)'"
      throw SettingError(field, text(index), problem, remedy: "Give every value once")
    }
    return values
  }
}
