import LoRASpectra
import Testing

@testable import SQLiteStore

@Suite("An update that several sweeps name")
struct SharedUpdateTests {
  let open: OpenBook

  init() throws { open = try OpenBook() }

  private func count(_ table: String) throws -> Int64? {
    try open.value("SELECT count(*) FROM \(table)").integer
  }

  @Test("is stored once, with its spectrum")
  func storedOnce() throws {
    let grid = try Grid.handMade()
    for name in ["one", "two"] {
      try open.start(grid, name: name).record(grid.measuredUpdates())
    }
    #expect(try count("weight_update") == 24)
    #expect(try count("spectrum") == 24 * 4)
    #expect(try count("recording") == 48)
    #expect(try count("runs") == 2 * 288)
    #expect(try count("prescription") == 2)
  }

  @Test("is shared by 'style' and 'linear:5:0.5:4', which keep their own labels")
  func labelsAreKept() throws {
    for (name, profile) in [("one", Profile.style), ("two", .linear)] {
      let grid = try Grid.small(seeds: [1, 2], profiles: [profile])
      try open.start(grid, name: name).record(grid.measuredUpdates())
    }
    #expect(try count("weight_update") == 2)
    for view in ["runs", "spectra"] {
      #expect(
        try open.rows("SELECT DISTINCT sweep, profile FROM \(view) ORDER BY sweep") == [
          [.text("one"), .text("style")], [.text("two"), .text("linear:5:0.5:4")],
        ], "\(view)")
    }
    #expect(try open.rows("SELECT DISTINCT definition FROM prescription").count == 1)
  }

  @Test("is another one at another seed, position, shape, noise level or profile")
  func differentUpdates() throws {
    let grid = try Grid.handMade()
    try open.start(grid).record(grid.measuredUpdates())
    let identities = Set(try grid.measuredUpdates().map(\.planned.identity))
    #expect(identities.count == 24)
    #expect(try count("weight_update") == 24)
  }

  @Test("is found by the reader of spectra, to the bit, and no other is")
  func readerFindsIt() throws {
    let grid = try Grid.handMade()
    let updates = try grid.measuredUpdates()
    let writer = try open.start(grid)
    let reader = try SpectrumReader(path: open.path)
    #expect(try reader.spectra(of: updates.map(\.planned.identity)).allSatisfy { $0 == nil })
    try writer.record(updates)
    let found = try reader.spectra(of: updates.map(\.planned.identity))
    #expect(
      found.map { $0?.singularValues } == updates.map { Optional($0.spectrum.singularValues) })

    let known = try #require(updates.first).planned.identity
    let changes: [(inout UpdateIdentity) -> Void] = [
      { $0.seed = 77 }, { $0.position = 1 }, { $0.shape = Shape(d: 4, k: 5) },
      { $0.noise = 0.2 }, { $0.definition = "flat:3" }, { $0.generator = "another" },
    ]
    for (index, change) in changes.enumerated() {
      var other = known
      change(&other)
      let spectra = try reader.spectra(of: [other, known])
      #expect(spectra.map { $0 != nil } == [false, true], "change \(index)")
    }
  }
}
