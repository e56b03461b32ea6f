/// A setting that cannot be meant, refused before anything is computed or written.
package struct SettingError: Error, Equatable, CustomStringConvertible {
  /// The setting the value was given for.
  package var field: SweepSpec.Field
  /// The value as it was given.
  package var value: String
  /// What is wrong with it; reads on from the quoted value: `is above …`.
  package var problem: String
  /// What to give instead; one sentence without its full stop.
  package var remedy: String

  package init(_ field: SweepSpec.Field, _ value: String, _ problem: String, remedy: String) {
    self.field = field
    self.value = value
    self.problem = problem
    self.remedy = remedy
  }

  package var description: String {
    "'\(value.shortened(to: 80))' \(problem). \(remedy)."
  }
}

extension String {
  /// The text, or its beginning and an ellipsis where it is longer than a message can hold.
  package func shortened(to limit: Int) -> String {
    count <= limit ? self : prefix(limit - 1) + "…"
  }
}
