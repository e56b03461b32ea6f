extension String {
  /// The text, after an apostrophe if a spreadsheet would take it for anything else: a formula, a
  /// number, a date or a truth value.
  ///
  /// The formula starts are those of OWASP's "CSV Injection": `= + - @`, a tab or a line end, here
  /// also after characters that spreadsheets skip, and in the wide forms that they fold to ASCII.
  /// The apostrophe is visible in the cell, because CSV has no invisible mark for a text.
  ///
  /// To restore the texts, remove one apostrophe from every text that has one before a guarded
  /// text: a text that needs a guard still needs it after an apostrophe of its own.
  package var guardedForSpreadsheets: String {
    startsFormula || looksLikeNumber || isTruthValue ? "'" + self : self
  }

  private var startsFormula: Bool {
    // A diverged value is not a formula, and must stay readable for `import`.
    if self == "-inf" { return false }
    for scalar in unicodeScalars {
      if formulaStarts.contains(scalar) { return true }
      guard isSkipped(scalar) else { return false }
    }
    return false
  }

  /// Whether it has a digit, and otherwise only parts of numbers, dates and times.
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

/// Characters that start a formula in a spreadsheet, and the tab and line ends that some accept
/// before one.
private let formulaStarts = Set<Unicode.Scalar>(
  "=+-@\t\r\n＝＋－＠﹦﹢﹣﹫−".unicodeScalars)

/// Characters that a spreadsheet, or a program in between, may drop before it examines a cell.
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

/// The words in numbers, times and English dates: `1e5`, `3 pm`, `2025-01-02T10:00`, `MAR1`. The
/// `Z` of a UTC time is left out, so that a sweep's `started_at` needs no apostrophe.
private let numberWords: Set<String> = {
  let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]
  let abbreviated = months.map { String($0.prefix(3)) } + ["sept"]
  return Set(["e", "t", "a", "p", "am", "pm"] + months + abbreviated)
}()

private let longestWord = numberWords.map(\.count).max() ?? 0
