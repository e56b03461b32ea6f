import CSQLite
import Glibc
import LoRASpectra

/// The functions that queries may use and stock SQLite lacks.
///
/// | function | gives | |---|---| | `stddev(x)` | the sample standard deviation √(Σ(x − x̄)²/(n −
/// 1)), NULL for fewer than two numbers | | `median(x)` | `quantile(x, 0.5)` | | `quantile(x, p)` |
/// the p-quantile, p from 0 to 1, linear between neighbours (NumPy's default; Hyndman & Fan 1996,
/// type 7) | | `sqrt(x)`, `ln(x)`, `exp(x)`, `pow(x, y)` | as in C; NULL if the result is not
/// finite |
///
/// The aggregates skip values that are not finite numbers. All are SQLITE_DIRECTONLY: a view or
/// trigger in a stranger's book cannot call them.
enum SQLFunctions {
  /// The names, in the order of messages and completions.
  static let names = ["stddev", "median", "quantile", "sqrt", "ln", "exp", "pow"]

  static func register(on connection: Connection) throws {
    try aggregate("stddev", arguments: 1, keepsValues: false, on: connection) { _, context in
      Sample.take(from: context)?.summary.standardDeviation
    }
    try aggregate("median", arguments: 1, on: connection) { _, context in
      Sample.take(from: context)?.quantile(0.5)
    }
    try aggregate("quantile", arguments: 2, on: connection) { handle, context in
      guard let sample = Sample.take(from: context), !sample.values.isEmpty else { return nil }
      guard let share = sample.share, (0...1).contains(share) else {
        sqlite3_result_error(handle, "quantile(x, p) needs one p from 0 to 1", -1)
        return nil
      }
      return sample.quantile(share)
    }
    try scalar("sqrt", arguments: 1, on: connection) { $0[0].squareRoot() }
    try scalar("ln", arguments: 1, on: connection) { log($0[0]) }
    try scalar("exp", arguments: 1, on: connection) { exp($0[0]) }
    try scalar("pow", arguments: 2, on: connection) { pow($0[0], $0[1]) }
  }

  private static let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY

  /// A scalar function, which SQLite keeps until the connection closes.
  private final class Scalar {
    let apply: ([Double]) -> Double
    init(_ apply: @escaping ([Double]) -> Double) { self.apply = apply }
  }

  private static func scalar(
    _ name: String, arguments: Int32, on connection: Connection,
    _ apply: @escaping ([Double]) -> Double
  ) throws {
    try connection.check(
      sqlite3_create_function_v2(
        connection.handle, name, arguments, flags,
        Unmanaged.passRetained(Scalar(apply)).toOpaque(),
        { handle, count, values in
          let numbers = (0..<Int(count)).compactMap { number(values?[$0]) }
          guard numbers.count == Int(count), let data = sqlite3_user_data(handle) else { return }
          let result = Unmanaged<Scalar>.fromOpaque(data).takeUnretainedValue().apply(numbers)
          // If no result is set, the result is NULL.
          if result.isFinite { sqlite3_result_double(handle, result) }
        }, nil, nil, { data in data.map { Unmanaged<Scalar>.fromOpaque($0).release() } }))
  }

  /// An aggregate function's final step.
  private final class Aggregate {
    /// Whether the final step needs every value, not only their summary.
    let keepsValues: Bool
    let finish: (OpaquePointer?, UnsafeMutableRawPointer?) -> Double?

    init(
      _ keepsValues: Bool, _ finish: @escaping (OpaquePointer?, UnsafeMutableRawPointer?) -> Double?
    ) {
      self.keepsValues = keepsValues
      self.finish = finish
    }
  }

  private static func aggregate(
    _ name: String, arguments: Int32, keepsValues: Bool = true, on connection: Connection,
    _ finish: @escaping (OpaquePointer?, UnsafeMutableRawPointer?) -> Double?
  ) throws {
    try connection.check(
      sqlite3_create_function_v2(
        connection.handle, name, arguments, flags,
        Unmanaged.passRetained(Aggregate(keepsValues, finish)).toOpaque(), nil,
        { handle, count, values in
          let size = Int32(MemoryLayout<UnsafeMutableRawPointer?>.size)
          guard let context = sqlite3_aggregate_context(handle, size),
            let data = sqlite3_user_data(handle)
          else { return sqlite3_result_error_nomem(handle) }
          let sample = Sample.at(context)
          let keepsValues = Unmanaged<Aggregate>.fromOpaque(data).takeUnretainedValue().keepsValues
          if let value = number(values?[0]), value.isFinite {
            guard sample.values.count < Sample.mostValues else {
              return sqlite3_result_error(
                handle, "a quantile is of at most \(Sample.mostValues) numbers", -1)
            }
            if keepsValues { sample.values.append(value) } else { sample.summary.add(value) }
          }
          if count > 1, sample.share == nil { sample.share = number(values?[1]) }
        },
        { handle in
          guard let data = sqlite3_user_data(handle) else { return }
          let aggregate = Unmanaged<Aggregate>.fromOpaque(data).takeUnretainedValue()
          // With a size of 0, SQLite returns the context of earlier steps, or null.
          if let result = aggregate.finish(handle, sqlite3_aggregate_context(handle, 0)) {
            sqlite3_result_double(handle, result)
          }
        }, { data in data.map { Unmanaged<Aggregate>.fromOpaque($0).release() } }))
  }
}

/// An argument as a number; nil for other types.
private func number(_ value: OpaquePointer??) -> Double? {
  guard let value = value ?? nil else { return nil }
  switch sqlite3_value_type(value) {
  case SQLITE_INTEGER, SQLITE_FLOAT: return sqlite3_value_double(value)
  default: return nil
  }
}

/// The numbers collected by an aggregate.
private final class Sample {
  /// Largest number of values kept: a gigabyte.
  static let mostValues = 1 << 27

  var values: [Double] = []
  var summary = RunningSummary()
  var share: Double?

  /// The sample whose reference lies in an aggregate's context; created at the first step, as
  /// SQLite provides a context of zeros.
  static func at(_ context: UnsafeMutableRawPointer) -> Sample {
    let slot = context.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    if let existing = slot.pointee {
      return Unmanaged<Sample>.fromOpaque(existing).takeUnretainedValue()
    }
    let made = Sample()
    slot.pointee = Unmanaged.passRetained(made).toOpaque()
    return made
  }

  /// Takes the sample out of a context, so that it is freed after its last use.
  static func take(from context: UnsafeMutableRawPointer?) -> Sample? {
    guard let slot = context?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self) else {
      return nil
    }
    defer { slot.pointee = nil }
    return slot.pointee.map { Unmanaged<Sample>.fromOpaque($0).takeRetainedValue() }
  }

  func quantile(_ share: Double) -> Double? { values.sorted().quantileOfSorted(share) }
}

extension [Double] {
  /// The quantile of numbers in ascending order; nil if there are none.
  ///
  /// - Parameter share: from 0 to 1.
  func quantileOfSorted(_ share: Double) -> Double? {
    guard !isEmpty else { return nil }
    let place = share * Double(count - 1)
    let lower = Int(place)
    let upper = Swift.min(lower + 1, count - 1)
    return self[lower] + (place - Double(lower)) * (self[upper] - self[lower])
  }
}
