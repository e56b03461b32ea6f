import Foundation
import TestSupport
import Testing
import WeightFiles

/// The verdict of safetensors 0.8.0 on a file of `Tests/Fixtures/weights/safetensors`.
struct Verdict: CustomTestStringConvertible {
  var file: String
  /// Number of tensors; nil if the file is refused.
  var count: Int?

  var testDescription: String { file }

  static let folder = Scratch.project.appending(path: "Tests/Fixtures/weights")

  /// The reference accepts these files, although the format's specification does not.
  static let stricter = ["bad_dup_tensor", "bad_dup_metadata_key", "bad_tensor_is_array"]

  static let all: [Verdict] = {
    let table = folder.appending(path: "safetensors-verdicts.tsv")
    let text = (try? String(contentsOf: table, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t")
      let count = fields[1].firstMatch(of: /ACCEPTED (\d+) tensors/).flatMap { Int($0.1) }
      return Verdict(file: String(fields[0]), count: count)
    }
  }()
}

@Suite("Safetensors verdicts")
struct SafetensorsVerdictTests {
  @Test("A file is accepted or refused as by the reference, but for three", arguments: Verdict.all)
  func verdict(_ verdict: Verdict) throws {
    let path = Verdict.folder.appending(path: "safetensors/\(verdict.file).safetensors").path
    guard let count = verdict.count, !Verdict.stricter.contains(verdict.file) else {
      let error = try #require(throws: WeightFileError.self) { try SafetensorsFile(path) }
      #expect(error.file == path && !error.problem.isEmpty && !error.remedy.isEmpty)
      return
    }
    #expect(try SafetensorsFile(path).table.count == count)
  }

  @Test("There is a verdict for each of the 91 files, and for nothing else")
  func isComplete() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Verdict.folder.appending(path: "safetensors").path)
    #expect(files.count == 91)
    #expect(Set(files) == Set(Verdict.all.map { "\($0.file).safetensors" }))
  }

  @Test(
    "A refusal quotes what is wrong",
    arguments: [
      ("bad_dup_tensor", "names the tensor 'a' twice"),
      ("bad_dup_metadata_key", "twice in '__metadata__'"),
      ("bad_tensor_is_array", "names a tensor 'a' that is no object"),
      ("bad_unknown_dtype", "'F128'"),
      ("bad_shape_bits_overflow", "overflows"),
      ("bad_hole", "but nothing from"),
      ("bad_overlap", "overlaps"),
      ("bad_nul_padding", "NUL"),
      ("bad_bom", "byte-order mark"),
      ("bad_header_100000001", "100000001 bytes"),
      ("bad_git_lfs", "Git LFS"),
      ("bad_html", "web page"),
      ("bad_pickle", "pickle"),
      ("bad_torch_zip", "torch.load"),
    ])
  func words(file: String, words: String) throws {
    let path = Verdict.folder.appending(path: "safetensors/\(file).safetensors").path
    let error = try #require(throws: WeightFileError.self) { try SafetensorsFile(path) }
    #expect(error.description.contains(words), "\(error)")
  }
}
