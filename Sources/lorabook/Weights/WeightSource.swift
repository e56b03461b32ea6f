import LoRASpectra
import Rendering
import WeightFiles

/// Opens the files that a measurement names.
enum WeightSource {
  /// The updates of the modules that a request names.
  ///
  /// - Throws: `CommandError` for a pattern that is no regular expression; `WeightFileError`,
  ///   `PatternError` for one in an adapter's configuration.
  static func open(_ spec: MeasureSpec) throws -> any StoredUpdates {
    let filter = try filter(include: spec.include, exclude: spec.exclude)
    if let adapter = spec.adapter { return try AdapterModules(adapter, filter: filter) }
    if let base = spec.base, let tuned = spec.tuned {
      return try DifferenceModules(base: base, tuned: tuned, filter: filter)
    }
    return try MatrixModules(spec.matrices, filter: filter)
  }

  /// The updates of the adapter of `--with`; nil if there is none.
  ///
  /// - Throws: as ``open(_:)``.
  static func others(_ spec: MeasureSpec) throws -> (any StoredUpdates)? {
    guard let path = spec.with else { return nil }
    return try AdapterModules(path, filter: filter(include: spec.include, exclude: spec.exclude))
  }

  /// The filter of `--include` and `--exclude`.
  ///
  /// - Throws: `CommandError`.
  static func filter(include: String?, exclude: String?) throws -> ModuleFilter {
    for (option, pattern) in [("include", include), ("exclude", exclude)] {
      guard let pattern else { continue }
      do {
        _ = try ModuleFilter(include: pattern, exclude: nil)
      } catch {
        throw CommandError(
          "--\(option): '\(printable(pattern.shortened(to: 80)))' \(printable(error.problem)). \(error.remedy).",
          .usage)
      }
    }
    return try ModuleFilter(include: include, exclude: exclude)
  }
}
