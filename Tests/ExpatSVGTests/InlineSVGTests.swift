import ExpatSVG
import Testing

@Suite("A picture in a page")
struct InlineSVGTests {
  private func picture(_ inside: String, prefix: String = "p-") throws -> InlineSVG {
    try InlineSVG(
      Array(
        """
        <?xml version="1.0" encoding="utf-8" standalone="no"?>
        <svg width="860" height="400" viewBox="0 0 860 400" xmlns="http://www.w3.org/2000/svg"
          xmlns:xlink="http://www.w3.org/1999/xlink">\(inside)</svg>
        """.utf8), prefix: prefix)
  }

  @Test("keeps what draws, with its size")
  func drawing() throws {
    let svg = try picture(
      "<g transform=\"translate(1,2)\" fill=\"none\"><path d='M0,0 L1,1' stroke-width='2'/></g>")
    #expect(svg.width == 860 && svg.height == 400)
    #expect(
      svg.markup
        == "<g transform=\"translate(1,2)\" fill=\"none\"><path d=\"M0,0 L1,1\" stroke-width=\"2\"/></g>"
    )
  }

  @Test("gives names and links a prefix, so that two pictures do not meet")
  func prefix() throws {
    let inside = "<defs><circle id='gpDot' r='1'/></defs><use xlink:href='#gpDot'/>"
    #expect(
      try picture(inside, prefix: "a-").markup
        == "<defs><circle id=\"a-gpDot\" r=\"1\"/></defs><use href=\"#a-gpDot\"/>")
    #expect(try picture(inside, prefix: "b-").markup.contains("#b-gpDot"))
  }

  @Test("spells colours in one way, and leaves the white page out")
  func colours() throws {
    let svg = try picture(
      """
      <rect x="0" y="0" width="860" height="400" fill="#ffffff"/>
      <path stroke='rgb(  0, 114, 178)' fill="none" d='M0,0'/><path color="black" d='M1,1'/>
      <path stroke='#D55E00' d='M2,2'/><rect width="8" height="8" fill="white"/>
      """)
    #expect(
      svg.markup
        == "<path stroke=\"#0072b2\" fill=\"none\" d=\"M0,0\"/><path color=\"#000000\" d=\"M1,1\"/><path stroke=\"#d55e00\" d=\"M2,2\"/><rect width=\"8\" height=\"8\" fill=\"#ffffff\"/>"
    )
  }

  @Test("leaves out groups in which nothing is drawn, titles of gnuplot's own, and filters")
  func emptyGroups() throws {
    let svg = try picture(
      "<title>Gnuplot</title><desc>x</desc><g><g color='black'>\n</g></g><filter id='f'><feFlood/></filter>"
    )
    #expect(svg.markup == "")
  }

  @Test("keeps texts as texts, whatever they say")
  func texts() throws {
    let svg = try picture(
      "<text x='1'>&lt;script>alert(1)&lt;/script> \"\u{301} &amp;amp; ]]&#x3e; שלום</text>")
    #expect(
      svg.markup
        == "<text x=\"1\">&lt;script&gt;alert(1)&lt;/script&gt; &quot;\u{301} &amp;amp; ]]&gt; שלום</text>"
    )
  }

  @Test("drops handlers, styles and classes")
  func attributes() throws {
    let svg = try picture(
      "<path onclick='alert(1)' style='fill:url(http://x/)' class='c' d='M0,0'/>")
    #expect(svg.markup == "<path d=\"M0,0\"/>")
  }

  @Test(
    "refuses what could do more than draw",
    arguments: [
      "<script>alert(1)</script>", "<style>a{}</style>", "<image href='http://x/y.png'/>",
      "<foreignObject/>", "<a href='javascript:alert(1)'/>", "<use xlink:href='http://x/#y'/>",
      "<use href='data:image/svg+xml,x'/>", "<animate/>", "<set/>", "<iframe/>",
    ])
  func refused(inside: String) {
    #expect(throws: SVGError.self) { try picture(inside) }
  }

  @Test("refuses what is no XML, and says where")
  func malformed() {
    #expect(throws: SVGError.malformed("mismatched tag", line: 3)) { try picture("<g>") }
    #expect(throws: SVGError.self) { try picture("<text>]]></text>") }
    #expect(throws: SVGError.self) { try InlineSVG([], prefix: "p-") }
    #expect(throws: SVGError.self) { try InlineSVG(Array("<svg/>".utf8), prefix: "p-") }
    #expect(throws: SVGError.self) { try InlineSVG(Array("<html/>".utf8), prefix: "p-") }
    #expect(throws: SVGError.self) {
      try InlineSVG(Array("<svg width='inf' height='1'/>".utf8), prefix: "p-")
    }
  }

  @Test("refuses entities, and more depth than any picture has")
  func bombs() {
    let entities =
      "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><svg width='1' height='1'><text>&b;</text></svg>"
    #expect(throws: SVGError.unexpected("a declaration of an entity")) {
      try InlineSVG(Array(entities.utf8), prefix: "p-")
    }
    let deep = String(repeating: "<g>", count: 100_000)
    #expect(throws: SVGError.unexpected("more than 64 elements in another")) { try picture(deep) }
  }
}
