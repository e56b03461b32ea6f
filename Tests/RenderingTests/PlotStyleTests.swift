import Foundation
import Testing

@testable import Rendering

@Suite("A look")
struct PlotStyleTests {
  private let rules = [
    "lora", "power:0.5", "rslora", "a", "unit", "b", "c", "d", "e", "f", "g", "h",
  ]

  @Test("is a rule's own, and the same whichever other rules there are")
  func rulesDiffer() {
    let styles = rules.map { PlotStyle.rule($0, among: rules) }
    #expect(Set(styles).count == rules.count)
    for rule in ["lora", "rslora", "unit"] {
      #expect(PlotStyle.rule(rule, among: [rule]) == PlotStyle.rule(rule, among: rules))
    }
    // The first ones all differ in colour, dashes and mark, so that any one of these is enough.
    let first = styles.prefix(5)
    #expect(Set(first.map(\.colour)).count == 5)
    #expect(Set(first.map(\.dash)).count == 5)
    #expect(Set(first.map(\.mark)).count == 5)
  }

  @Test("of a profile is not that of a rule which comes with lorabook")
  func profilesDiffer() {
    let profiles = (0..<12).map { PlotStyle.profile($0) }
    #expect(Set(profiles).count == 12)
    for rule in ["lora", "rslora", "unit"] {
      let style = PlotStyle.rule(rule, among: [])
      #expect(!profiles.prefix(4).map(\.colour).contains(style.colour))
    }
  }

  @Test("of the first rules and profiles differs in lightness, as grey print has it")
  func greyPrint() {
    func lightness(_ colour: PlotStyle.Colour) -> Double {
      let number = Int(colour.rawValue.dropFirst(), radix: 16) ?? 0
      func linear(_ byte: Int) -> Double {
        let share = Double(byte) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * linear(number >> 16) + 0.7152 * linear(number >> 8 & 255)
        + 0.0722 * linear(number & 255)
    }
    let pairs: [(PlotStyle, PlotStyle)] = [
      (.rule("lora", among: []), .rule("rslora", among: [])), (.profile(0), .profile(1)),
    ]
    for (a, b) in pairs {
      #expect(abs(lightness(a.colour) - lightness(b.colour)) > 0.05)
      #expect(a.dash != b.dash && a.mark != b.mark)
    }
    #expect(Set(PlotStyle.Colour.allCases.map(lightness)).count == PlotStyle.Colour.allCases.count)
  }
}
