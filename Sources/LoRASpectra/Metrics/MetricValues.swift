/// One value for each ``Metric/Key``, without memory of its own: a sweep makes millions.
package struct MetricValues<Value> {
  @usableFromInline var values: InlineArray<3, Value>

  /// The same value for all.
  @inlinable package init(repeating value: Value) { values = InlineArray(repeating: value) }

  /// The values that a closure gives.
  @inlinable package init(_ value: (Metric.Key) throws -> Value) rethrows {
    values = try InlineArray { place in try value(Metric.Key.allCases[place]) }
  }

  /// The value of a metric.
  @inlinable package subscript(metric: Metric.Key) -> Value {
    get { values[metric.rawValue] }
    _modify { yield &values[metric.rawValue] }
  }
}

extension MetricValues: Sendable where Value: Sendable {}

extension MetricValues: Equatable where Value: Equatable {
  package static func == (a: MetricValues, b: MetricValues) -> Bool {
    Metric.Key.allCases.allSatisfy { a[$0] == b[$0] }
  }
}

/// What is recorded of a run: nil where it is not, not finite where it diverged.
package typealias Measurements = MetricValues<Double?>

extension MetricValues: ExpressibleByDictionaryLiteral where Value == Double? {
  /// Nothing recorded.
  @inlinable package init() { self.init(repeating: nil) }

  /// The values; what is not there is not recorded.
  package init(dictionaryLiteral elements: (Metric.Key, Double?)...) {
    self.init()
    for (metric, value) in elements { self[metric] = value }
  }

  /// All that was computed.
  @inlinable package init(_ computed: MetricValues<Double>) {
    self.init { computed[$0] }
  }

  /// Whether nothing is recorded.
  package var isEmpty: Bool { Metric.Key.allCases.allSatisfy { self[$0] == nil } }
}
