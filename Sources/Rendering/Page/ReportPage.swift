import LoRASpectra

/// A report as one self-contained HTML file.
package struct ReportPage {
  /// The window's title.
  package var title: String
  /// The time and the program that made it.
  package var made: Prose
  /// The sections, in reading order.
  package var sections: [Section]

  /// A part with a heading.
  package struct Section {
    /// The section's anchor: letters, digits and hyphens, unique in the page.
    package var id: String
    /// The heading.
    package var heading: Prose
    /// The blocks, in reading order.
    package var blocks: [Block]

    package init(id: String, heading: Prose, blocks: [Block]) {
      self.id = id
      self.heading = heading
      self.blocks = blocks
    }
  }

  /// The blocks below a heading.
  package enum Block {
    /// A heading within the section.
    case heading(String)
    /// An important notice.
    case notice(Prose)
    case paragraph(Prose)
    /// A list of points.
    case points([Prose])
    case facts([Fact])
    /// Facts that are out of sight until their title is pressed.
    case folded(String, [Fact])
    case picture(Picture)
    case table(PageTable)
    /// A command to type or a text to save, with its effect.
    case command(String, does: Prose)
    /// A query in SQL, with the options that it needs.
    case question(String)
  }

  /// A name and its value.
  package struct Fact {
    /// The name.
    package var name: String
    /// The value, in one line or several.
    package var text: String
    /// Whether the value is code.
    package var isCode: Bool

    package init(_ name: String, _ text: String, isCode: Bool = false) {
      self.name = name
      self.text = text
      self.isCode = isCode
    }
  }

  /// A picture, or the reason why there is none.
  package struct Picture {
    /// Its title, also for readers who cannot see it.
    package var title: String
    /// The markup between `<svg>` and `</svg>`, which is not escaped any further.
    package var markup: String
    /// In the drawing's own pixels.
    package var width: Double
    /// In the drawing's own pixels.
    package var height: Double

    package init(title: String, markup: String, width: Double, height: Double) {
      self.title = title
      self.markup = markup
      self.width = width
      self.height = height
    }
  }

  package init(title: String, made: Prose, sections: [Section]) {
    self.title = title
    self.made = made
    self.sections = sections
  }

  /// The file's text.
  ///
  /// - Parameter version: the program's version.
  /// - Throws: `MustacheError`, if the templates are malformed or the memory is exhausted.
  package func html(version: String) throws -> String {
    var tables = 0
    let numbered = sections.map { section in
      section.blocks.map { block in
        if case .table = block { tables += 1 }
        return (block, table: tables)
      }
    }
    return try PageTemplates.render { page in
      page.put(printable(title), at: "title")
      made.write(to: page, at: "made")
      page.put(version, at: "version")
      page.put(sections.count > 2, at: "hasContents")
      page.putList(of: sections.indices, at: "sections") { index in
        page.put(sections[index].id, at: "id")
        sections[index].heading.write(to: page, at: "heading")
        page.putList(of: numbered[index], at: "blocks") { write($0, to: page, table: $1) }
      }
    }
  }

  /// All names by which a template tests the kind of a block.
  private static let kinds = [
    "subheading", "notice", "paragraph", "points", "facts", "folded", "picture", "table", "command",
    "question",
  ]

  /// Writes a block's values for a template into the current object.
  ///
  /// - Parameter table: number of the page's tables so far.
  private func write(_ block: Block, to page: MustacheObject, table number: Int) {
    for kind in ReportPage.kinds { page.put(false, at: kind) }
    switch block {
    case .heading(let text): page.put(printable(text), at: "subheading")
    case .notice(let prose): page.putObject(at: "notice") { prose.write(to: page, at: "prose") }
    case .paragraph(let prose):
      page.putObject(at: "paragraph") { prose.write(to: page, at: "prose") }
    case .points(let points):
      page.putObject(at: "points") {
        page.putList(of: points, at: "items") { $0.write(to: page, at: "prose") }
      }
    case .facts(let facts):
      page.putObject(at: "facts") { write(facts, to: page) }
    case .folded(let title, let facts):
      page.putObject(at: "folded") {
        page.put(printable(title), at: "summary")
        write(facts, to: page)
      }
    case .picture(let picture):
      page.putObject(at: "picture") {
        page.put(printable(picture.title), at: "title")
        page.put(picture.markup, at: "markup")
        page.put(picture.width.shortestText, at: "width")
        page.put(picture.height.shortestText, at: "height")
      }
    case .table(let table):
      page.putObject(at: "table") { table.write(to: page, number: number) }
    case .question(let options):
      page.putObject(at: "question") { page.put(printable(options), at: "options") }
    case .command(let text, let does):
      page.putObject(at: "command") {
        does.write(to: page, at: "prose")
        page.put(shown(text), at: "text")
      }
    }
  }

  private func write(_ facts: [Fact], to page: MustacheObject) {
    page.putList(of: facts, at: "items") { fact in
      page.put(printable(fact.name), at: "name")
      page.put(fact.isCode ? nil : shown(fact.text), at: "text")
      page.put(fact.isCode ? shown(fact.text) : nil, at: "code")
    }
  }

  /// A text of several lines with control characters escaped, except line breaks.
  private func shown(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
      .joined(separator: "\n")
  }
}

extension Prose {
  /// Writes its pieces into the current object.
  func write(to page: MustacheObject, at key: String) {
    page.putList(of: pieces, at: key) { piece in
      page.put(piece.isName ? piece.text : nil, at: "name")
      page.put(piece.isName ? nil : piece.text, at: "words")
    }
  }
}
