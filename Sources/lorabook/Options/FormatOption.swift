import ArgumentParser
import Rendering

extension OutputFormat: ExpressibleByArgument {}

/// How rows are printed, for every command that prints any.
struct FormatOption: ParsableArguments {
  @Option(help: "How rows are printed.")
  var format: OutputFormat = .table
}
