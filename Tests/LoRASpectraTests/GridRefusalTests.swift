import LoRASpectra
import Testing

struct GridRefusalTests {
  @Test("A rank above min(d, k) is refused, naming both")
  func rank() throws {
    let error = try refusal([.shapes: "64x64,96x32", .ranks: "2,48"])
    #expect(error?.field == .ranks)
    #expect(error?.value == "48")
    #expect(error?.problem == "is above min(d, k) = 32 of shape 96x32")
    #expect(error?.remedy.contains("1 to 32") == true)
    _ = try Grid(.article([.shapes: "64x64,96x32", .ranks: "2,32"]))
  }

  @Test("A COUNT above min(d, k) is refused, naming both")
  func count() throws {
    for profiles in ["style", "flat:1:4", "power:1:1:4", "exp:1:1:4", "linear:4:1:4"] {
      let error = try refusal([.shapes: "3x8", .profiles: profiles, .ranks: "1"])
      #expect(error?.field == .profiles)
      #expect(error?.value == profiles)
      #expect(error?.problem == "has 4 singular values, above min(d, k) = 3 of shape 3x8")
    }
    _ = try Grid(.article([.shapes: "4x8", .profiles: "style", .ranks: "1"]))
  }

  @Test("A file with more values than min(d, k) is refused")
  func longFile() throws {
    // Every file of these tests contains two values.
    let error = try refusal([.shapes: "1x8", .profiles: "file:two.txt", .ranks: "1"])
    #expect(error?.problem.hasPrefix("has 2 singular values") == true)
  }

  @Test("A singular value below zero is refused, with its place")
  func negative() throws {
    for (profile, problem) in [
      ("flat:-1", "gives -1 as singular value 1"),
      ("linear:2:-1:4", "gives -1 as singular value 4"),
      ("power:1:-2", "gives -2 as singular value 1"), ("exp:1:-1", "gives -1 as singular value 1"),
    ] {
      let error = try refusal([.profiles: profile])
      #expect(error?.field == .profiles)
      #expect(error?.value == profile)
      #expect(error?.problem == problem)
    }
    _ = try Grid(.article([.profiles: "linear:2:0"]))
  }

  @Test("A singular value that overflows is refused, with its place")
  func overflowing() throws {
    #expect(
      try refusal([.profiles: "power:-990"])?.problem == "gives inf as singular value 3")
    #expect(try refusal([.profiles: "exp:-400:1:3"])?.problem == "gives inf as singular value 3")
  }

  @Test("An update too small to be told from zero is refused, and taken with noise")
  func negligible() throws {
    for (profile, noise) in [("flat:5e-324", "0"), ("flat:1e-301", "1e-310"), ("flat:0", "1e-310")]
    {
      let error = try refusal([.profiles: profile, .noise: noise])
      #expect(error?.field == .profiles)
      #expect(error?.value == profile)
      #expect(error?.problem.contains("told from zero") == true)
      _ = try Grid(.article([.profiles: profile, .noise: "0.1"]))
    }
    _ = try Grid(.article([.profiles: "flat:1e-300", .noise: "0"]))
  }

  @Test("More settings of a seed than memory is meant for are refused, naming the longest list")
  func cells() throws {
    let error = try refusal([.alphas: "1-1000000"])
    #expect(error?.field == .alphas)
    #expect(error?.problem.contains("24000000 settings") == true)
    #expect(error?.problem.contains("GB in the book") == true)
    _ = try Grid(.article([.alphas: "1-40000"]))
  }

  @Test("An update that would be all zero is refused at noise 0, and taken with noise")
  func allZero() throws {
    for profile in ["flat:0", "linear:0:0:2", "power:1:0"] {
      let error = try refusal([.profiles: profile, .noise: "0.1,0"])
      #expect(error?.field == .profiles)
      #expect(error?.value == profile)
      #expect(error?.problem == "is all zero, and so is the update at noise 0")
      _ = try Grid(.article([.profiles: profile, .noise: "0.1"]))
    }
    _ = try Grid(.article([.profiles: "facts", .noise: "0"]))
  }

  @Test("A scale that would overflow the error is refused with rank and alpha")
  func scale() throws {
    let error = try refusal([.rules: "lora,power:-200", .ranks: "1,8"])
    #expect(error?.field == .rules)
    #expect(error?.value == "power:-200")
    #expect(error?.problem.hasSuffix("at rank 8 and alpha 16") == true)
    #expect(try refusal([.alphas: "1e300"])?.field == .rules)
    #expect(try refusal([.rules: "power:-1e300"])?.problem.contains("scale inf") == true)
    _ = try Grid(.article([.rules: "power:1e300"]))
  }

  @Test("A grid too big to be meant is refused with its cost before it is built")
  func tooBig() throws {
    let error = try refusal([.seeds: "0-9999", .ranks: "1-64", .alphas: "1-1000"])
    #expect(error?.field == .seeds)
    #expect(error?.problem.contains("2560000000 runs and about 384 GB in the book") == true)
    #expect(error?.remedy.contains("\(Grid.mostRuns)") == true)
  }

  @Test("A shape that the machine has no memory for is refused")
  func memory() throws {
    let spec = try SweepSpec.article([.shapes: "64x64,1000x10", .ranks: "1"])
    let error = #expect(throws: SettingError.self) { _ = try Grid(spec, memory: 1e6) }
    #expect(error?.field == .shapes)
    #expect(error?.value == "1000x10")
    #expect(
      error?.problem
        == "needs about 16 MB for one update, and a worker may use 1 MB")
    _ = try Grid(spec, memory: 48e6)
  }

  private func refusal(_ fields: [SweepSpec.Field: String]) throws -> SettingError? {
    let spec = try SweepSpec.article(fields)
    return #expect(throws: SettingError.self, "\(fields)") { _ = try Grid(spec) }
  }
}
