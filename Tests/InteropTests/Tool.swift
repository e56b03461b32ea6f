import Foundation
import TestSupport
import Testing

/// A program by others that reads lorabook's output.
///
/// Their tests run under `make interop`, which installs them all; elsewhere they are skipped and
/// say so.
enum Tool: String {
  case soffice, sqlite3, python3, chromium
  case bash, zsh, fish, groff, mandoc
  case datasette, duckdb, pandas, playwright
  case sqliteUtils = "sqlite-utils"

  /// The environment of `make interop` for packages from PyPI.
  private static let environment = URL(
    filePath: ProcessInfo.processInfo.environment["LORABOOK_INTEROP"] ?? "/nowhere"
  ).appending(path: "bin")

  /// The program's path, or Python's for a library; nil if it is missing or does not work.
  var path: String? {
    switch self {
    case .soffice, .sqlite3, .python3, .chromium, .bash, .zsh, .fish, .groff, .mandoc:
      let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
      return folders.map { "\($0)/\(rawValue)" }.first(where: Tool.isExecutable)
    case .duckdb, .pandas, .playwright:
      let python = Tool.environment.appending(path: "python3").path
      return Tool.usable.contains(self) ? python : nil
    case .datasette, .sqliteUtils:
      let path = Tool.environment.appending(path: rawValue).path
      return Tool.usable.contains(self) ? path : nil
    }
  }

  /// The PyPI packages that work here. An existing environment may have older requirements, or a
  /// Python that is gone.
  private static let usable: Set<Tool> = {
    let python = environment.appending(path: "python3").path
    let trials: [(Tool, String, [String])] = [
      (.duckdb, python, ["-c", "import duckdb, duckdb_extension_sqlite_scanner"]),
      (.pandas, python, ["-c", "import pandas"]),
      (.playwright, python, ["-c", "import playwright.sync_api"]),
      (.datasette, environment.appending(path: "datasette").path, ["--version"]),
      (.sqliteUtils, environment.appending(path: "sqlite-utils").path, ["--version"]),
    ]
    return Set(trials.filter { succeeds($0.1, $0.2) }.map(\.0))
  }()

  private static func succeeds(_ program: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  private static func isExecutable(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: path)
  }

  /// The condition of tests that need one of the tools.
  static let ofInterop = ConditionTrait.enabled(
    if: ProcessInfo.processInfo.environment["LORABOOK_INTEROP"] != nil,
    "`make interop` installs what this needs, and runs it")
}

extension Scratch {
  /// Runs a line of bash in which `$TOOL` is the path of a tool and `$PROGRAMS` the folder of the
  /// programs beside these tests, and expects success.
  func succeed(with tool: Tool, _ line: String) throws {
    let path = try #require(tool.path, "\(tool.rawValue) is missing")
    let programs = Scratch.project.appending(path: "Tests/InteropTests/Programs").path
    let result = try bash("set -e -o pipefail; TOOL='\(path)' PROGRAMS='\(programs)'\n\(line)")
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }
}
