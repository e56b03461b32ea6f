/// The page's templates. They escape everything inserted except the page's own style and script,
/// and pictures that were parsed and rewritten.
///
/// A section tag never stands alone on a line: kainjow::mustache leaves an empty line if the
/// section is hidden. A line feed at the end of an included template is part of it.
enum PageTemplates {
  /// - Parameter fill: puts a page's parts into the outermost object.
  /// - Throws: `MustacheError`, if a template is malformed or uses a missing name.
  static func render(_ fill: (MustacheObject) -> Void) throws(MustacheError) -> String {
    let document = try MustacheDocument()
    for template in EmbeddedPage.templates {
      document.addTemplate(template.text, named: template.name)
    }
    document.root.put(EmbeddedPage.style, at: "style")
    document.root.put(EmbeddedPage.styleHash, at: "styleHash")
    document.root.put(EmbeddedPage.script, at: "script")
    document.root.put(EmbeddedPage.scriptHash, at: "scriptHash")
    fill(document.root)
    return try document.text(ofTemplate: "page")
  }
}
