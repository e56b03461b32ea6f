import Testing

@Suite("Imports")
struct ImportTests {
  /// The allowed imports of each target: the compiler checks the package's dependencies, but not
  /// these.
  static let allowed: [String: Set<String>] = [
    "embed-files": ["CNettle", "CSQLite", "Foundation"],
    "LoRASpectra": ["Glibc", "Synchronization"],
    "LAPACKSpectra": ["LoRASpectra", "CLAPACK", "CFactorLoops", "CLinux", "Glibc"],
    "WeightFiles": [
      "LoRASpectra", "JSONText", "CNettle", "CMinizip", "CPCRE2", "Glibc",
      "Synchronization",
    ],
    "JSONText": ["CNlohmannJSON", "Glibc"],
    "BoostStatistics": ["CBoostMath"],
    "SQLiteStore": ["LoRASpectra", "SpecFiles", "CLinux", "CSQLite", "Glibc", "Synchronization"],
    "ExpatSVG": ["CExpat"],
    "Rendering": ["LoRASpectra", "CMustache", "CWideCharacters", "Glibc"],
    "SpecFiles": ["LoRASpectra", "CNettle", "CYAML"],
    "lorabook": [
      "LoRASpectra", "LAPACKSpectra", "BoostStatistics", "SQLiteStore", "Rendering",
      "ExpatSVG", "SpecFiles", "JSONText", "WeightFiles", "CArguments", "ArgumentParser",
      "FoundationEssentials",
      "Glibc",
      "Synchronization",
    ],
  ]

  /// The headers that each target's C files may include, besides their own.
  static let allowedHeaders: [String: Set<String>] = [
    "CSQLite": ["sqlite3.h"],
    "CArguments": ["stddef.h"],
    "CLAPACK": ["stddef.h", "stdlib.h", "string.h", "dlfcn.h", "pthread.h"],
    "CFactorLoops": [],
    "CBoostMath": [
      "boost/math/distributions/students_t.hpp", "boost/math/distributions/non_central_t.hpp",
      "cmath", "limits",
    ],
    "CExpat": ["expat.h"],
    "CYAML": ["yaml.h"],
    "CMustache": [
      "kainjow/mustache.hpp", "algorithm", "cstdint", "memory", "new", "stddef.h", "stdexcept",
      "string", "unordered_map", "utility", "vector",
    ],
    "CLinux": [
      "fcntl.h", "sched.h", "stdio.h", "string.h", "sys/stat.h", "sys/sysmacros.h", "sys/vfs.h",
    ],
    "CNettle": ["nettle/sha2.h"],
    "CNlohmannJSON": [
      "nlohmann/json.hpp", "cstdio", "cstring", "exception", "new", "stddef.h", "stdint.h",
      "string",
    ],
    "CPCRE2": ["pcre2.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h"],
    "CMinizip": ["minizip/unzip.h", "stddef.h", "stdint.h", "stdlib.h"],
    "CWideCharacters": ["stdint.h", "wchar.h"],
  ]

  @Test("stay within what each target may see")
  func imports() throws {
    let files = try SourceTree.swiftFiles()
    #expect(Set(files.map(\.target)) == Set(Self.allowed.keys))
    for file in files {
      let code = SwiftSource(file.text).code
      for line in code.split(separator: "\n") {
        guard let match = line.firstMatch(of: /^\s*(?:@?\w+ )*import (?:\w+ )?(\w+)/) else {
          continue
        }
        let isAllowed = Self.allowed[file.target]?.contains(String(match.1)) == true
        #expect(isAllowed, "\(file.path) imports \(match.1)")
      }
    }
  }

  @Test("of C stay within the library that each target wraps")
  func includes() throws {
    let files = try [".c", ".cpp", ".h"].flatMap {
      try SourceTree.files(in: "Sources", endingIn: $0)
    }
    #expect(Set(files.map(\.target)) == Set(Self.allowedHeaders.keys))
    for file in files {
      for line in file.lines {
        guard let match = line.firstMatch(of: /^\s*#\s*include\s*<([^>]+)>/) else { continue }
        let isAllowed = Self.allowedHeaders[file.target]?.contains(String(match.1)) == true
        #expect(isAllowed, "\(file.path) includes \(match.1)")
      }
    }
  }
}
