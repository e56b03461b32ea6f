import Foundation
import TestSupport
import Testing

@Suite("Named queries give what pandas computes from the views", Tool.ofInterop)
struct QueryTests {
  @Test(
    "for runs that were computed, logged or imported, in any order",
    arguments: ["computed", "logged", "shuffled", "repeated", "labelled", "bare", "large", "small"])
  func answers(runs: String) throws {
    let scratch = try Scratch()
    try scratch.succeed(with: .pandas, "\"$TOOL\" \"$PROGRAMS/query_runs.py\" \(runs)")
    try scratch.succeed(with: .pandas, "\"$TOOL\" \"$PROGRAMS/query_answers.py\" lorabook.db")
  }
}
