import LoRASpectra

extension Book {
  /// The id of the sweep of a reference: an id, a name, `latest`, or the start (at least four
  /// characters) of a uuid.
  ///
  /// - Throws: `BookError.noSuchSweep` with the nearest name, `BookError.ambiguousSweep`.
  package func sweepID(_ reference: String) throws -> Int64 {
    var found: [(id: Int64, uuid: String, reading: Int64)] = []
    try connection.rows(Statements.resolveSweep, ["reference": .text(reference)]) {
      found.append(($0.integer(0), try $0.text(1), $0.integer(2)))
    }
    guard let likeliest = found.first else {
      throw try BookError.noSuchSweep(
        reference, nearest: nearestName(to: reference, among: sweepNames()))
    }
    guard found.count(where: { $0.reading == likeliest.reading }) == 1 else {
      throw BookError.ambiguousSweep(reference, uuids: found.map(\.uuid))
    }
    return likeliest.id
  }

  /// The names of all sweeps.
  package func sweepNames() throws -> [String] {
    var names: [String] = []
    try connection.rows(Statements.sweepNames) { names.append(try $0.text(0)) }
    return names
  }

  /// Refuses a name that a reference could not reach.
  ///
  /// - Throws: `BookError.unusableName`.
  package static func checkName(_ name: String) throws {
    if name.isEmpty {
      throw BookError.unusableName(name, reason: "is empty")
    }
    if let first = name.unicodeScalars.first, let last = name.unicodeScalars.last,
      first.properties.isWhitespace || last.properties.isWhitespace
    {
      throw BookError.unusableName(name, reason: "begins or ends with a blank")
    }
    if name == "latest" {
      throw BookError.unusableName(name, reason: "means the newest sweep, whichever that is")
    }
    if name.utf8.allSatisfy({ (48...57).contains($0) }) {
      throw BookError.unusableName(name, reason: "could be taken for a sweep's id")
    }
    if name.unicodeScalars.contains(where: commandsTerminal) {
      throw BookError.unusableName(name, reason: "holds a control character")
    }
    if name.utf8.count > 200 {
      throw BookError.unusableName(name.shortened(to: 40), reason: "is longer than 200 bytes")
    }
  }
}

/// Whether a character is a control character, a line separator, or reorders its line (Unicode's
/// UAX #9); joiners are allowed, as names in many languages need them.
private func commandsTerminal(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator: true
  case .format:
    [0x61c, 0x200e, 0x200f].contains(scalar.value) || (0x202a...0x202e).contains(scalar.value)
      || (0x2066...0x2069).contains(scalar.value)
  default: false
  }
}
