/// An invalid setting, refused before anything is computed or written.
package struct SettingError: Error, Equatable, CustomStringConvertible {
  /// The setting's field.
  package var field: SweepSpec.Field
  /// The value as given.
  package var value: String
  /// The problem; continues the sentence after the quoted value: `is above …`.
  package var problem: String
  /// The valid alternatives; one sentence without its full stop.
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
  /// The text, cut off with an ellipsis if it is longer than `limit` characters.
  package func shortened(to limit: Int) -> String {
    count <= limit ? self : prefix(limit - 1) + "…"
  }
}
