import TestSupport

extension Scratch {
  /// Names that a spreadsheet would change: formulas, a number, dates.
  static let awkwardNames = [
    "=HYPERLINK(\"http://x\";\"y\")", "=1+1", "-5", "1e5", "1-2", "1.2.0",
  ]

  /// A folder with a book of sweeps with awkward names, and with negative, tiny, missing and
  /// diverged measurements.
  static func withAwkwardBook() throws -> Scratch {
    let scratch = try Scratch()
    for (index, name) in awkwardNames.enumerated() {
      let seeds = "\(index)-\(index + 1)"
      let result = try scratch.lorabook(
        "sweep", "--quiet", "--name", name, "--seeds", seeds, "--shapes", "16x12", "--ranks",
        "2-12")
      guard result.status == 0 else { throw NotRecorded(message: result.errors) }
    }
    _ = try scratch.sqlite(
      """
      UPDATE measured_run SET error = -error WHERE run_id % 5 = 0;
      UPDATE measured_run SET error = error / 1e9 WHERE run_id % 7 = 0;
      UPDATE measured_run SET error = NULL WHERE run_id = 1;
      INSERT INTO divergence VALUES (1, 'error', 'nan');
      UPDATE measured_run SET error = NULL WHERE run_id = 2;
      INSERT INTO divergence VALUES (2, 'error', 'inf');
      UPDATE measured_run SET error = NULL WHERE run_id = 3;
      INSERT INTO divergence VALUES (3, 'error', '-inf');
      UPDATE measured_run SET error = NULL WHERE run_id = 4;
      UPDATE measured_run SET truncation_error = 0.1 + 0.2, error = -123456.78901234567 WHERE run_id = 6
      """)
    return scratch
  }

  private struct NotRecorded: Error {
    var message: String
  }
}
