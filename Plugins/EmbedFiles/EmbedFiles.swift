import Foundation
import PackagePlugin

/// Embeds files in its target: the parts of the page if the target has `Page/Parts/`; else
/// `migrations/`, `queries/` and the `.sql` files in the target's own folders.
@main
struct EmbedFiles: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let package = context.package.directoryURL
    let page = target.directoryURL.appending(path: "Page/Parts")
    if FileManager.default.fileExists(atPath: page.path) {
      return [try command("page", writing: "EmbeddedPage.swift", [page], context)]
    }
    let folders = [
      package.appending(path: "migrations"), package.appending(path: "queries"),
      package.appending(path: "views"), target.directoryURL,
    ]
    return [try command("sql", writing: "EmbeddedSQL.swift", folders, context)]
  }

  private func command(
    _ kind: String, writing name: String, _ folders: [URL], _ context: PluginContext
  ) throws -> Command {
    let endings = kind == "sql" ? ["sql"] : ["mustache", "css", "js"]
    let inputs = try folders.flatMap { folder in
      try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        .map { folder.appending(path: $0) }
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
