import ArgumentParser
import LoRASpectra
import Rendering

/// The options of `log` that say what was run and measured.
struct LoggedRunOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "The sweep's name; made where it is new.", completion: .sweeps)
  var sweep: String?

  @Option(
    parsing: .unconditional,
    help: "The run's name: what is logged under it later is added to the run.")
  var run: String?

  @Option(parsing: .unconditional, help: "The rank.")
  var rank: String?

  @Option(parsing: .unconditional, help: "α, the numerator of the scale.")
  var alpha: String?

  @Option(
    parsing: .unconditional, help: "lora, rslora, unit, power:P, or any text with --scale.")
  var rule: String?

  @Flag(help: "The same as --rule rslora, as PEFT's use_rslora.")
  var rslora = false

  @Option(parsing: .unconditional, help: "The seed, 0 to 4294967295.")
  var seed: String?

  @Option(parsing: .unconditional, help: "The update's shape: 768x768.")
  var shape: String?

  @Option(parsing: .unconditional, help: "What the update is like: any text.")
  var profile: String?

  @Option(parsing: .unconditional, help: "The noise level.")
  var noise: String?

  @Option(parsing: .unconditional, help: "The scale s. (default: what the rule gives)")
  var scale: String?

  @Option(parsing: .unconditional, help: "The error.")
  var error: String?

  @Option(parsing: .unconditional, help: "The truncation error.")
  var truncationError: String?

  @Option(parsing: .unconditional, help: "The share of the variance captured.")
  var varianceCaptured: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A metric of your own, such as eval_loss=0.31.", valueName: "name=value"))
  var metric: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A parameter, which tells cells apart: lr=2e-4.", valueName: "name=value"))
  var param: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("What else is kept, and tells no cells apart.", valueName: "name=value"))
  var info: [String] = []

  @Option(
    parsing: .unconditional,
    help: "The step at which the metrics were measured. (default: they are end values)")
  var step: String?

  @Option(
    parsing: .unconditional, help: "running, finished or failed.",
    completion: .list(ExternalRun.Status.allCases.map(\.rawValue)))
  var status: String?

  @Option(parsing: .unconditional, help: "A note on the run.")
  var note: String?

  /// What the options say.
  ///
  /// - Throws: `CommandError` that names the option.
  func said() throws -> SaidRun {
    do {
      var said = SaidRun(sweep: sweep, name: run, shape: shape, note: note)
      if rslora, rule != nil {
        throw ExternalRunError(
          field: "rslora", "rslora", "is a second rule beside --rule", remedy: "Give one of them")
      }
      let texts: [(ExternalRun.Column, String?)] = [
        (.rank, rank), (.alpha, alpha), (.rule, rslora ? "rslora" : rule), (.seed, seed),
        (.profile, profile), (.noise, noise), (.scale, scale), (.metric(.error), error),
        (.metric(.truncationError), truncationError),
        (.metric(.varianceCaptured), varianceCaptured),
      ]
      for case (let column, let text?) in texts {
        // In a file an empty field means not recorded; an empty option is a mistake in a script.
        if text.isEmpty {
          throw ExternalRunError(column, "", "is empty", remedy: "Give a value, or leave it out")
        }
        said.fields[column] = text
      }
      if run?.isEmpty == true {
        throw ExternalRunError(field: "run", "", "is empty", remedy: "Give a name, or leave it out")
      }
      let parser = ExternalRunParser()
      said.metrics = try metric.map { text in
        let (name, value) = try Self.pair(text, "metric")
        let number = try Array(value.utf8).withUnsafeBytes { try parser.metric("metric", $0) }
        return UserMetric(name: name, value: number ?? .nan)
      }
      for (first, second) in zip(said.metrics.indices, said.metrics)
      where said.metrics[..<first].contains(where: { $0.name == second.name }) {
        throw ExternalRunError(
          field: "metric", second.name, "is given twice", remedy: "Leave one of them out")
      }
      said.params = try param.map { try Self.text($0, "param") }
      said.info = try info.map { try Self.text($0, "info") }
      said.step = try step.map { try SaidRun.step($0, "step") }
      said.status = try status.map(SaidRun.status)
      return said
    } catch let error as ExternalRunError {
      throw Self.refusal(error)
    }
  }

  /// An error by the option that it is about.
  static func refusal(_ error: ExternalRunError) -> CommandError {
    let options = ["metrics": "metric", "params": "param"]
    let option = options[error.field] ?? error.field.replacing("_", with: "-")
    return CommandError("--\(option): \(printable(error.description))", .usage)
  }

  private static func text(_ text: String, _ option: String) throws -> UserText {
    let (name, value) = try pair(text, option)
    return UserText(name: name, value: value)
  }

  private static func pair(_ text: String, _ option: String) throws -> (String, String) {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")),
      equals != text.utf8.indices.last || option != "metric"
    else {
      throw ExternalRunError(
        field: option, text, "has no name and value", remedy: "Give both, such as eval_loss=0.31")
    }
    return (String(text[..<equals]), String(text[text.utf8.index(after: equals)...]))
  }
}
