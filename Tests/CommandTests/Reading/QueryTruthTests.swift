import Foundation
import Testing

/// Compares the answers of the named queries with independent computations in Python, from the
/// output of `export`.
@Suite("The numbers of a named query")
struct QueryTruthTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let sweep = try scratch.bash(
      """
      lorabook sweep --quiet --seeds 0-8 --shapes 12x12,16x10 --ranks 1,2,4,8 --alphas 4,8 \
        --rules lora,rslora,power:0.75,unit --profiles style,exp:0.3,flat:2 --noise 0.05
      lorabook export -o runs.csv && lorabook export --table spectra -o spectra.csv
      """)
    #expect(sweep.status == 0, "\(sweep.errors)")
    try scratch.write(Self.prelude, to: "prelude.py")
  }

  /// The rows of the export by column name, and the answer of a query.
  private static let prelude = """
    import csv, json, math, statistics, subprocess
    from collections import defaultdict

    def read(name):
        rows = []
        for row in csv.DictReader(open(name, newline='')):
            for key, value in row.items():
                try: row[key] = float(value)
                except ValueError: pass
            rows.append(row)
        return rows

    def query(name, *parameters):
        words = ['lorabook', 'query', name, '--format', 'json']
        for parameter in parameters: words += ['--param', parameter]
        return json.loads(subprocess.run(words, check=True, capture_output=True).stdout)

    def grouped(rows, *keys):
        groups = defaultdict(list)
        for row in rows: groups[tuple(row[key] for key in keys)].append(row)
        return groups

    def near(a, b, tolerance=1e-9):
        assert (a is None and b is None) or abs(a - b) <= tolerance * max(1, abs(b)), (a, b)

    CELL = ('profile', 'd', 'k', 'noise', 'rank', 'alpha', 'rule')
    GROUP = ('profile', 'd', 'k', 'noise')
    runs, spectra = read('runs.csv'), read('spectra.csv')
    cells = grouped(runs, *CELL)
    sigmas = {key: [row['singular_value'] for row in rows]
              for key, rows in grouped(spectra, *GROUP, 'seed').items()}
    groups = defaultdict(list)
    for key, values in sigmas.items(): groups[key[:4]].append(values)

    """

  private func check(_ program: String) throws {
    try scratch.write(Self.prelude + program + "\n", to: "check.py")
    let result = try scratch.bash("python3 check.py")
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test("error-by-rank are means and deviations over the seeds")
  func errorByRank() throws {
    try check(
      """
      rows = query('error-by-rank')
      assert len(rows) == len(cells) == 2 * 3 * 4 * 2 * 4
      for row in rows:
          cell = cells[tuple(row[key] for key in CELL)]
          errors = [run['error'] for run in cell]
          assert (row['n'], row['diverged'], row['absent']) == (9, 0, 0)
          near(row['error_mean'], statistics.fmean(errors), 1e-13)
          near(row['error_sd'], statistics.stdev(errors), 1e-12)
          near(row['truncation_error_mean'], statistics.fmean(r['truncation_error'] for r in cell), 1e-13)
      """)
  }

  @Test("error-parts add up to the mean squared error")
  func errorParts() throws {
    try check(
      """
      rows = query('error-parts')
      assert len(rows) == len(cells)
      for row in rows:
          cell = cells[tuple(row[key] for key in CELL)]
          near(row['squared_error'], statistics.fmean(r['error'] ** 2 for r in cell), 1e-12)
          truncation = statistics.fmean(r['truncation_error'] ** 2 for r in cell)
          scaling = statistics.fmean((1 - r['scale']) ** 2 * r['variance_captured'] for r in cell)
          near(row['squared_truncation'], truncation, 1e-12)
          near(row['squared_scaling'], scaling, 1e-12)
          near(row['truncation_share'], truncation / (truncation + scaling), 1e-12)
          near(row['truncation_share'] + row['scaling_share'], 1, 1e-12)
          assert row['unexplained'] == 0
      """)
  }

  @Test("best-alpha leave the truncation alone once they are swept")
  func bestAlpha() throws {
    try check(
      """
      rows = query('best-alpha')
      assert len(rows) == len(cells)
      tried = 0
      for row in rows:
          near(row['used_error_mean'], statistics.fmean(
              r['error'] for r in cells[tuple(row[key] for key in CELL[:5])
                                        + (row['used_alpha'], row['rule'])]))
          if row['rule'] == 'unit':
              assert row['best_alpha'] is None
              continue
          if (row['profile'], row['d'], row['used_alpha']) != ('exp:0.3', 16, 4): continue
          if row['rank'] not in (2, 8): continue
          tried += 1
          for factor in (1, 0.98, 1.02):
              subprocess.run(['lorabook', 'sweep', '--quiet', '--db', 'tried.db', '--seeds', '0-8',
                  '--shapes', '16x10', '--profiles', 'style,exp:0.3', '--noise', '0.05',
                  '--ranks', str(row['rank']), '--rules', row['rule'],
                  '--alphas', repr(row['best_alpha'] * factor)], check=True, capture_output=True)
              text = subprocess.run(['lorabook', 'export', 'latest', '--db', 'tried.db'],
                  check=True, capture_output=True, text=True).stdout
              mean = statistics.fmean(float(r['error']) for r in csv.DictReader(text.splitlines())
                                      if r['profile'] == 'exp:0.3')
              if factor == 1: near(mean, row['error_mean_at_scale_1'], 1e-12)
              else: assert mean > row['error_mean_at_scale_1'] + 1e-6
      assert tried == 6
      """)
  }

  @Test("winning-rule and best-setting are found by trying them all")
  func winners() throws {
    try check(
      """
      def best(means, tie):
          least = min(means.values())
          return [rule for rule in means if means[rule] <= least + tie]

      for with_unit in (0, 1):
          allowed = [r for r in runs if with_unit or r['rule'] != 'unit']
          rows = query('winning-rule', f'with_unit={with_unit}')
          contests = grouped(allowed, *GROUP, 'rank', 'alpha')
          assert len(rows) == len(contests) == 2 * 3 * 4 * 2
          for row in rows:
              contest = contests[tuple(row[key] for key in GROUP + ('rank', 'alpha'))]
              means = {rule[0]: statistics.fmean(r['error'] for r in some)
                       for rule, some in grouped(contest, 'rule').items()}
              winners = best(means, 1e-9)
              assert row['winner'].split(' = ') == winners, row
              near(row['error_mean'], min(means.values()), 1e-12)
              others = {rule: mean for rule, mean in means.items() if rule not in winners}
              near(row['runner_up_error_mean'], min(others.values()) if others else None, 1e-12)
              if others: assert row['runner_up'] in best(others, 1e-12)
              else: assert row['runner_up'] is None
              won = shared = 0
              for seed, some in grouped(contest, 'seed').items():
                  lead = best({r['rule']: r['error'] for r in some}, 1e-9)
                  if winners[0] in lead:
                      won += len(lead) == 1
                      shared += len(lead) > 1
              assert (row['seeds'], row['won'], row['shared'], row['left_out']) == (9, won, shared, 0)
          assert any(' = ' in row['winner'] for row in rows)
          rows = query('best-setting', f'with_unit={with_unit}', 'most_rank=4')
          settings = grouped([r for r in allowed if r['rank'] <= 4], *CELL)
          assert len(rows) == 6
          for row in rows:
              means = {key: statistics.fmean(r['error'] for r in some)
                       for key, some in settings.items() if key[:4] == tuple(row[k] for k in GROUP)}
              near(row['error_mean'], min(means.values()), 1e-12)
              least = best(means, 1e-12 * min(means.values()))
              assert tuple(row[key] for key in CELL) in least
              assert row['equally_good'] == len(least) - 1, (row, least)
      """)
  }

  @Test("rank-for-variance is what counting singular values gives")
  func rankForVariance() throws {
    try check(
      """
      for share in (0, 0.5, 0.9, 0.99, 1):
          rows = query('rank-for-variance', f'share={share}')
          assert len(rows) == 6
          for row in rows:
              key = tuple(row[k] for k in GROUP)
              ranks, recorded = [], []
              for values in groups[key]:
                  total = math.fsum(v * v for v in values)
                  ranks.append(next(r for r in range(1, len(values) + 1)
                      if math.fsum(v * v for v in values[r:]) <= (1 - share) * total + 1e-12 * total))
              for seed, some in grouped([r for r in runs if tuple(r[k] for k in GROUP) == key], 'seed').items():
                  recorded.append(min((r['rank'] for r in some
                                       if r['variance_captured'] >= share - 1e-12), default=None))
              assert (row['spectra'], row['updates']) == (9, 9)
              near(row['spectrum_rank_mean'], statistics.fmean(ranks))
              assert (row['spectrum_rank_min'], row['spectrum_rank_max']) == (min(ranks), max(ranks))
              reached = [r for r in recorded if r is not None]
              assert row['recorded_short'] == 9 - len(reached)
              assert row['recorded_rank_min'] == min(reached, default=None)
              whole = len(reached) == 9
              near(row['recorded_rank_mean'], statistics.fmean(reached) if whole else None)
              assert row['recorded_rank_max'] == (max(reached) if whole else None)
      assert query('rank-for-variance', 'share=90') == []
      """)
  }

  @Test("of spectra are those of the exported singular values")
  func spectra() throws {
    try check(
      """
      def entropy_rank(weights):
          total = math.fsum(weights)
          return math.exp(-math.fsum(w / total * math.log(w / total) for w in weights if w > 0))

      def line(xs, ys):
          mx, my = statistics.fmean(xs), statistics.fmean(ys)
          xy = math.fsum((x - mx) * (y - my) for x, y in zip(xs, ys))
          xx = math.fsum((x - mx) ** 2 for x in xs)
          slope = xy / xx
          left = math.fsum((y - my - slope * (x - mx)) ** 2 for x, y in zip(xs, ys))
          return slope, 1 - left / math.fsum((y - my) ** 2 for y in ys)

      def agree(row, name, numbers, sd=True, tolerance=1e-9):
          near(row[name], statistics.fmean(numbers), tolerance)

      for row in query('effective-rank'):
          some = groups[tuple(row[k] for k in GROUP)]
          assert (row['updates'], row['spectra']) == (9, 9)
          for name, numbers in (
              ('stable_rank', [math.fsum(v * v for v in s) / s[0] ** 2 for s in some]),
              ('effective_rank', [entropy_rank([v * v for v in s]) for s in some]),
              ('effective_rank_of_values', [entropy_rank(s) for s in some])):
              near(row[name + '_mean'], statistics.fmean(numbers), 1e-12)
              near(row[name + '_sd'], statistics.stdev(numbers), 1e-9)
      rows = query('spectrum-by-position', 'most=3')
      assert len(rows) == 18
      for row in rows:
          some = groups[tuple(row[k] for k in GROUP)]
          at = row['position'] - 1
          near(row['singular_value_mean'], statistics.fmean(s[at] for s in some), 1e-12)
          near(row['singular_value_sd'], statistics.stdev(s[at] for s in some))
          near(row['ratio_to_largest'], statistics.fmean(s[at] / s[0] for s in some), 1e-12)
          near(row['variance_share'], statistics.fmean(
              s[at] ** 2 / math.fsum(v * v for v in s) for s in some), 1e-12)
      for first, last, parameters in ((1, None, []), (2, 6, ['from=2', 'to=6'])):
          rows = query('spectrum-decay', *parameters)
          assert len(rows) == 6
          for row in rows:
              some = groups[tuple(row[k] for k in GROUP)]
              power, exponential = [], []
              for s in some:
                  places = range(first, (last or len(s)) + 1)
                  logs = [math.log(s[i - 1]) for i in places]
                  power.append(line([math.log(i) for i in places], logs))
                  exponential.append(line(list(places), logs))
              assert (row['n'], row['points']) == (9, len(places))
              near(row['power_exponent'], -statistics.fmean(f[0] for f in power))
              near(row['power_exponent_sd'], statistics.stdev(f[0] for f in power))
              near(row['power_r2'], statistics.fmean(f[1] for f in power))
              near(row['exponential_rate'], -statistics.fmean(f[0] for f in exponential))
              near(row['exponential_r2'], statistics.fmean(f[1] for f in exponential))
      """)
  }

  @Test("spectrum-decay are a profile's own where there is no noise")
  func decayOfProfiles() throws {
    try check(
      """
      subprocess.run(['lorabook', 'sweep', '--quiet', '--noise', '0', '--shapes', '20x20', '--ranks', '2',
          '--profiles', 'power:1.2,exp:0.3,flat:2,linear:5:1:4'], check=True, capture_output=True)
      power, exponential, flat, four = query('spectrum-decay')
      near(power['power_exponent'], 1.2); near(power['power_r2'], 1)
      near(exponential['exponential_rate'], 0.3); near(exponential['exponential_r2'], 1)
      assert (power['straighter'], exponential['straighter']) == ('power law', 'exponential')
      near(flat['power_exponent'], 0)
      assert flat['power_r2'] is None and flat['straighter'] is None
      # Behind its four singular values there is rounding alone.
      assert four['points'] == 4
      """)
  }
}
