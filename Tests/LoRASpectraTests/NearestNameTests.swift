import LoRASpectra
import Testing

struct NearestNameTests {
  private let rules = ["lora", "rslora", "unit", "power"]

  @Test(
    "A slip of the keyboard still finds its name",
    arguments: zip(
      ["loar", "lora", "lor", "loraa", "rslro", "rs-lora", "unti", "UNIT", "poewr", "lola"],
      ["lora", "lora", "lora", "lora", "rslora", "rslora", "unit", "unit", "power", "lora"]))
  func slips(word: String, name: String) {
    #expect(nearestName(to: word, among: rules) == name)
  }

  @Test("A word that is near to nothing finds nothing")
  func strangers() {
    for word in ["xyz", "", "banana", "alpha/r", "一二三四", String(repeating: "lora", count: 5000)] {
      #expect(nearestName(to: word, among: rules) == nil, "\(word.prefix(20))")
    }
    #expect(nearestName(to: "lora", among: []) == nil)
  }

  @Test("Two neighbours swapped are one slip")
  func swapped() {
    #expect(nearestName(to: "ab", among: ["ba"]) == "ba")
    #expect(nearestName(to: "ab", among: ["cd"]) == nil)
  }

  @Test("Of two that are near the nearer is meant, of equals the first")
  func nearer() {
    #expect(nearestName(to: "facts", among: ["fact", "facts"]) == "facts")
    #expect(nearestName(to: "cat", among: ["bat", "rat"]) == "bat")
  }
}
