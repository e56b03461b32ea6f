extension String {
  /// The text with an apostrophe before it where a spreadsheet would make anything else of it: a formula, a
  /// number, a date, a truth value.
  ///
  /// That a text starts a formula is by OWASP's "CSV Injection": `= + - @`, a tab or a line's end, here
  /// also behind what spreadsheets skip, and in the wider forms that they fold to ASCII. The apostrophe
  /// shows in the cell, since a CSV has no mark for a text that does not.
  ///
  /// Taking one apostrophe off every text that has one before a guarded text gives the texts back, as a
  /// text that needs a guard needs it still behind an apostrophe of its own.
  package var guardedForSpreadsheets: String {
    startsFormula || looksLikeNumber || isTruthValue ? "'" + self : self
  }

  private var startsFormula: Bool {
    // What diverged is no formula; it must stay what `import` reads.
    if self == "-inf" { return false }
    for scalar in unicodeScalars {
      if formulaStarts.contains(scalar) { return true }
      guard isSkipped(scalar) else { return false }
    }
    return false
  }

  /// Whether it has a digit, and beside digits nothing but what numbers, dates and times are made of.
  private var looksLikeNumber: Bool {
    guard unicodeScalars.contains(where: isDigit) else { return false }
    var word = ""
    for scalar in unicodeScalars {
      if scalar.properties.isAlphabetic {
        word.unicodeScalars.append(scalar)
        if word.unicodeScalars.count > longestWord { return false }
      } else if isDigit(scalar) || isSkipped(scalar) || isNumberMark(scalar) {
        guard word.isEmpty || numberWords.contains(word.lowercased()) else { return false }
        word = ""
      } else {
        return false
      }
    }
    return word.isEmpty || numberWords.contains(word.lowercased())
  }

  private var isTruthValue: Bool {
    guard (4...16).contains(utf8.count) else { return false }
    var bare = unicodeScalars[...]
    while let first = bare.first, isSkipped(first) { bare.removeFirst() }
    while let last = bare.last, isSkipped(last) { bare.removeLast() }
    return ["true", "false"].contains(String(bare).lowercased())
  }
}

/// What makes a spreadsheet read on as a formula, and the tab and line ends that some let pass before one.
private let formulaStarts = Set<Unicode.Scalar>(
  "=+-@\t\r\n＝＋－＠﹦﹢﹣﹫−".unicodeScalars)

/// What a spreadsheet, or a program between, may drop before it looks at a cell.
private func isSkipped(_ scalar: Unicode.Scalar) -> Bool {
  if scalar == "\"" || scalar == "'" || scalar == " " { return true }
  if scalar.isASCII { return scalar.value < 32 || scalar.value == 127 }
  let properties = scalar.properties
  return properties.isWhitespace || properties.generalCategory == .control
    || properties.generalCategory == .format
}

private func isDigit(_ scalar: Unicode.Scalar) -> Bool {
  scalar.isASCII
    ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(UInt8(scalar.value))
    : scalar.properties.numericType == .decimal
}

private func isNumberMark(_ scalar: Unicode.Scalar) -> Bool {
  ".,:;/()%+-−’".unicodeScalars.contains(scalar)
    || scalar.properties.generalCategory == .currencySymbol
}

/// The words in numbers, times and English dates: `1e5`, `3 pm`, `2025-01-02T10:00`, `MAR1`. The `Z` of a
/// time in UTC is none of them, so that a sweep's `started_at` stays bare.
private let numberWords: Set<String> = {
  let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]
  let abbreviated = months.map { String($0.prefix(3)) } + ["sept"]
  return Set(["e", "t", "a", "p", "am", "pm"] + months + abbreviated)
}()

private let longestWord = numberWords.map(\.count).max() ?? 0
