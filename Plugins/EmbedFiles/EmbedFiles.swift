import Foundation
import PackagePlugin

/// Embeds files in the target it is applied to: `migrations/`, `queries/` and the target's own `SQL/` where
/// it has that, the parts of the page in its `Page/Parts/` where it has those.
@main
struct EmbedFiles: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let package = context.package.directoryURL
    let sql = target.directoryURL.appending(path: "SQL")
    let page = target.directoryURL.appending(path: "Page/Parts")
    if FileManager.default.fileExists(atPath: sql.path) {
      return [
        try command(
          "sql", writing: "EmbeddedSQL.swift",
          [package.appending(path: "migrations"), package.appending(path: "queries"), sql],
          context)
      ]
    }
    return [try command("page", writing: "EmbeddedPage.swift", [page], context)]
  }

  private func command(
    _ kind: String, writing name: String, _ folders: [URL], _ context: PluginContext
  ) throws -> Command {
    let endings = kind == "sql" ? ["sql"] : ["mustache", "css", "js"]
    let inputs = try folders.flatMap { folder in
      try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { endings.contains($0.pathExtension) }
    }
    let output = context.pluginWorkDirectoryURL.appending(path: name)
    return .buildCommand(
      displayName: "Embedding \(inputs.count) files in \(name)",
      executable: try context.tool(named: "embed-files").url,
      arguments: [kind, output.path] + folders.map(\.path),
      inputFiles: inputs,
      outputFiles: [output])
  }
}
