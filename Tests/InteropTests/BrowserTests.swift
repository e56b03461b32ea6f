import Foundation
import TestSupport
import Testing

@Suite("Chromium opens a report from the disk", Tool.ofInterop)
struct BrowserTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs a check of `browse.py`.
  private func browse(_ arguments: String) throws {
    let chromium = try #require(Tool.chromium.path, "chromium is missing")
    let parts = arguments.split(separator: " ", maxSplits: 1)
    try scratch.succeed(
      with: .playwright, "\"$TOOL\" \"$PROGRAMS/browse.py\" \(parts[0]) '\(chromium)' \(parts[1])")
  }

  private func run(_ lines: String) throws {
    let result = try scratch.bash("set -e\n\(lines)")
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }

  /// Imports runs measured elsewhere whose names are markup, script, formulas and templates, with
  /// diverged and missing values.
  private func importHostile() throws -> [String] {
    let names = [
      "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "=1+1", "{{title}}",
      "\"\u{301} onmouseover=alert(1) x=\"", "'; DROP", "]]>", "שלום", "&#x41;",
      "javascript:alert(1)", String(repeating: "x", count: 300),
    ]
    var csv = "seed,d,k,profile,rank,alpha,rule,scale,error\n"
    for (index, name) in names.enumerated() {
      let quoted = name.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
      for (rank, error) in [(2, "0.\(index)123456789012"), (4, index % 2 == 0 ? "nan" : "")] {
        csv += "1,64,64,\"\(quoted)\",\(rank),16,lora,,\(error)\n"
        csv += "1,64,64,\"\(quoted)\",\(rank),16,\"\(quoted)\",1,\(error)\n"
      }
    }
    try scratch.write(csv, to: "runs.csv")
    try run(
      "lorabook import runs.csv --name '</title><script>alert(2)</script>{{title}}' 2>/dev/null")
    try run("lorabook edit latest --note '<b>' --tag '<i>'; lorabook report latest -o hostile.html")
    return names
  }

  @Test(
    "without an error or a request, at two widths, in light and dark, and on paper",
    .timeLimit(.minutes(5)))
  func quiet() throws {
    try run(
      """
      lorabook sweep --quiet
      lorabook sweep --name repeats --seeds 0-9 --shapes 64x64,96x48 --rules lora,rslora,unit --quiet
      lorabook sweep --name others --seeds 5-14 --note 'some of them the same' --quiet
      lorabook report article -o article.html
      lorabook report repeats others -o several.html
      """)
    // To look at the pictures, name a folder for them.
    let folder = ProcessInfo.processInfo.environment["LORABOOK_PICTURES"] ?? "pictures"
    try browse("quiet '\(folder)' article.html several.html")
  }

  @Test(
    "and the counting sees errors, requests and dialogs where there are some",
    .timeLimit(.minutes(2)))
  func noisy() throws {
    try scratch.write(
      """
      <!DOCTYPE html><title>x</title><p style="color: #aaa">pale</p><img src="http://nowhere.example/x.png">
      <script>setTimeout(() => { throw new Error("boom"); }, 10); alert("hello");</script>
      """, to: "noisy.html")
    try browse("noisy noisy.html")
  }

  @Test(
    "and sorts a table, numbers as numbers, by click and by key", .timeLimit(.minutes(2)))
  func sort() throws {
    _ = try importHostile()
    try browse("sort hostile.html")
  }

  @Test(
    "and copies a table for a spreadsheet with all digits, and no formula", .timeLimit(.minutes(2)))
  func copy() throws {
    _ = try importHostile()
    try browse("copy hostile.html")
  }

  @Test(
    "and hostile names stay text", .timeLimit(.minutes(2)))
  func hostile() throws {
    let names = try importHostile()
    try scratch.write(
      String(decoding: try JSONEncoder().encode(names), as: UTF8.self), to: "names.json")
    try browse("hostile hostile.html names.json")
    try browse("quiet pictures hostile.html")
  }
}
