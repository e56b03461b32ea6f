import Testing

@Suite("Documentation")
struct DocumentationTests {
  /// Names that a protocol or the standard library documents already.
  private static let standardWitnesses: Set<String> = ["description", "==", "hash"]

  @Test("stands before everything that another module may use")
  func packageDeclarationsAreDocumented() throws {
    let files = try SourceTree.swiftFiles()
    let witnesses = Self.standardWitnesses.union(files.flatMap(Self.requirements))
    var count = 0
    for file in files {
      let lines = file.lines.map(String.init)
      for (index, line) in lines.enumerated() {
        guard let declaration = Self.declaration(line) else { continue }
        count += 1
        let above = lines[..<index].last { !$0.contains(/^\s*@\w+/) } ?? ""
        let isDocumented = above.contains(/^\s*\/\/\//)
        let isExempt =
          declaration.kind == "init"
          ? Self.isMemberwise(lines[index...]) : witnesses.contains(declaration.name)
        #expect(isDocumented || isExempt, "\(file.path):\(index + 1): \(line)")
      }
    }
    #expect(count > 100)
  }

  private static func declaration(_ line: String) -> (kind: String, name: String)? {
    let pattern =
      /^\s*package (?:private\(set\) |static |final |lazy |mutating |nonisolated |indirect )*(init|func|var|let|struct|class|enum|actor|protocol|typealias)\b ?(==|\w*)/
    return line.firstMatch(of: pattern).map { (String($0.output.1), String($0.output.2)) }
  }

  /// The names required by the protocols of a file.
  private static func requirements(_ file: SourceTree.File) -> [String] {
    var isInProtocol = false
    var names: [String] = []
    for line in file.lines {
      if line.hasPrefix("package protocol ") { isInProtocol = true }
      if line.hasPrefix("}") { isInProtocol = false }
      if isInProtocol, let match = line.firstMatch(of: /^  (?:mutating )?(?:func|var) (\w+)/) {
        names.append(String(match.output.1))
      }
    }
    return names
  }

  /// Whether an initialiser, which starts at the first line, only stores its arguments.
  private static func isMemberwise(_ lines: ArraySlice<String>) -> Bool {
    guard let first = lines.first, let opening = lines.firstIndex(where: { $0.hasSuffix("{") })
    else { return false }
    let indentation = first.prefix { $0 == " " }
    let body = lines[(opening + 1)...].prefix { $0 != indentation + "}" }
    return body.allSatisfy { $0.contains(/^\s*self\.\w+ = \S+$/) }
  }
}
