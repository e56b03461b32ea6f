import ArgumentParser
import LoRASpectra

/// The spec to run, and options that each override one field of it.
struct SpecOptions: ParsableArguments {
  @Argument(
    help: "A built-in spec or a YAML file; the built-in one unless given.",
    completion: .file(extensions: ["yaml", "yml"]))
  var spec: String?

  @Option(parsing: .unconditional, help: "What to call the sweep.")
  var name: String?

  @Option(parsing: .unconditional, help: "Seeds of NumPy's RandomState: 42 or 0-99.")
  var seeds: String?

  @Option(parsing: .unconditional, help: "Shapes of the updates: 64x64,96x32.")
  var shapes: String?

  @Option(
    parsing: .unconditional,
    help: """
      Singular values before noise, such as style,facts,power:1.2 or exp:0.1, linear:5:1, flat:2, file:PATH.
      """)
  var profiles: String?

  @Option(parsing: .unconditional, help: "Ranks: 2,4,8 or 2-64:2.")
  var ranks: String?

  @Option(parsing: .unconditional, help: "Values of α: 8,16.")
  var alphas: String?

  @Option(parsing: .unconditional, help: "Scaling rules: lora,rslora,unit,power:P.")
  var rules: String?

  @Option(parsing: .unconditional, help: "Noise levels: 0,0.01.")
  var noise: String?

  @Option(
    parsing: .unconditional,
    help: "Whether profiles share a random stream: chained or independent.",
    completion: .list(["chained", "independent"]))
  var stream: String?

  @Option(parsing: .unconditionalSingleValue, help: "A tag, or several: may be given again.")
  var tag: [String] = []

  @Option(parsing: .unconditional, help: "A note to keep with the sweep.")
  var note: String?

  /// The spec with the options applied.
  ///
  /// - Throws: `SpecError`.
  func located<Spec: GridSpec>(_ kind: Spec.Type) throws -> LocatedSpec<Spec> {
    var located = try LocatedSpec<Spec>(named: spec ?? Spec.builtIn.first?.name ?? "")
    let lists: [(SpecField, String?)] = [
      (.seeds, seeds), (.shapes, shapes), (.profiles, profiles), (.ranks, ranks),
      (.alphas, alphas), (.rules, rules), (.noise, noise), (.stream, stream),
      (.tag, tag.isEmpty ? nil : tag.joined(separator: ",")),
    ]
    for (field, text) in lists {
      if let text { try located.override(field, with: ListText.items(text)) }
    }
    // A name or note is one text; its commas separate nothing.
    for (field, text) in [(SpecField.name, name), (.note, note)] {
      if let text { try located.override(field, with: [text]) }
    }
    return located
  }
}
