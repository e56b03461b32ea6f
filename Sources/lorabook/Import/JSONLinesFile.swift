import LoRASpectra
import Rendering

/// A file of JSON lines, as `log -` takes them. A line that names no run is of the run that is named
/// after the file, or of one that is named after the line, so that it is recorded once.
final class JSONLinesFile: RunSource {
  let place: String
  var canBeReadAgain: Bool { input.canBeReadAgain }
  let isRecordedOnce = true

  private let input: InputFile
  /// The last part of the path: the same from wherever the file is imported.
  private let name: String
  private let lines = LineBuffer()
  private var parser: JSONLineParser
  private var isAtEnd = false

  /// - Throws: `CommandError` if there is no file, or an option is none of its format.
  init(path: String, _ layout: RunFile.Layout) throws {
    input = try InputFile(path: path)
    place = input.name
    name = path == "-" ? "stdin" : String(path.split(separator: "/").last ?? "")
    guard layout.renamed.isEmpty, layout.metrics.isEmpty, layout.params.isEmpty else {
      throw CommandError(
        "\(place) has JSON lines, which name everything themselves. Leave --map, --metrics and --params out.",
        .usage)
    }
    var common = layout.common
    common.sweep = layout.name
    parser = JSONLineParser(common)
  }

  func awaitEnd() throws { try input.awaitEnd() }

  private static let batch = 8192

  func nextBatch() throws -> [NamedRun] {
    var batch: [NamedRun] = []
    while batch.count < JSONLinesFile.batch {
      if let run = try lines.next(parse) {
        if let run { batch.append(run) }
      } else if isAtEnd {
        if let run = try lines.rest(parseRest) ?? nil { batch.append(run) }
        break
      } else {
        isAtEnd = try !lines.fill { try input.read(into: $0) }
        if lines.isTooLong {
          throw refusal("the line is longer than \(LineBuffer.longest) bytes.", lines.number + 1)
        }
      }
    }
    return batch
  }

  private func parse(_ line: UnsafeRawBufferPointer) throws -> NamedRun? {
    do {
      return try run(line)
    } catch let error as JSONLineParser.Refusal {
      throw refusal(error.message, lines.number)
    }
  }

  /// A process that was killed may have left the start of a line.
  private func parseRest(_ line: UnsafeRawBufferPointer) throws -> NamedRun? {
    do {
      return try run(line)
    } catch let error as JSONLineParser.Refusal where error.mayBeTorn {
      StandardError.write(
        "lorabook: \(place):\(lines.number): the last line was not written to its end, and is left out.\n"
      )
      return nil
    } catch let error as JSONLineParser.Refusal {
      throw refusal(error.message, lines.number)
    }
  }

  private func run(_ line: UnsafeRawBufferPointer) throws -> NamedRun? {
    let number = lines.number
    let line = number == 1 ? line.withoutMark : line
    if line.isBlank { return nil }
    var (run, sweep) = try parser.run(line)
    if run.name == nil { run.name = run.isWhole ? "\(name):\(number)" : name }
    return NamedRun(run: run, sweep: sweep, line: number)
  }

  private func refusal(_ message: String, _ line: Int) -> CommandError {
    CommandError("\(place):\(line): \(message) Nothing was imported.", .badData)
  }
}
