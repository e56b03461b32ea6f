// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where nobody is at hand to read them.
let strict: [SwiftSetting] =
  Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// What computes is optimised in debug builds too: tests wait for it, and keep its checks of arithmetic.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// `make fuzz` builds with libFuzzer's eyes in the parsers, and the program that runs them.
let isFuzzing = Context.environment["LORABOOK_FUZZ"] != nil
let watched: [SwiftSetting] =
  strict + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"])] : [])
let fuzzer: [Target] =
  isFuzzing
  ? [
    .executableTarget(
      name: "fuzzer", dependencies: ["FuzzTargets"], path: "Tests/Fuzzer",
      exclude: ["dictionaries", "fuzz.sh"], swiftSettings: watched,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
  ] : []

let package = Package(
  name: "lorabook",
  products: [.executable(name: "lorabook", targets: ["lorabook"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(name: "CLAPACK"),
    .target(name: "CArguments"),
    .target(name: "CFactorLoops"),
    .target(name: "CLinux"),
    .target(name: "CBoostMath"),
    .target(name: "CMustache"),
    .target(name: "CNlohmannJSON"),
    .target(name: "CPCRE2", linkerSettings: [.linkedLibrary("pcre2-8")]),
    .target(name: "CMinizip", linkerSettings: [.linkedLibrary("minizip")]),
    .target(name: "CWideCharacters"),
    .systemLibrary(name: "CNettle", providers: [.apt(["nettle-dev"])]),
    .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),

    .executableTarget(
      name: "embed-files", dependencies: ["CNettle", "CSQLite"], swiftSettings: strict,
      // The C that it shares with the fuzzed program is watched too.
      linkerSettings: isFuzzing ? [.unsafeFlags(["-sanitize=address"])] : []),
    .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"]),

    .target(name: "LoRASpectra", swiftSettings: watched + optimised),
    .target(
      name: "LAPACKSpectra", dependencies: ["LoRASpectra", "CLAPACK", "CFactorLoops", "CLinux"],
      swiftSettings: strict + optimised),
    .target(
      name: "BoostStatistics", dependencies: ["CBoostMath"], swiftSettings: strict),
    .target(
      name: "JSONText", dependencies: ["CNlohmannJSON"], swiftSettings: watched + optimised),
    .target(
      name: "WeightFiles",
      dependencies: ["LoRASpectra", "JSONText", "CPCRE2", "CMinizip", "CNettle"],
      swiftSettings: watched + optimised),
    .target(
      name: "SQLiteStore", dependencies: ["LoRASpectra", "SpecFiles", "CLinux", "CSQLite"],
      swiftSettings: watched + optimised, plugins: ["EmbedFiles"]),
    .target(
      name: "Rendering",
      dependencies: ["LoRASpectra", "CMustache", "CWideCharacters"],
      exclude: ["Page/Parts"], swiftSettings: watched, plugins: ["EmbedFiles"]),
    .target(
      name: "SpecFiles",
      dependencies: ["LoRASpectra", "CNettle", "CYAML"],
      swiftSettings: watched),
    .target(name: "ExpatSVG", dependencies: ["CExpat"], swiftSettings: strict),
    .executableTarget(
      name: "lorabook",
      dependencies: [
        "LoRASpectra", "LAPACKSpectra", "BoostStatistics", "SQLiteStore", "Rendering",
        "ExpatSVG", "SpecFiles", "JSONText", "WeightFiles", "CArguments",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .testTarget(
      name: "LoRASpectraTests", dependencies: ["LoRASpectra", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "LAPACKSpectraTests", dependencies: ["LoRASpectra", "LAPACKSpectra", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "BoostStatisticsTests", dependencies: ["LoRASpectra", "BoostStatistics"],
      swiftSettings: strict),
    .testTarget(
      name: "WeightFilesTests",
      dependencies: ["LoRASpectra", "LAPACKSpectra", "WeightFiles", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "ExpatSVGTests", dependencies: ["ExpatSVG"], swiftSettings: strict),
    .testTarget(
      name: "SQLiteStoreTests",
      dependencies: ["LoRASpectra", "SpecFiles", "SQLiteStore", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RenderingTests",
      dependencies: ["LoRASpectra", "Rendering", "CMustache", "TestSupport"],
      swiftSettings: strict),
    .target(
      name: "CFaultInjection", path: "Tests/CFaultInjection",
      linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
      name: "FaultOperations", dependencies: ["LoRASpectra", "SQLiteStore", "CFaultInjection"],
      path: "Tests/FaultOperations", swiftSettings: strict),
    .executableTarget(
      name: "fault-splitter",
      dependencies: ["SQLiteStore", "FaultOperations", "CFaultInjection"],
      path: "Tests/FaultSplitter", swiftSettings: strict),
    .testTarget(
      name: "FaultTests",
      dependencies: [
        "LoRASpectra", "SQLiteStore", "lorabook", "CFaultInjection", "FaultOperations",
        "fault-splitter", "TestSupport",
      ],
      swiftSettings: strict),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["lorabook", "Rendering", "TestSupport"],
      exclude: ["Programs"],
      swiftSettings: strict),
    .testTarget(
      name: "InteropTests", dependencies: ["lorabook", "TestSupport"],
      exclude: ["Programs", "requirements.txt"], swiftSettings: strict),
    .testTarget(
      name: "PeerTests", dependencies: ["lorabook", "TestSupport"],
      exclude: ["Exports", "Programs", "requirements.txt"], swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .target(
      name: "FuzzTargets",
      dependencies: ["LoRASpectra", "Rendering", "SQLiteStore", "SpecFiles", "WeightFiles"],
      path: "Tests/FuzzTargets", swiftSettings: watched),
    .testTarget(
      name: "FuzzCorpusTests", dependencies: ["FuzzTargets", "TestSupport"], swiftSettings: strict),
  ] + fuzzer,
  swiftLanguageModes: [.v6]
)
