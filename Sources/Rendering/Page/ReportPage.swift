import LoRASpectra

/// A report as one HTML file that needs nothing else.
package struct ReportPage {
  /// What the window is called.
  package var title: String
  /// When and by what it was made.
  package var made: Prose
  /// Its parts, in reading order.
  package var sections: [Section]

  /// A part with a heading.
  package struct Section {
    /// What an address calls it: letters, digits and hyphens, and no other section's.
    package var id: String
    /// What it is about.
    package var heading: Prose
    /// In reading order.
    package var blocks: [Block]

    package init(id: String, heading: Prose, blocks: [Block]) {
      self.id = id
      self.heading = heading
      self.blocks = blocks
    }
  }

  /// What stands below a heading.
  package enum Block {
    /// A heading within the section.
    case heading(String)
    /// What a reader must not miss.
    case notice(Prose)
    case paragraph(Prose)
    /// One point after another.
    case points([Prose])
    case facts([Fact])
    case picture(Picture)
    case table(PageTable)
    /// Something to be typed or saved, and what it does.
    case command(String, does: Prose)
    /// A question in SQL, with the options that it needs.
    case question(String)
  }

  /// A name with what it stands for.
  package struct Fact {
    /// What is told.
    package var name: String
    /// As many lines as there are.
    package var text: String
    /// Whether it is for a machine to read.
    package var isCode: Bool

    package init(_ name: String, _ text: String, isCode: Bool = false) {
      self.name = name
      self.text = text
      self.isCode = isCode
    }
  }

  /// A drawing, or the reason why there is none.
  package struct Picture {
    /// What it shows, for those who do not see it.
    package var title: String
    /// What stands between `<svg>` and `</svg>`, of which nothing is escaped any more.
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
  /// - Parameter version: the program's.
  /// - Throws: what the templates throw where they are malformed.
  package func html(version: String) throws -> String {
    var numbers = Numbers()
    return try PageTemplates.render([
      "title": printable(title), "made": made.pieces.map(\.context), "version": version,
      "hasContents": sections.count > 2,
      "sections": sections.map { section in
        [
          "id": section.id, "heading": section.heading.pieces.map(\.context),
          "blocks": section.blocks.map { context(of: $0, &numbers) },
        ] as [String: Any]
      },
    ])
  }

  /// How many of a kind went before, for names that are the page's alone.
  private struct Numbers {
    var tables = 0
    var pictures = 0
  }

  private func context(of block: Block, _ numbers: inout Numbers) -> [String: Any] {
    switch block {
    case .heading(let text): return ["subheading": printable(text)]
    case .notice(let prose): return ["notice": ["prose": prose.pieces.map(\.context)]]
    case .paragraph(let prose): return ["paragraph": ["prose": prose.pieces.map(\.context)]]
    case .points(let points):
      return ["points": ["items": points.map { ["prose": $0.pieces.map(\.context)] }]]
    case .facts(let facts):
      return [
        "facts": [
          "items": facts.map {
            [
              "name": $0.name, "text": $0.isCode ? "" : shown($0.text),
              "code": $0.isCode ? [shown($0.text)] : [],
            ]
              as [String: Any]
          }
        ]
      ]
    case .picture(let picture):
      return [
        "picture": [
          "title": printable(picture.title), "markup": picture.markup,
          "width": picture.width.shortestText, "height": picture.height.shortestText,
        ]
      ]
    case .table(let table):
      numbers.tables += 1
      return ["table": table.context(number: numbers.tables)]
    case .question(let options): return ["question": ["options": printable(options)]]
    case .command(let text, let does):
      return [
        "command": ["prose": does.pieces.map(\.context), "text": shown(text)] as [String: Any]
      ]
    }
  }

  /// A text of several lines in which nothing but its line breaks commands anything.
  private func shown(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
      .joined(separator: "\n")
  }
}

extension Prose.Piece {
  /// What a template sees of it.
  var context: [String: Any] { isName ? ["name": text] : ["words": text] }
}
