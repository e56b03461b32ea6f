import Mustache

/// The page's templates, which escape whatever is put into them but for three things: the page's own style
/// and script, and pictures that were read and written anew.
enum PageTemplates {
  /// - Throws: what Mustache throws where a template is malformed.
  static func render(_ context: [String: Any]) throws -> String {
    MustacheContentTypes.register(ScalarEscaping(), named: ScalarEscaping.name)
    var library = MustacheLibrary()
    for template in EmbeddedPage.templates {
      try library.register(
        "{{% CONTENT_TYPE:\(ScalarEscaping.name)}}" + template.text, named: template.name)
    }
    var context = context
    context["style"] = EmbeddedPage.style
    context["styleHash"] = EmbeddedPage.styleHash
    context["script"] = EmbeddedPage.script
    context["scriptHash"] = EmbeddedPage.scriptHash
    return library.render(context, withTemplate: "page") ?? ""
  }
}

/// Escapes for HTML, in texts and in quoted attributes.
///
/// Mustache's own escaping goes by characters, and a mark that combines with a quote or an angle bracket
/// makes one character of both, which it lets through as it stands; a browser goes by scalars.
struct ScalarEscaping: MustacheContentType {
  static let name = "SCALARS"

  func escapeText(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
