import Foundation
import TestSupport
import Testing

@Suite("Streams of lines", .serialized)
struct KilledStreamSoakTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("that are killed at any moment leave what was acknowledged, and no hole")
  func killed() throws {
    let kills = Soak.rounds(short: 8, whole: 150)
    var random = SplitMix64(seed: 20_261_130)
    var acknowledged = 0
    for number in 1...kills {
      let delay = Double.random(in: 0.2..<3, using: &random)
      let result = try scratch.bash(
        """
        lorabook log - --ack > acks < <(awk 'BEGIN { for (i = 1; ; i++) {
          printf "{\\"sweep\\":\\"s\\",\\"run\\":\\"\(number)\\",\\"step\\":%d,\\"metrics\\":{\\"loss\\":%d,\\"half\\":%.1f}}\\n", i, i, i / 2
          if (i % 200 == 0) { fflush(); system("sleep 0.02") } } }' 2> /dev/null) & process=$!
        sleep \(delay); kill -KILL $process; wait $process 2> /dev/null
        tail -n 1 acks
        """)
      let acks = Int(result.lines.last ?? "0") ?? -1
      #expect(acks >= 0, "\(result.output)\(result.errors)")
      guard acks > 0 else { continue }
      acknowledged += 1
      let counts = try scratch.sqlite(
        """
        SELECT count(*) / 2, max(step), sum(value = CASE metric WHEN 'loss' THEN step ELSE step / 2.0 END) / 2
        FROM metrics WHERE run_id = (SELECT run_id FROM logged_runs WHERE run = '\(number)')
        """
      ).split(separator: "|").compactMap { Int($0) }
      try #require(counts.count == 3)
      #expect(
        counts[0] >= acks && counts[0] == counts[1] && counts[0] == counts[2], "\(acks) \(counts)")
      #expect(try scratch.sqlite("PRAGMA integrity_check; PRAGMA foreign_key_check") == "ok")
    }
    #expect(acknowledged > 0)
    #expect(try scratch.lorabook("log", "--sweep", "s", "--metric", "x=1").status == 0)
    #expect(
      try scratch.sqlite("SELECT count(*) - sum(status = 'crashed') FROM logged_run") == "0")
    #expect(try scratch.lorabook("doctor", "--quiet").status == 0)
    Soak.report("\(kills) kills, \(acknowledged) behind an acknowledgement")
  }

  @Test("lose nothing where sixteen log into one book at once, also into one cell")
  func together() throws {
    let lines = Soak.rounds(short: 500, whole: 5000)
    let result = try scratch.bash(
      """
      for n in $(seq 16); do
        (awk -v n=$n 'BEGIN { for (i = 1; i <= \(lines); i++) {
          printf "{\\"sweep\\":\\"s\\",\\"run\\":\\"%d\\",\\"rank\\":8,\\"step\\":%d,\\"metrics\\":{\\"loss\\":%d}}\\n", n, i, i
          if (i % 50 == 0) { printf "{\\"sweep\\":\\"s\\",\\"rank\\":8,\\"error\\":0.%d%d}\\n", n, i; fflush(); system("sleep 0.02") } } }' |
          lorabook log - --ack | tail -n 1) &
      done; wait
      """)
    let most = lines + lines / 50
    #expect(result.output == String(repeating: "\(most)\n", count: 16), "\(result.output)")
    #expect(result.errors == "", "\(result.errors)")
    #expect(
      try scratch.sqlite("SELECT count(*), count(DISTINCT run), count(error) FROM runs")
        == "\(16 + 16 * (lines / 50))|16|\(16 * (lines / 50))")
    #expect(try scratch.sqlite("SELECT count(*) FROM metrics") == "\(16 * lines)")
    #expect(try scratch.sqlite("SELECT DISTINCT status FROM logged_run") == "finished")
    #expect(try scratch.lorabook("doctor", "--quiet").status == 0)
  }
}
