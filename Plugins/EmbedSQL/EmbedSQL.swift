import Foundation
import PackagePlugin

/// Embeds `migrations/`, `queries/` and the target's own `SQL/` in the target it is applied to.
@main
struct EmbedSQL: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let package = context.package.directoryURL
    let folders = [
      package.appending(path: "migrations"),
      package.appending(path: "queries"),
      target.directoryURL.appending(path: "SQL"),
    ]
    let inputs = try folders.flatMap { folder in
      try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { $0.pathExtension == "sql" }
    }
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedSQL.swift")
    return [
      .buildCommand(
        displayName: "Embedding \(inputs.count) SQL files",
        executable: try context.tool(named: "embed-sql").url,
        arguments: [output.path] + folders.map(\.path),
        inputFiles: inputs,
        outputFiles: [output])
    ]
  }
}
