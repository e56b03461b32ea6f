/// A named update in files.
package protocol StoredUpdate: Sendable {
  /// The module's name.
  var name: String { get }
  /// Where the numbers are.
  var update: WeightUpdate { get }
  /// The types of what is read, each once: `F32`, `F32 BF16`.
  var type: String { get }
  /// The file; of a difference the tuned one.
  var file: String { get }
  /// The base's file; nil if there is none.
  var baseFile: String? { get }
  /// The adapter's settings; nil if it is no adapter.
  var adapter: AdapterSettings? { get }

  /// The digests of what is read.
  ///
  /// - Throws: an error of reading the numbers.
  func digests() throws -> UpdateDigests
}

/// The updates of what was named, each made when it is asked for.
package protocol StoredUpdates: Sendable {
  /// Number of updates.
  var count: Int { get }
  /// The update at an index of 0 ..< count, in the files' order.
  func update(at index: Int) -> any StoredUpdate
  /// Number of tensors that are left out.
  var leftOutCount: Int { get }
  /// The tensor or module at an index of 0 ..< leftOutCount, with the reason.
  func leftOut(at index: Int) -> LeftOut
}

/// SHA-256 digests of an update's tensors, each 64 lower-case hexadecimal digits.
package struct UpdateDigests: Equatable, Sendable {
  /// Over types, shapes and bytes: of B and A, of the tuned tensor, of the matrix.
  package var sha256: String
  /// The same of the base; nil if there is none.
  package var base: String?
  /// Over both, the kind and the scale: where it is the same, so is the update.
  package var content: String

  package init(sha256: String, base: String?, content: String) {
    self.sha256 = sha256
    self.base = base
    self.content = content
  }
}

/// How an adapter's factors make its update: ΔW = s·B·A.
package struct AdapterSettings: Equatable, Sendable {
  /// r.
  package var rank: Int
  /// α.
  package var alpha: Double
  /// How s is computed from both.
  package var rule: ScalingRule
  /// s.
  package var scale: Double
  /// Whether the layers store their weights transposed (GPT-2's `Conv1D`), which `LoraConfig` must
  /// be told.
  package var isFanInFanOut: Bool

  package init(
    rank: Int, alpha: Double, rule: ScalingRule, scale: Double, isFanInFanOut: Bool = false
  ) {
    self.rank = rank
    self.alpha = alpha
    self.rule = rule
    self.scale = scale
    self.isFanInFanOut = isFanInFanOut
  }
}

/// A tensor or module that is not measured.
package struct LeftOut: Equatable, Sendable {
  /// Its name.
  package var name: String
  /// Why; reads on from the name: `has one dimension`.
  package var reason: String

  package init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}
