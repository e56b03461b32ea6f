import Testing

@Suite("Sweeps of extreme sizes")
struct ExtremeSizeTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(
    "are drawn and asked as others are, and no number becomes an infinity",
    arguments: ["1e-300", "1e-200", "1e200", "1e300"])
  func pictures(size: String) throws {
    let made = try scratch.bash(
      """
      lorabook sweep --quiet --name sizes --profiles flat:\(size),power:1:\(size) --shapes 16x16 \
        --noise 0 --ranks 1,4,8 --rules lora,rslora,unit --seeds 1-3
      """)
    #expect(made.status == 0, "\(made.errors)")
    for kind in ["error", "scale", "spectrum", "variance", "decomposition", "article", "compare"] {
      let result = try scratch.lorabook("plot", "sizes", "--kind", kind, "--script")
      #expect(result.status == 0, "\(kind): \(result.errors)")
      let bad = result.lines.filter { $0.contains(/(^|\s)-?(inf|nan)(\s|$)/) }
      #expect(bad.isEmpty, "\(kind): \(bad)")
    }
    for query in [
      "best-setting", "effective-rank", "error-by-rank", "error-parts", "rank-for-variance",
      "spectrum-by-position", "spectrum-decay", "winning-rule",
    ] {
      let result = try scratch.lorabook("query", query, "--format", "csv")
      #expect(result.status == 0 && result.lines.count > 1, "\(query): \(result.errors)")
      let bad = result.lines.filter { $0.contains(/(^|,)-?(inf|nan)(,|$)/) }
      #expect(bad.isEmpty, "\(query): \(bad)")
    }
    // 16 equal values: half of the variance takes 8 of them, whatever their size.
    let half = try scratch.lorabook(
      "query", "rank-for-variance", "--param", "share=0.5", "--format", "csv")
    #expect(half.output.contains(",16,16,0,0.5,3,3,8,8,8,"), "\(half.output)")
  }
}
