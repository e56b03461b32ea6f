import LoRASpectra
import SpecFiles

extension RecordedSweep {
  /// The grid of the recorded spec: settings from the book's YAML, and profiles from the values in
  /// the book rather than their files.
  ///
  /// - Parameter memory: bytes that a worker may use.
  /// - Throws: `BookError.unlikeItsSpec` for a spec that this program does not know,
  ///   `BookError.tooLargeHere` if a worker would need more memory.
  package func grid(memory: Double = .infinity) throws -> Grid {
    let spec = try spec()
    func settingText(_ error: SettingError) -> String {
      "\(error.field.rawValue): \(printable(error.description))"
    }
    do {
      _ = try Grid(spec)
    } catch let error as SettingError {
      throw BookError.unlikeItsSpec(name, reason: settingText(error))
    }
    do {
      return try Grid(spec, memory: memory)
    } catch let error as SettingError {
      throw BookError.tooLargeHere(name, reason: settingText(error))
    }
  }

  private func spec() throws -> SweepSpec {
    func refuse(_ reason: String) -> BookError { .unlikeItsSpec(name, reason: reason) }
    guard generator == NumPyLegacyNormals.name else {
      throw refuse("its generator '\(generator ?? "")' is not known here")
    }
    let entries: [SweepSpec.Field: SpecText.Entry]
    do {
      entries = try SpecText(specText).entries
    } catch let error as SpecTextError {
      // The second sentence is for people who write specs.
      let problem = error.problem.split(separator: ". ").first ?? ""
      throw refuse(
        "its spec, line \(error.mark.line), column \(error.mark.column), \(problem)")
    }
    var spec = SweepSpec.article
    spec.name = name
    for field in SweepSpec.gridFields {
      guard let items = entries[field]?.items.map(\.text) else {
        throw refuse("its spec has no \(field.rawValue)")
      }
      do {
        if field == .profiles {
          spec.profiles = try profiles(items)
        } else {
          try spec.set(field, to: items, readingFile: { _ in "" })
        }
      } catch let error as SettingError {
        throw refuse("\(field.rawValue): \(error.description)")
      }
    }
    return spec
  }

  private func profiles(_ labels: [String]) throws -> [Profile] {
    guard !labels.isEmpty else {
      throw BookError.unlikeItsSpec(name, reason: "its spec has no profiles")
    }
    return try labels.map { label in
      guard let definition = definitions[ExactText(label)] else {
        throw BookError.unlikeItsSpec(name, reason: "its profile '\(label)' is not in the book")
      }
      return try Profile(label: label, definition: definition)
    }
  }
}
