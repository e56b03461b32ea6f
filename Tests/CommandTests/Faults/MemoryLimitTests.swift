import Testing

@Suite("A process that may map little memory")
struct MemoryLimitTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(
    "computes nothing, and says so before it begins",
    arguments: [60, 80, 100, 150, 200, 250, 300, 400])
  func short(megabytes: Int) throws {
    #expect(try scratch.lorabook("sweep", "--quiet", "--jobs", "1", "--db", "made.db").status == 0)
    #expect(
      try scratch.sqlite("UPDATE sweep SET status = 'interrupted' RETURNING 1", book: "made.db")
        == "1")
    for command in ["sweep --quiet", "resume latest --db made.db", "verify latest --db made.db"] {
      // OpenBLAS hears of no signal while it asks for memory again and again.
      let result = try scratch.bash(
        "ulimit -v \(megabytes * 1000); timeout -s KILL 30 lorabook \(command) --jobs 1")
      #expect(result.status == 1, "\(command): \(result.errors)")
      #expect(
        result.errors.hasPrefix("lorabook: there is not enough memory: 1 worker may need"),
        "\(command): \(result.errors)")
    }
    #expect(try scratch.files() == ["made.db"])
  }

  @Test("speaks of the workers that would have something to do, not of all that --jobs allows")
  func idleWorkers() throws {
    let result = try scratch.bash(
      "ulimit -v 150000; timeout -s KILL 30 lorabook sweep --quiet --jobs 4")
    #expect(result.status == 1)
    #expect(
      result.errors.hasPrefix("lorabook: there is not enough memory: 1 worker may need"),
      "\(result.errors)")
    #expect(!result.errors.contains("--jobs"))
  }

  @Test("computes where there is enough for fewer workers")
  func enough() throws {
    for (jobs, status) in [(4, Int32(1)), (1, 0)] {
      let result = try scratch.bash(
        "ulimit -v 600000; timeout -s KILL 60 lorabook sweep --seeds 0-99 --quiet --jobs \(jobs)")
      #expect(result.status == status, "\(jobs): \(result.errors)")
      #expect(result.errors.contains("Choose fewer --jobs") == (status != 0))
    }
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "2400")
  }
}
