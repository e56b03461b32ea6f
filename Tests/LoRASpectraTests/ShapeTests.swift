import LoRASpectra
import Testing

struct ShapeTests {
  @Test("A shape is read as rows x columns and written back")
  func reading() throws {
    for (text, d, k) in [
      ("64x64", 64, 64), ("96x32", 96, 32), ("1x1", 1, 1), ("32768x1", 32768, 1),
      ("1x32768", 1, 32768),
    ] {
      let shape = try Shape(parsing: text)
      #expect(shape == Shape(d: d, k: k))
      #expect(shape.description == text)
    }
    #expect(Shape(d: 96, k: 32).span == 32)
    #expect(Shape(d: 48, k: 80).span == 48)
    #expect(Shape(d: 96, k: 32) != Shape(d: 32, k: 96))
  }

  @Test("What is no shape, or no shape to be meant, is refused with its value")
  func refusals() {
    for (text, problem) in [
      ("", "is not a shape"), ("64", "is not a shape"), ("64x", "is not a shape"),
      ("x64", "is not a shape"), ("64x64x64", "is not a shape"), ("64 x 64", "is not a shape"),
      ("64*64", "is not a shape"), ("6.5x4", "is not a shape"), ("nanxinf", "is not a shape"),
      ("99999999999999999999x1", "is not a shape"), ("0x4", "has a side below 1"),
      ("4x0", "has a side below 1"), ("-3x4", "has a side below 1"),
      ("32769x1", "is too big to be meant"), ("1x32769", "is too big to be meant"),
      ("9223372036854775807x9223372036854775807", "is too big to be meant"),
    ] {
      let error = #expect(throws: SettingError.self, "\(text)") { _ = try Shape(parsing: text) }
      #expect(error?.field == .shapes)
      #expect(error?.value == text)
      #expect(error?.problem.hasPrefix(problem) == true, "\(text): \(error?.problem ?? "")")
    }
  }

  @Test("A shape that is too big says what one factor would take")
  func cost() {
    let error = #expect(throws: SettingError.self) { _ = try Shape(parsing: "100000x4") }
    #expect(error?.problem.contains("side 100000 alone would take 80 GB") == true)
    #expect(error?.remedy.contains("32768") == true)
  }

  @Test(
    "Bytes are told as a person says them",
    arguments: zip(
      [0, 999, 1000, 1234, 9_960, 12_600, 8e9, 1.25e12, 3e15, 4e18, 5e22],
      [
        "0 bytes", "999 bytes", "1 kB", "1.2 kB", "10 kB", "13 kB", "8 GB", "1.3 TB", "3 PB",
        "4 EB", "50000 EB",
      ]))
  func bytes(size: Double, text: String) {
    #expect(byteText(size) == text)
  }
}
