import Glibc
import LoRASpectra
import Rendering

/// C's value of a decimal text.
func strtod(_ text: String) -> Double { Glibc.strtod(text, nil) }

extension FuzzTarget {
  /// A CSV text: reading it in pieces of any size gives the same records, and writing these gives a
  /// text that reads back to them. The first byte selects the pieces and the layout.
  static let csv: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    guard let first = bytes.first else { return }
    let text = Array(bytes.dropFirst())
    let delimiter: UInt8? = [nil, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|")][
      Int(first >> 6)]
    let whole = Reading(text, pieces: Int.max, delimiter: delimiter)
    let pieces = Int(first & 63) + 1
    try promise(
      whole == Reading(text, pieces: pieces, delimiter: delimiter),
      "another reading in pieces of \(pieces) bytes")
    guard whole.error == nil, let columns = whole.records.first else { return }
    var written: [UInt8] = []
    let writer = DelimitedLayout(delimiter: delimiter ?? UInt8(ascii: ",")).writer {
      written.append(contentsOf: $0)
    }
    try writer.begin(columns)
    for record in whole.records.dropFirst() { try writer.write(record.map(Value.text)) }
    try writer.end()
    let again = Reading(written, pieces: Int.max, delimiter: delimiter ?? UInt8(ascii: ","))
    // A header of one empty field is written as an empty line, which is not a record.
    guard columns != [""] else { return }
    try promise(
      again == whole,
      "\(whole.records) is read again as \(again.records), \(again.error.map { "\($0)" } ?? "whole")"
    )
  }

  /// Fields of a run measured elsewhere, one per line: a parsed run keeps to its bounds, its
  /// numbers equal C's, and numbers with a decimal comma equal those with a point.
  static let run: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var fields = ExternalRunParser.Fields()
    for (column, line) in zip(ExternalRun.Column.allCases, lines) {
      fields[column] = UnsafeRawBufferPointer(rebasing: line)
    }
    var parser = ExternalRunParser()
    let run: ExternalRun
    do {
      run = try parser.run(fields)
    } catch let error as ExternalRunError {
      return try promise(!error.description.isEmpty, "a refusal without a word")
    }
    try promise(
      (1...(run.shape?.span ?? .max)).contains(run.rank ?? 1) && (run.scale ?? 0).isFinite
        && (run.alpha ?? 0).isFinite && run.noise ?? 0 >= 0 && run.profile != ""
        && run.rule != "",
      "\(run)")
    for (column, number) in [
      (ExternalRun.Column.alpha, run.alpha), (.noise, run.noise),
    ] + Metric.Key.columns.map({ (.metric($0), run.measurements[$0]) }) {
      let text = String(decoding: fields[column], as: UTF8.self)
      guard let number else {
        try promise(text.isEmpty, "\(column) '\(text)' is none")
        continue
      }
      let expected = strtod(text)
      try promise(
        number == expected || number.isNaN && expected.isNaN,
        "\(column) '\(text)' is read \(number), by C \(expected)")
    }
    var again = ExternalRunParser()
    let second = try again.run(fields)
    try promise("\(second)" == "\(run)", "\(run) is read again as \(second)")
  }
}

/// The records of a CSV text, and the error that ended it, if any.
private struct Reading: Equatable {
  var records: [[String]] = []
  var error: DelimitedError?

  init(_ text: [UInt8], pieces: Int, delimiter: UInt8?, longest: Int = 512) {
    var place = 0
    let reader = DelimitedReader(delimiter: delimiter, longest: longest) { buffer in
      let count = min(pieces, buffer.count, text.count - place)
      buffer.copyBytes(from: text[place..<(place + count)])
      place += count
      return count
    }
    do {
      while try reader.next() {
        for index in 0..<reader.fieldCount { _ = reader.position(of: index) }
        records.append(try (0..<reader.fieldCount).map(reader.text))
      }
    } catch let error as DelimitedError {
      self.error = error
    } catch {
      // The source throws nothing.
    }
  }

  static func == (a: Reading, b: Reading) -> Bool {
    // By bytes: for Swift texts are equal if only their accents are composed differently.
    a.records.elementsEqual(b.records) { $0.map { Array($0.utf8) } == $1.map { Array($0.utf8) } }
      // The text after an error may not have been read yet.
      && a.error?.line == b.error?.line && a.error?.column == b.error?.column
      && a.error?.problem == b.error?.problem
  }
}
