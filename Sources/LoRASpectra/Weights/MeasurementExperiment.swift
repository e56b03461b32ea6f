/// Finds the spectra of updates in files. One solver serves one worker, so it may own workspaces
/// and reuse them.
package protocol StoredUpdateSolver: SendableMetatype {
  /// Measures an update.
  ///
  /// - Parameter name: its name in messages.
  /// - Throws: if the numbers have no spectrum, or cannot be read.
  mutating func spectrum(of update: WeightUpdate, name: String) throws -> WeightSpectrum

  /// How far two adapters' updates share their subspaces.
  ///
  /// - Parameters:
  ///   - ranks: from 1.
  ///   - name: their name in messages.
  /// - Returns: one for each rank; nil beyond the rank of either.
  /// - Throws: if the numbers have no singular vectors, or cannot be read.
  func overlaps(
    of update: WeightUpdate, with other: WeightUpdate, ranks: [Int], name: String
  ) throws -> [SubspaceOverlap?]
}

/// The experiment of `measure`: each item is a module, whose spectrum is found once for all points
/// of its grid.
package struct MeasurementExperiment<Solver: StoredUpdateSolver>: Experiment {
  /// The modules.
  package let plan: MeasurementPlan
  private let makeSolver: @Sendable () -> Solver
  private let recorded: @Sendable (String) throws -> WeightSpectrum?

  /// - Parameters:
  ///   - makeSolver: makes a solver for one worker.
  ///   - recorded: the spectrum that is recorded under a content's digest; nil if there is none.
  package init(
    _ plan: MeasurementPlan, makeSolver: @escaping @Sendable () -> Solver,
    recorded: @escaping @Sendable (String) throws -> WeightSpectrum?
  ) {
    self.plan = plan
    self.makeSolver = makeSolver
    self.recorded = recorded
  }

  /// Number of modules.
  package var itemCount: Int { plan.count }
  /// Modules share nothing.
  package var itemsPerStream: Int { 1 }
  /// Number of runs of the module with most ranks.
  package var runsPerItem: Int { max(1, plan.spec.points(span: plan.largestSpan).count) }
  /// Approximate bytes of a module's spectrum and runs.
  package var bytesPerItem: Int { 8 * plan.largestSpan + 32 * runsPerItem + 1024 }

  /// Makes a worker with a solver of its own.
  package func makeWorker() -> Worker {
    Worker(plan: plan, solver: makeSolver(), recorded: recorded)
  }

  /// Measures one module after another.
  package struct Worker: ExperimentWorker {
    private let plan: MeasurementPlan
    private var solver: Solver
    private let recorded: @Sendable (String) throws -> WeightSpectrum?

    fileprivate init(
      plan: MeasurementPlan, solver: Solver,
      recorded: @escaping @Sendable (String) throws -> WeightSpectrum?
    ) {
      self.plan = plan
      self.solver = solver
      self.recorded = recorded
    }

    /// Nothing is shared.
    package mutating func begin(_ items: [Int]) throws {}

    /// Measures a module, unless the spectrum of its content is recorded.
    package mutating func outcome(
      of item: Int, shouldStop: () -> Bool
    ) throws -> MeasuredModule {
      let module = plan[item]
      let digests = try module.digests()
      let found =
        try recorded(digests.content) ?? solver.spectrum(of: module.update, name: module.name)
      var measured = try MeasuredModule(
        item: item, module, digests, found, points: plan.points(of: module.update))
      if let partner = plan.partner(of: item) {
        measured.overlaps = try solver.overlaps(
          of: module.update, with: partner.update, ranks: measured.points.map(\.rank),
          name: module.name)
      }
      return measured
    }
  }
}

/// A module with all measurements of a sweep.
package struct MeasuredModule: Sendable {
  /// The module's number in the sweep, from 0.
  package var item: Int
  /// Its name.
  package var name: String
  /// d×k.
  package var shape: Shape
  /// What its update is made of.
  package var kind: WeightUpdate.Kind
  /// The types of what was read: `F32`.
  package var type: String
  /// The file; of a difference the tuned one.
  package var file: String
  /// The base's file; nil if there is none.
  package var baseFile: String?
  /// The adapter's settings; nil if it is no adapter.
  package var adapter: AdapterSettings?
  /// The digests of what was read.
  package var digests: UpdateDigests
  /// What was found.
  package var found: WeightSpectrum
  /// The settings of its runs.
  package var points: [ModulePoint]
  /// One for each point, in order.
  package var measurements: [MetricValues<Double>]
  /// How far its subspaces are those of another adapter, one for each point; empty if there is none.
  package var overlaps: [SubspaceOverlap?] = []

  /// Measures a module in closed form from its spectrum.
  ///
  /// - Throws: `SpectrumError` for values that are no spectrum.
  package init(
    item: Int, _ module: any StoredUpdate, _ digests: UpdateDigests, _ found: WeightSpectrum,
    points: [ModulePoint]
  ) throws {
    self.item = item
    name = module.name
    shape = module.update.shape
    kind = module.update.kind
    type = module.type
    file = module.file
    baseFile = module.baseFile
    adapter = module.adapter
    self.digests = digests
    self.found = found
    self.points = points
    let spectrum = try Spectrum(singularValues: found.singularValues)
    measurements = points.map { spectrum.measure(rank: $0.rank, scale: $0.scale) }
  }

  /// The summary numbers of its spectrum.
  package var summary: SpectrumSummary { SpectrumSummary(found.singularValues) }

  /// Gavish and Donoho's rank; nil for an adapter, of whose spectrum the noise is not part.
  package var noiseRank: Int? {
    kind == .adapter ? nil : NoiseThreshold.rank(found.singularValues, shape)
  }
}
