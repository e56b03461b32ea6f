import LoRASpectra

/// Makes the pictures of measured modules from the rows of queries.
package struct ModuleFigures {
  /// The sweep's name.
  package var sweep: String
  /// Notes for every picture, such as that the sweep is not finished.
  package var notes: [String]

  package init(sweep: String, notes: [String]) {
    self.sweep = sweep
    self.notes = notes
  }

  /// The singular values of every module relative to the largest, a panel for each kind of module.
  ///
  /// - Parameter spectra: the rows of the query `module-spectra`.
  /// - Throws: `FigureError`.
  package func spectra(_ spectra: ResultTable) throws -> Figure {
    let parts = try parts(spectra)
    let last = spectra.rows.compactMap { spectra.finite("position", in: $0) }.max() ?? 1
    let panels = parts.prefix(Facets.mostPanels).map { part in
      let modules = groups(part.rows, of: spectra, by: "module")
      let series = modules.enumerated().map { index, module in
        Series(
          // One entry of the key stands for all.
          label: index == 0 ? "a module" : "", style: .profile(0), form: .curve,
          points: module.rows.map {
            Series.Point(
              x: spectra.finite("position", in: $0) ?? 0, y: spectra.finite("relative", in: $0))
          }
        ).onLogarithmicAxis()
      }
      return Panel(
        title: "\(part.name) (\(modules.count))",
        x: .positions("position i", last: Int(exactly: last) ?? 1),
        y: .measured("σᵢ / σ₁", series, isLogarithmic: true), series: series)
    }
    return Figure(
      title: headline("Spectra of modules"),
      subtitle: ["A line for each module, a panel for each kind."],
      notes: notes + leftOut(parts.count - panels.count, "kinds"), panels: Array(panels), columns: 3
    ).withSharedAxes()
  }

  /// The rank that keeps a share of each module's energy, against the depth: a line for each kind
  /// of module.
  ///
  /// - Parameter ranks: the rows of the query `rank-by-depth`.
  /// - Throws: `FigureError`.
  package func rankByDepth(_ ranks: ResultTable) throws -> Figure {
    _ = try parts(ranks)
    var deep = ranks
    deep.rows.removeAll { ranks.value("depth", in: $0) == .absent }
    guard !deep.rows.isEmpty else {
      throw FigureError.nothing(reason: "no module's name has a number, which would be its depth")
    }
    let share = ranks.rows.first.flatMap { ranks.finite("share", in: $0) } ?? 0
    let depths = deep.rows.compactMap { deep.finite("depth", in: $0) }
    let (first, last) = (depths.min() ?? 0, depths.max() ?? 0)
    let panels = panels(of: try parts(deep)) { part, style in
      Series(
        label: part.name, style: style, form: .line,
        points: part.rows.map {
          Series.Point(x: deep.finite("depth", in: $0) ?? 0, y: deep.finite("rank", in: $0))
        })
    } panel: { series in
      Panel(
        title: "",
        x: Axis(label: "depth (first number of the name)", low: first - 0.5, high: last + 0.5),
        y: .measured("rank", series), series: series)
    }
    return Figure(
      title: headline("Rank by depth and kind of module"),
      subtitle: [
        "The smallest rank that keeps \((share * 100).shortestText) % of a module's energy."
      ],
      notes: notes + leftOut(ranks.rows.count - deep.rows.count, "modules without a depth"),
      panels: panels, columns: 2
    ).withSharedAxes()
  }

  /// The share of the energy that each rank captures: a line for each kind of module, with a band
  /// from the least to the greatest module.
  ///
  /// - Parameter energies: the rows of the query `energy-by-rank`.
  /// - Throws: `FigureError`.
  package func energyByRank(_ energies: ResultTable) throws -> Figure {
    let ranks = energies.rows.map { energies.rank(in: $0) }
    let panels = panels(of: try parts(energies)) { part, style in
      Series(
        label: part.name, style: style, form: .line,
        points: part.rows.map {
          Series.Point(
            x: Double(energies.rank(in: $0)), y: energies.finite("captured_mean", in: $0),
            low: energies.finite("captured_min", in: $0),
            high: energies.finite("captured_max", in: $0))
        })
    } panel: { series in
      Panel(
        title: "", x: .ranks(ranks), y: .share("share of the energy captured"), series: series,
        keepsIntervalsApart: true)
    }
    return Figure(
      title: headline("Energy by rank and kind of module"),
      subtitle: ["Mean over the modules of a kind. Bars: from the least to the greatest module."],
      notes: notes, panels: panels, columns: 2
    ).withSharedAxes()
  }

  // MARK: - Kinds of modules

  /// Rows of one name.
  private struct Group {
    var name: String
    var rows: [[Value]]
  }

  private func parts(_ table: ResultTable) throws -> [Group] {
    let parts = groups(table.rows, of: table, by: "part")
    guard !parts.isEmpty else {
      throw FigureError.nothing(reason: "nothing of it was measured with 'lorabook measure'")
    }
    return parts
  }

  private func groups(_ rows: [[Value]], of table: ResultTable, by column: String) -> [Group] {
    var places: [ExactText: Int] = [:]
    var groups: [Group] = []
    for row in rows {
      let name = table.value(column, in: row).plainText
      if let place = places[ExactText(name)] {
        groups[place].rows.append(row)
      } else {
        places[ExactText(name)] = groups.count
        groups.append(Group(name: name, rows: [row]))
      }
    }
    return groups
  }

  /// Panels with as many kinds each as a key can tell apart.
  private func panels(
    of parts: [Group], line: (Group, PlotStyle) -> Series, panel: ([Series]) -> Panel
  ) -> [Panel] {
    // Colours repeat after seven.
    let most = 7
    return stride(from: 0, to: parts.count, by: most).map { start in
      panel(
        parts[start..<min(start + most, parts.count)].enumerated().map { index, part in
          line(part, .profile(index))
        })
    }
  }

  private func headline(_ what: String) -> String { "\(what): \(sweep.shortened(to: 80))" }

  private func leftOut(_ count: Int, _ what: String) -> [String] {
    count > 0 ? ["\(count) more \(what) are not drawn."] : []
  }
}
