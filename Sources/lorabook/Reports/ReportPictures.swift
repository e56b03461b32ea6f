import ExpatSVG
import LoRASpectra
import Rendering
import SQLiteStore

/// The pictures of a report; each missing one is replaced by the reason.
final class ReportPictures {
  let drawing: SweepPictures
  /// Panels in a partial picture: more are better viewed separately.
  private static let room = 6
  /// Number of pictures so far, which keeps the names in them distinct.
  private var count = 0

  init(drawing: SweepPictures) { self.drawing = drawing }

  /// - Parameter command: the command that draws a part of the picture alone, if there is one.
  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func picture(
    _ kind: PictureKind, of sweep: SweepFacts, command: (FigureSelection) -> String?
  ) throws -> [ReportPage.Block] {
    let names: [PictureKind: String] = [
      .spectrum: "singular values", .variance: "the variance captured", .error: "the error",
      .scale: "the scale", .decomposition: "what the error is made of",
      .curve: "the curves", .learningRate: "the learning rates", .signal: "the learning signal",
      .moduleSpectra: "the modules' spectra", .rankByDepth: "the rank by depth",
      .energyByRank: "the energy by rank",
    ]
    return try blocks(names[kind] ?? kind.rawValue, command: command) {
      try $0.figure(kind, of: sweep.sweepID)
    }
  }

  /// The picture of a metric that was logged step by step; nothing where it has no steps.
  ///
  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func curve(of metric: Metric, sweep: SweepFacts) throws -> [ReportPage.Block] {
    let rows = try drawing.answers("metric-curve", sweep.sweepID, ["metric": metric.name])
    if rows.rows.isEmpty { return [] }
    return try blocks("the curves of \(metric.name)", command: { _ in nil }) {
      try $0.curve(of: metric, sweepID: sweep.sweepID)
    }
  }

  /// The picture of a comparison.
  ///
  /// - Parameter command: the command that draws a part of it alone, if there is one.
  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func comparison(
    of tables: ComparisonTables, _ ids: [Int64], by dimension: SweepComparison.Dimension,
    command: (FigureSelection) -> String?
  ) throws -> [ReportPage.Block] {
    try blocks("the differences", command: command) {
      try $0.comparison(of: tables, ids, by: dimension)
    }
  }

  private func blocks(
    _ what: String, command: (FigureSelection) -> String?, _ make: (SweepPictures) throws -> Figure
  ) throws -> [ReportPage.Block] {
    do {
      return try drawn(make(drawing))
    } catch let error as FigureError {
      switch error {
      case .nothing(let reason):
        return [.paragraph("There is no picture of \(what): \(reason).")]
      case .tooMany(let things, let number, let limit, _):
        let excess: Prose =
          "\(number) \(things) are more than the \(limit) that can be read"
        guard let (figure, selection) = try part(error, make) else {
          return [.paragraph("There is no picture of \(what): \(excess).")]
        }
        return [.paragraph("Of \(what) a part is drawn: \(excess).")] + (try drawn(figure))
          + (command(selection).map {
            [.command($0, does: "That part, or another one, alone:")]
          } ?? [])
      case .unknownValue:
        return []
      }
    }
  }

  /// The readable part of a picture; nil if no selection makes it fit.
  private func part(
    _ error: FigureError, _ make: (SweepPictures) throws -> Figure
  ) throws -> (Figure, FigureSelection)? {
    var (error, drawing) = (error, drawing)
    for _ in CellSetting.allCases {
      guard let selection = error.part(of: drawing.selection, room: ReportPictures.room) else {
        return nil
      }
      drawing.selection = selection
      do {
        return (try make(drawing), selection)
      } catch let next as FigureError {
        error = next
      }
    }
    return nil
  }

  private func drawn(_ figure: Figure) throws -> [ReportPage.Block] {
    // A page is two panels wide; more side by side would be too small to read.
    let figure = figure.inColumns(atMost: 2)
    guard Gnuplot.isThere else {
      return [
        .notice(
          "\(figure.title) was not drawn, for there was no gnuplot where this page was made. The tables hold its numbers."
        )
      ]
    }
    do {
      let bytes = try Gnuplot.draw(GnuplotScript.text(of: figure, as: .svg)).picture
      count += 1
      let svg = try InlineSVG(bytes, prefix: "picture-\(count)-")
      return [
        .picture(
          ReportPage.Picture(
            title: ([figure.title] + figure.subtitle).joined(separator: " "), markup: svg.markup,
            width: svg.width, height: svg.height))
      ]
    } catch let failure as CommandError where failure.status == .failure {
      return missing(figure, because: failure.message)
    } catch let error as SVGError {
      return missing(figure, because: "gnuplot drew what a page cannot hold: \(error)")
    }
  }

  /// A picture that fails does not fail the page.
  private func missing(_ figure: Figure, because reason: String) -> [ReportPage.Block] {
    StandardError.write("lorabook: \(printable(figure.title)) is not drawn: \(printable(reason))\n")
    return [.notice("\(figure.title) was not drawn: \(printable(reason))")]
  }
}
