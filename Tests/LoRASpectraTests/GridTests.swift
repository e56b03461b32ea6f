import LoRASpectra
import Testing

struct GridTests {
  @Test("A grid counts its streams, updates and runs")
  func counts() throws {
    let article = try Grid(.article)
    #expect(article.streamCount == 1)
    #expect(article.updateCount == 2)
    #expect(article.runCount == 24)
    let grid = try Grid(
      .article([
        .seeds: "0-4", .shapes: "8x4,4x8,4x4", .noise: "0,0.1", .profiles: "facts,style,flat:1",
        .ranks: "1-4", .alphas: "8,16,32", .rules: "lora,rslora,unit,power:2",
      ]))
    #expect(grid.streamCount == 30)
    #expect(grid.updateCount == 90)
    #expect(grid.points.count == 48)
    #expect(grid.runCount == 4320)
  }

  @Test("Points go through ranks, then alphas, then rules, with the scale resolved")
  func points() throws {
    let grid = try Grid(.article([.ranks: "4,1", .alphas: "16,8", .rules: "rslora,unit"]))
    let points = grid.points.map {
      "\($0.rank) \($0.alpha.shortestText) \($0.rule) \($0.scale.shortestText)"
    }
    #expect(
      points == [
        "4 16 rslora 8", "4 16 unit 1", "4 8 rslora 4", "4 8 unit 1",
        "1 16 rslora 16", "1 16 unit 1", "1 8 rslora 8", "1 8 unit 1",
      ])
  }

  @Test("Streams go through seeds, then shapes, then noise levels; updates through profiles")
  func order() throws {
    let grid = try Grid(
      .article([
        .seeds: "9,2", .shapes: "8x4,5x5", .noise: "0.5,0.1", .profiles: "facts,style",
        .ranks: "1",
      ]))
    var seen: [String] = []
    var ordinals: [Int] = []
    for index in 0..<grid.streamCount {
      let stream = grid.stream(at: index)
      for update in stream.updates {
        #expect(update.identity.seed == stream.seed)
        #expect(update.identity.definition == update.profile.definition)
        #expect(update.identity.generator == NumPyLegacyNormals.name)
        let identity = update.identity
        seen.append("\(identity.seed) \(identity.shape) \(identity.noise) \(update.profile)")
        ordinals.append(update.ordinal)
      }
    }
    #expect(
      seen == [
        "9 8x4 0.5 facts", "9 8x4 0.5 style", "9 8x4 0.1 facts", "9 8x4 0.1 style",
        "9 5x5 0.5 facts", "9 5x5 0.5 style", "9 5x5 0.1 facts", "9 5x5 0.1 style",
        "2 8x4 0.5 facts", "2 8x4 0.5 style", "2 8x4 0.1 facts", "2 8x4 0.1 style",
        "2 5x5 0.5 facts", "2 5x5 0.5 style", "2 5x5 0.1 facts", "2 5x5 0.1 style",
      ])
    #expect(ordinals == Array(0..<grid.updateCount))
  }

  @Test("Updates that differ in the seed alone are of one group, all others of different ones")
  func groups() throws {
    let grid = try Grid(
      .article([
        .seeds: "0-2", .shapes: "8x4,5x5", .noise: "0.5,0.1,0", .profiles: "facts,style",
        .ranks: "1",
      ]))
    var cells: [Int: Set<String>] = [:]
    var sizes: [Int: Int] = [:]
    for index in 0..<grid.streamCount {
      for update in grid.stream(at: index).updates {
        let identity = update.identity
        cells[update.group, default: []].insert(
          "\(identity.shape) \(identity.noise) \(identity.definition)")
        sizes[update.group, default: 0] += 1
      }
    }
    #expect(cells.keys.sorted() == Array(0..<12))
    #expect(cells.values.allSatisfy { $0.count == 1 })
    #expect(Set(cells.values).count == 12)
    #expect(sizes.values.allSatisfy { $0 == 3 })
  }

  @Test("Chained profiles stand one behind another in the stream, independent ones at its start")
  func positions() throws {
    var fields: [SweepSpec.Field: String] = [
      .seeds: "1,2", .shapes: "8x4,5x6", .profiles: "facts,style,flat:1:2", .ranks: "1",
    ]
    let chained = try Grid(.article(fields))
    // facts draws d·d + k·k + d·k, style 4·(d + k) + d·k.
    let positions = (0..<4).map { chained.stream(at: $0).updates.map(\.identity.position) }
    #expect(positions == [[0, 112, 192], [0, 91, 165], [0, 112, 192], [0, 91, 165]])
    fields[.stream] = "independent"
    let independent = try Grid(.article(fields))
    for index in 0..<4 {
      #expect(independent.stream(at: index).updates.map(\.identity.position) == [0, 0, 0])
    }
  }

  @Test("The order of chained profiles is part of what an update is")
  func orderOfProfiles() throws {
    let one = try Grid(.article([.profiles: "style,facts"])).stream(at: 0)
    let other = try Grid(.article([.profiles: "facts,style"])).stream(at: 0)
    let styles = try [#require(one.updates.first), #require(other.updates.last)].map(\.identity)
    #expect(styles[0].definition == styles[1].definition)
    #expect(styles[0] != styles[1])
  }

  @Test("An update draws U, V and the noise")
  func normalCounts() {
    let shape = Shape(d: 7, k: 3)
    #expect(UpdateIdentity.normalCount(shape: shape, count: nil) == 49 + 9 + 21)
    #expect(UpdateIdentity.normalCount(shape: shape, count: 2) == 14 + 6 + 21)
  }
}
