/// The page's templates, which escape whatever is put into them but for three things: the page's
/// own style and script, and pictures that were read and written anew.
///
/// A tag of a section never stands on a line of its own: kainjow::mustache leaves an empty line
/// where such a section is not there. A line feed at the end of an included template is part of it.
enum PageTemplates {
  /// - Parameter fill: puts a page's parts into the outermost object.
  /// - Throws: `MustacheError`, where a template is malformed or asks for what is not there.
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
