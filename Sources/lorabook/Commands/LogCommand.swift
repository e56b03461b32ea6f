import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Record one run measured elsewhere, such as in a training script.",
    discussion: """
      The first call makes the book and the sweep. When it returns, the run is on the disk; any number of \
      processes may log at once. A profile may be any text, and a rule too if the scale is given. A \
      measurement that diverged is 'nan', 'inf' or '-inf'.

      Example:  lorabook log --sweep tune --seed 1 --shape 768x768 \\
                  --profile layer3.query --rank 8 --alpha 16 --rule lora \\
                  --error 0.31
      """)

  @Option(
    parsing: .unconditional, help: "The sweep's name; made where it is new.", completion: .sweeps)
  var sweep: String

  @Option(parsing: .unconditional, help: "The seed, 0 to 4294967295.")
  var seed: String

  @Option(parsing: .unconditional, help: "The update's shape: 768x768.")
  var shape: String

  @Option(parsing: .unconditional, help: "What the update is like: any text.")
  var profile: String

  @Option(parsing: .unconditional, help: "The rank.")
  var rank: String

  @Option(parsing: .unconditional, help: "α, the numerator of the scale.")
  var alpha: String

  @Option(
    parsing: .unconditional, help: "lora, rslora, unit, power:P, or any text with --scale.")
  var rule: String

  @Option(parsing: .unconditional, help: "The error.")
  var error: String

  @Option(parsing: .unconditional, help: "The truncation error.")
  var truncationError: String?

  @Option(parsing: .unconditional, help: "The share of the variance captured.")
  var varianceCaptured: String?

  @Option(parsing: .unconditional, help: "The scale s. (default: what the rule gives)")
  var scale: String?

  @Option(parsing: .unconditional, help: "The noise level.")
  var noise: String?

  @OptionGroup var book: BookOptions

  func run() throws {
    let run = try measuredRun()
    do {
      try Book.checkName(sweep)
    } catch BookError.unusableName(let name, let reason) {
      throw CommandError(
        "--sweep: the name '\(printable(name))' \(reason). Give another, such as 'baseline'.",
        .usage)
    }
    Interruption.watch(mayEndAnywhere: true)
    let book = try book.recording()
    _ = try ExternalRunWriter.record(in: book, Host.origin(.log), mayAppend: true) {
      try $0.add(run, to: sweep)
    }
  }

  /// The run described by the options.
  ///
  /// - Throws: `CommandError` that names the option.
  private func measuredRun() throws -> ExternalRun {
    do {
      let shape = try Shape(parsing: shape, isElsewhere: true)
      let texts: [(ExternalRun.Column, String?)] = [
        (.seed, seed), (.d, String(shape.d)), (.k, String(shape.k)), (.profile, profile),
        (.noise, noise), (.rank, rank), (.alpha, alpha), (.rule, rule), (.scale, scale),
        (.error, error), (.truncationError, truncationError),
        (.varianceCaptured, varianceCaptured),
      ]
      for (column, text) in texts {
        // In a file an empty field means not recorded; an empty option is a mistake in a script.
        if let text, text.isEmpty {
          throw ExternalRunError(column, "", "is empty", remedy: "Give a value, or leave it out")
        }
      }
      return try Self.run(texts)
    } catch let error as SettingError {
      throw CommandError("--shape: \(printable(error.description))", .usage)
    } catch let error as ExternalRunError {
      let option = error.column.name.replacing("_", with: "-")
      throw CommandError("--\(option): \(printable(error.description))", .usage)
    }
  }

  private static func run(_ texts: [(ExternalRun.Column, String?)]) throws -> ExternalRun {
    // One buffer that all fields point into.
    var bytes: [UInt8] = []
    var ranges: [(ExternalRun.Column, Range<Int>)] = []
    for (column, text) in texts {
      let start = bytes.count
      bytes.append(contentsOf: (text ?? "").utf8)
      ranges.append((column, start..<bytes.count))
    }
    var parser = ExternalRunParser()
    return try bytes.withUnsafeBytes { held in
      var fields = ExternalRunParser.Fields()
      for (column, range) in ranges {
        fields[column] = UnsafeRawBufferPointer(rebasing: held[range])
      }
      return try parser.run(fields)
    }
  }
}
