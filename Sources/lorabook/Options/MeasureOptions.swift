import ArgumentParser
import Glibc
import LoRASpectra

/// Which weights `measure` reads, which of their modules, and at which settings.
struct MeasureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A trained adapter: a PEFT folder, or a .safetensors file of kohya or diffusers.",
      valueName: "path"),
    completion: .file())
  var adapter: String?

  @Option(
    help: ArgumentHelp(
      "Another adapter of the same model: how far both share the subspaces of each module.",
      valueName: "path"),
    completion: .file())
  var with: String?

  @Option(
    help: ArgumentHelp(
      "The checkpoint before fine-tuning: a .safetensors file, or a folder with an index.",
      valueName: "path"),
    completion: .file())
  var base: String?

  @Option(
    help: ArgumentHelp("The checkpoint after it: the update is tuned − base.", valueName: "path"),
    completion: .file())
  var tuned: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Matrices measured as they are: .npy, .npz or .safetensors files.", valueName: "path"),
    completion: .file(extensions: ["npy", "npz", "safetensors"]))
  var matrix: [String] = []

  @Option(parsing: .unconditional, help: "What to call the sweep. (default: after the files)")
  var name: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Measure modules whose names match this regular expression of Python's alone.",
      valueName: "regex"))
  var include: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Leave out modules whose names match.", valueName: "regex"))
  var exclude: String?

  @Option(
    parsing: .unconditional,
    help: "Ranks: 2,4,8 or 2-64:2. (default: powers of two, and a module's largest)")
  var ranks: String?

  @Option(
    parsing: .unconditional, help: "Scaling rules: lora,rslora,unit,power:P. (default: unit)")
  var rules: String?

  @Option(parsing: .unconditional, help: "Values of α for rules but unit. (default: 16)")
  var alphas: String?

  @Option(parsing: .unconditionalSingleValue, help: "A tag, or several: may be given again.")
  var tag: [String] = []

  @Option(parsing: .unconditional, help: "A note to keep with the sweep.")
  var note: String?

  /// The request, with its paths made absolute so that it can be resumed from elsewhere.
  ///
  /// - Throws: `CommandError` unless one kind of weights is named; `SpecError`.
  func located() throws -> LocatedSpec<MeasureSpec> {
    guard [adapter != nil, base != nil || tuned != nil, !matrix.isEmpty].count(where: \.self) == 1,
      (base == nil) == (tuned == nil)
    else {
      throw CommandError(
        "measure needs one kind of weights. Name --adapter PATH, or --base PATH --tuned PATH, or --matrix PATH.",
        .usage)
    }
    guard with == nil || adapter != nil else {
      throw CommandError(
        "--with compares an adapter with another one. Name the first with --adapter.", .usage)
    }
    var located = try LocatedSpec<MeasureSpec>(named: MeasureSpec().name)
    let paths: [(SpecField, [String])] = [
      (.adapter, [adapter].compactMap(\.self)), (.with, [with].compactMap(\.self)),
      (.base, [base].compactMap(\.self)),
      (.tuned, [tuned].compactMap(\.self)), (.matrix, matrix),
    ]
    for (field, paths) in paths where !paths.isEmpty {
      guard !paths.contains("") else {
        throw CommandError("--\(field.option) names no file. Give a path.", .usage)
      }
      try located.override(field, with: paths.map(Self.absolute))
    }
    for (field, text) in [(SpecField.ranks, ranks), (.alphas, alphas), (.rules, rules)] {
      if let text { try located.override(field, with: ListText.items(text)) }
    }
    if !tag.isEmpty {
      try located.override(.tag, with: ListText.items(tag.joined(separator: ",")))
    }
    for (field, text) in [(SpecField.include, include), (.exclude, exclude), (.note, note)] {
      if let text { try located.override(field, with: [text]) }
    }
    if let name {
      try located.override(.name, with: [name])
    } else {
      located.suggestName(Self.stem(of: adapter ?? tuned ?? matrix.first ?? ""))
    }
    return located
  }

  /// A path from the root.
  private static func absolute(_ path: String) -> String {
    guard path.utf8.first != UInt8(ascii: "/"), let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    return String(cString: here) + "/" + path
  }

  /// The last part of a path, without the ending of a file of weights.
  private static func stem(of path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? ""
    let ending = [".safetensors.index.json", ".safetensors", ".npy", ".npz"].first(
      where: last.hasSuffix)
    return String(last.dropLast(ending?.count ?? 0))
  }
}
