import ArgumentParser
import LoRASpectra
import Rendering

/// The formats of advice: rows, or the arguments of PEFT's `LoraConfig`.
enum AdviceFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, tsv, json, jsonl, markdown, peft

  /// The format of rows; nil for PEFT's.
  var ofRows: OutputFormat? { OutputFormat(rawValue: rawValue) }
}

/// By what `advise` chooses ranks and α.
struct AdviceOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Keep this share of each spectrum's energy. (default: 0.99)", valueName: "share"))
  var energy: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Spread so many parameters where they capture most energy.", valueName: "parameters"))
  var budget: String?

  @Flag(help: "Keep what Gavish and Donoho's threshold tells from noise.")
  var byNoise = false

  @Flag(help: "Give the modules of a layer one rank.")
  var perLayer = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The lowest rank; 0 may leave modules out. (default: 1)", valueName: "rank"))
  var least: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("The highest rank.", valueName: "rank"))
  var most: String?

  @Option(
    help: ArgumentHelp(
      "The rule for which α is given: lora or rslora. (default: the adapter's, or lora)",
      valueName: "rule"),
    completion: .list(["lora", "rslora"]))
  var forRule: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The scale s that α shall give: 'keep' for the adapter's, or a number. (default: keep, or 1)",
      valueName: "s"),
    completion: .list(["keep"]))
  var scale: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Advise on modules whose names match this regular expression of Python's alone.",
      valueName: "regex"))
  var include: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Leave out modules whose names match.", valueName: "regex"))
  var exclude: String?

  /// The request for what a sweep has.
  ///
  /// - Throws: `CommandError`.
  func request(for updates: AdvisedScales) throws -> AdviceRequest {
    guard [energy != nil, budget != nil, byNoise].count(where: \.self) <= 1 else {
      throw CommandError(
        "--energy, --budget and --by-noise each choose the ranks. Give one of them.", .usage)
    }
    var basis = AdviceRequest.Basis.energy(0.99)
    if let energy {
      guard let share = Double.finite(energy) else { throw notANumber("energy", energy, "0.99") }
      basis = .energy(share)
    } else if let budget {
      basis = .budget(try whole("budget", budget, "1000000"))
    } else if byNoise {
      basis = .noise
    }
    let rule: ScalingRule
    switch forRule {
    case nil: rule = updates.adapterRule ?? .lora
    case "lora": rule = .lora
    case "rslora": rule = .rslora
    case let text?:
      throw CommandError(
        "--for-rule: '\(printable(text.shortened(to: 80)))' is no rule of PEFT. Name lora or rslora.",
        .usage)
    }
    return AdviceRequest(
      basis: basis, isPerLayer: perLayer, least: try least.map { try whole("least", $0, "1") } ?? 1,
      most: try most.map { try whole("most", $0, "64") } ?? .max, rule: rule,
      scale: try wantedScale(updates))
  }

  private func wantedScale(_ updates: AdvisedScales) throws -> AdviceRequest.Scale {
    switch scale {
    case nil: return updates.haveScales ? .keep : .fixed(1)
    case "keep": return .keep
    case let text?:
      guard let number = Double.finite(text) else { throw notANumber("scale", text, "2, or keep") }
      return .fixed(number)
    }
  }

  private func whole(_ option: String, _ text: String, _ example: String) throws -> Int {
    guard let number = Int(text), number >= 0 else { throw notANumber(option, text, example) }
    return number
  }

  private func notANumber(_ option: String, _ text: String, _ example: String) -> CommandError {
    CommandError(
      "--\(option): '\(printable(text.shortened(to: 80)))' is no number for it. Give one such as \(example).",
      .usage)
  }
}

/// What a sweep says of scales.
struct AdvisedScales {
  /// The rule of the measured adapter; nil if there is none.
  var adapterRule: ScalingRule?
  /// Whether each module has the scale of a measured adapter.
  var haveScales: Bool
}
