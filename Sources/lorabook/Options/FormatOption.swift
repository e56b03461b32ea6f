import ArgumentParser
import Rendering

extension OutputFormat: ExpressibleByArgument {}

/// The output format of every command that prints rows.
struct FormatOption: ParsableArguments {
  @Option(help: "How rows are printed.")
  var format: OutputFormat = .table
}
