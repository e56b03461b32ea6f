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
    let spec = try spec(from: SweepSpec.article) { $0.profiles = $1 }
    return try checked({ try Grid(spec) }, { try Grid(spec, memory: memory) })
  }

  /// The grid of the recorded spec of trainings, as ``grid(memory:)``.
  ///
  /// - Throws: as ``grid(memory:)``.
  package func trainingGrid(memory: Double = .infinity) throws -> TrainingGrid {
    let spec = try spec(from: TrainingSpec.signal) { $0.sweep.profiles = $1 }
    return try checked({ try TrainingGrid(spec) }, { try TrainingGrid(spec, memory: memory) })
  }

  /// Tells a spec that makes no grid from one that is too large for this machine.
  private func checked<Checked>(
    _ anywhere: () throws -> Checked, _ here: () throws -> Checked
  ) throws -> Checked {
    func settingText(_ error: SettingError) -> String {
      "\(error.field.rawValue): \(printable(error.description))"
    }
    do {
      _ = try anywhere()
    } catch let error as SettingError {
      throw BookError.unlikeItsSpec(name, reason: settingText(error))
    }
    do {
      return try here()
    } catch let error as SettingError {
      throw BookError.tooLargeHere(name, reason: settingText(error))
    }
  }

  /// - Parameter base: has a value for every field that the recorded spec may leave out.
  private func spec<Spec: GridSpec>(
    from base: Spec, _ setProfiles: (inout Spec, [Profile]) -> Void
  ) throws -> Spec {
    func refuse(_ reason: String) -> BookError { .unlikeItsSpec(name, reason: reason) }
    guard generator == NumPyLegacyNormals.name else {
      throw refuse("its generator '\(generator ?? "")' is not known here")
    }
    let entries: [SpecField: SpecText.Entry]
    do {
      entries = try SpecText(specText, fields: Spec.fields).entries
    } catch let error as SpecTextError {
      // The second sentence is for people who write specs.
      let problem = error.problem.split(separator: ". ").first ?? ""
      throw refuse(
        "its spec, line \(error.mark.line), column \(error.mark.column), \(problem)")
    }
    var spec = base
    spec.name = name
    for field in Spec.gridFields {
      guard let items = entries[field]?.items.map(\.text) else {
        // A seed that follows from the update's has no value.
        if base.items(of: field).isEmpty { continue }
        throw refuse("its spec has no \(field.rawValue)")
      }
      do {
        if field == .profiles {
          setProfiles(&spec, try profiles(items))
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
