import Foundation
import TestSupport
import Testing

/// Compares the answers on trainings with independent computations in Python, from the output of
/// `export`.
@Suite("The numbers of a query on trainings")
struct TrainingQueryTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let trained = try scratch.bash(
      """
      lorabook train --quiet --seeds 0-3 --shapes 12x10 --ranks 1,2,4,8 --rules lora,rslora,power:0.75 \
        --inits kaiming,gaussian --learning-rates 1e-3:1:3 --steps 40 --profiles style,facts
      lorabook export --table trainings -o trainings.csv && lorabook export --table curves -o curves.csv
      """)
    #expect(trained.status == 0, "\(trained.errors)")
    try scratch.write(Self.prelude, to: "prelude.py")
  }

  private static let prelude = """
    import csv, json, math, statistics, subprocess
    from collections import defaultdict

    def read(name):
        rows = []
        for row in csv.DictReader(open(name, newline='')):
            for key, value in row.items():
                try: row[key] = float(value)
                except ValueError: row[key] = value or None
            rows.append(row)
        return rows

    def query(name, *parameters):
        words = ['lorabook', 'query', name, '--format', 'json']
        for parameter in parameters: words += ['--param', parameter]
        return json.loads(subprocess.run(words, check=True, capture_output=True).stdout)

    def near(a, b, tolerance=1e-9):
        assert (a is None) == (b is None) and (a is None or abs(a - b) <= tolerance * max(1, abs(b))), (a, b)

    GROUP = ('profile', 'alpha', 'rule', 'optimizer', 'init')
    trainings, curves = read('trainings.csv'), read('curves.csv')
    first = {row['run_id']: row for row in curves if row['step'] == 0}
    cells = defaultdict(lambda: defaultdict(dict))
    for row in trainings:
        cells[tuple(row[k] for k in GROUP) + (row['rank'],)][row['learning_rate']][row['seed']] = row

    def of(row): return tuple(row[k] for k in GROUP) + (row['rank'],)
    def share(run): return 0 if run['status'] == 'diverged' else run['share']
    def best(rates):
        known = [(statistics.fmean(r['final_loss'] for r in runs.values()), rate)
                 for rate, runs in sorted(rates.items())
                 if all(r['status'] != 'diverged' for r in runs.values())]
        return min(known)[1] if known else None
    def mean_share(runs): return statistics.fmean(share(r) for r in runs.values())
    def slope(points):
        points = [(math.log(x), math.log(y)) for x, y in points if y > 0]
        if len(points) < 2: return None
        mx, my = (statistics.fmean(c) for c in zip(*points))
        return sum((x - mx) * (y - my) for x, y in points) / sum((x - mx) ** 2 for x, _ in points)
    def sd(values): return statistics.stdev(values) if len(values) > 1 else None

    """

  private func check(_ program: String) throws {
    try scratch.write(Self.prelude + program + "\nprint('checked')\n", to: "check.py")
    let result = try scratch.bash("python3 check.py")
    #expect(result.output == "checked\n", "\(result.errors)")
  }

  @Test("best-learning-rate is the least mean loss, with the range around it")
  func bestRates() throws {
    try check(
      """
      rows = query('best-learning-rate')
      assert len(rows) == len(cells) == 2 * 4 * 3 * 2 * 2
      edges = 0
      for row in rows:
          rates = cells[of(row)]
          grid, rate = sorted(rates), best(rates)
          assert (row['n'], row['rates'], row['best_learning_rate']) == (4, 10, rate), row
          assert row['at_edge'] == (rate in (grid[0], grid[-1]))
          edges += row['at_edge']
          top, low, high = mean_share(rates[rate]), grid.index(rate), grid.index(rate)
          while low > 0 and mean_share(rates[grid[low - 1]]) >= 0.9 * top: low -= 1
          while high < 9 and mean_share(rates[grid[high + 1]]) >= 0.9 * top: high += 1
          assert (row['usable_low'], row['usable_high']) == (grid[low], grid[high]), row
          near(row['usable_decades'], math.log10(grid[high] / grid[low]))
          stable = [r for r in grid if all(x['status'] == 'learned' for x in rates[r].values())]
          assert row['largest_stable_learning_rate'] == max(stable)
          assert row['diverged_rates'] == sum(
              any(x['status'] == 'diverged' for x in rates[r].values()) for r in grid)
          for column, name in (('final_loss_mean', 'final_loss'), ('final_error_mean', 'final_error'),
                               ('best_error_mean', 'best_error')):
              near(row[column], statistics.fmean(x[name] for x in rates[rate].values()))
          near(row['share_mean'], top)
          inside = [(key[-1], best(some)) for key, some in cells.items() if key[:-1] == of(row)[:-1]]
          near(row['rate_power'], slope([(r, x) for r, x in inside if x not in (grid[0], grid[-1])]))
          p = {'lora': 1, 'rslora': 0.5, 'power:0.75': 0.75}[row['rule']]
          theory = p if row['optimizer'] == 'sgd' else {'lora': 0, 'rslora': -0.25}.get(row['rule'])
          near(row['rate_power_theory'], theory)
      assert 0 < edges < len(rows)
      """)
  }

  @Test("learning-rate-transfer is what each seed loses at the kept rate")
  func transfer() throws {
    try check(
      """
      lost = 0
      for start in (1, 8):
          rows = query('learning-rate-transfer', *([] if start == 1 else ['from_rank=8']))
          assert len(rows) == len(cells)
          for row in rows:
              rates = cells[of(row)]
              kept, own = best(cells[of(row)[:-1] + (start,)]), best(rates)
              assert (row['from_rank'], row['kept_learning_rate'], row['best_learning_rate']) == (start, kept, own)
              losses = [1 - share(rates[kept][seed]) / share(run)
                        for seed, run in rates[own].items() if share(run) > 0]
              assert row['n'] == len(losses) == 4
              near(row['transfer_loss_mean'], statistics.fmean(losses))
              near(row['transfer_loss_sd'], sd(losses))
              near(row['transfer_loss_max'], max(losses))
              assert row['kept_diverged'] == sum(r['status'] == 'diverged' for r in rates[kept].values())
              lost += row['kept_diverged']
              if row['rank'] == start: assert row['transfer_loss_mean'] == 0
              assert start == 1 or lost > 0
      """)
  }

  @Test("learning-signal is the first row of each curve, and its powers are fitted")
  func signal() throws {
    try check(
      """
      rows = query('learning-signal')
      assert len(rows) == len(cells)
      def at(key):
          rates = cells[key]
          runs = [first[r['run_id']] for r in rates[min(rates)].values()]
          return ([r['grad_norm_b'] for r in runs], [r['step_gain'] / r['learning_rate'] for r in runs],
                  [r['loss'] for r in runs])
      for row in rows:
          norms, gains, losses = at(of(row))
          near(row['grad_norm_b_mean'], statistics.fmean(norms)); near(row['grad_norm_b_sd'], sd(norms))
          near(row['gain_per_rate_mean'], statistics.fmean(gains)); near(row['gain_per_rate_sd'], sd(gains))
          assert row['signal_learning_rate'] == 0.001
          variance = 1 / 30 if row['init'] == 'kaiming' else 1 / row['rank'] ** 2
          near(row['grad_norm_b_expected'], statistics.fmean(
              row['scale'] * math.sqrt(row['rank'] * variance * 2 * loss) for loss in losses))
          keys = [key for key in cells if key[:-1] == of(row)[:-1]]
          near(row['grad_norm_power'], slope([(k[-1], statistics.fmean(at(k)[0])) for k in keys]))
          near(row['gain_power'], slope([(k[-1], statistics.fmean(at(k)[1])) for k in keys]))
          p, q = {'lora': 1, 'rslora': 0.5, 'power:0.75': 0.75}[row['rule']], -2 if row['init'] == 'gaussian' else 0
          near(row['grad_norm_power_theory'], 0.5 + q / 2 - p)
          near(row['gain_power_theory'], 1 + q - 2 * p if row['optimizer'] == 'sgd' else 1 + q / 2 - p)
      """)
  }

  @Test("rules-at-best-rate compares pairs at one rate and at the best ones")
  func rules() throws {
    try check(
      """
      for given in (None, 0.1):
          rows = query('rules-at-best-rate', *([] if given is None else ['learning_rate=0.1']))
          # Two other rules beside the first, at one rate and at best ones.
          assert len(rows) == 2 * 4 * 2 * 2 * 2 * 2
          for row in rows:
              def key(rule, rank=None):
                  return (row['profile'], row['alpha'], rule, row['optimizer'], row['init'], rank or row['rank'])
              one, two = cells[key('lora')], cells[key(row['second_rule'])]
              assert row['first_rule'] == 'lora'
              if row['rate_choice'] == 'same':
                  x = y = given or best(cells[key('lora', 1)])
              else: x, y = best(one), best(two)
              assert (row['first_learning_rate'], row['second_learning_rate']) == (x, y)
              pairs = [(one[x][s], two[y][s]) for s in one[x]
                       if 'diverged' not in (one[x][s]['status'], two[y][s]['status'])]
              differences = [b['final_error'] - a['final_error'] for a, b in pairs]
              assert row['pairs'] == len(pairs)
              near(row['final_error_difference_mean'], statistics.fmean(differences) if pairs else None)
              near(row['final_error_difference_sd'], sd(differences))
              near(row['first_final_error_mean'], statistics.fmean(a['final_error'] for a, _ in pairs) if pairs else None)
              near(row['second_wins'], statistics.fmean(
                  1 if d < 0 else 0.5 if d == 0 else 0 for d in differences) if pairs else None)
              assert row['second_diverged'] == sum(r['status'] == 'diverged' for r in two[y].values())
              steps = [(a['steps_to_90'], b['steps_to_90']) for a, b in zip(one[x].values(), two[y].values())
                       if None not in (a['steps_to_90'], b['steps_to_90'])]
              assert row['step_pairs'] == len(steps)
              near(row['steps_to_90_difference_mean'], statistics.fmean(b - a for a, b in steps) if steps else None)
          assert not given or any(row['second_diverged'] for row in rows if row['rate_choice'] == 'same')
      """)
  }

  @Test("learning-rates and training-curve are means over seeds")
  func means() throws {
    try check(
      """
      rows = query('learning-rates')
      assert len(rows) == sum(len(rates) for rates in cells.values())
      for row in rows:
          runs = cells[of(row)][row['learning_rate']]
          near(row['share_mean'], mean_share(runs)); near(row['share_sd'], sd([share(r) for r in runs.values()]))
          assert row['diverged'] == sum(r['status'] == 'diverged' for r in runs.values())
      steps = defaultdict(dict)
      for row in curves: steps[row['run_id']][row['step']] = row
      rows = query('training-curve', 'optimizer=adamw', 'profile=facts')
      assert len(rows) == 4 * 3 * 2 * 12
      for row in rows:
          rates = cells[of(row)]
          assert row['learning_rate'] == best(rates)
          points = [steps[r['run_id']][row['step']]['error'] for r in rates[row['learning_rate']].values()]
          near(row['error_mean'], statistics.fmean(points)); near(row['error_sd'], sd(points))
      rows = query('training-curve', 'learning_rate=1', 'rank=8', 'optimizer=sgd')
      assert rows and all(row['learning_rate'] == 1 and row['rank'] == 8 for row in rows)
      """)
  }

  @Test("compare gives pairs at each rate, and each side at its best one")
  func compared() throws {
    try check(
      """
      def compare(*words):
          text = subprocess.run(['lorabook', 'compare', 'latest', '--format', 'csv', *words], check=True,
                                capture_output=True, text=True).stdout
          return [{k: (float(v) if k not in ('profile', 'rule', 'optimizer', 'init', 'rate_choice', 'metric')
                       and v else v or None) for k, v in row.items()} for row in csv.DictReader(text.splitlines())]
      rows = compare('--by', 'rule')
      by_choice = defaultdict(list)
      for row in rows: by_choice[row['rate_choice']].append(row)
      # Profiles × ranks × optimizers × inits, and the ten rates.
      assert {k: len(v) for k, v in by_choice.items()} == {'same': 2 * 4 * 2 * 2 * 10, 'best': 2 * 4 * 2 * 2}
      for row in rows:
          def cell(rule): return cells[(row['profile'], row['alpha'], rule, row['optimizer'], row['init'], row['rank'])]
          one, two = cell('lora'), cell('rslora')
          x, y = row['lora_learning_rate'], row['rslora_learning_rate']
          if row['rate_choice'] == 'best': assert (x, y) == (best(one), best(two)), row
          else: assert x == y == row['power:0.75_learning_rate']
          differences = [two[y][s]['final_error'] - one[x][s]['final_error'] for s in one[x]
                         if 'diverged' not in (one[x][s]['status'], two[y][s]['status'])]
          assert row['rslora_pairs'] == len(differences)
          near(row['rslora_mean_difference'], statistics.fmean(differences) if differences else None)
          assert row['rslora_diverged'] == sum(r['status'] == 'diverged' for r in two[y].values())
      rows = compare('--by', 'optimizer')
      assert {row['rate_choice'] for row in rows} == {'same', 'best'}
      for row in rows:
          if row['rate_choice'] == 'best':
              key = (row['profile'], row['alpha'], row['rule'])
              one = cells[key + ('sgd', row['init'], row['rank'])]
              two = cells[key + ('adamw', row['init'], row['rank'])]
              x, y = best(one), best(two)
              assert (row['sgd_learning_rate'], row['adamw_learning_rate']) == (x, y) and row['pairs'] == 4
              near(row['mean_difference'], statistics.fmean(
                  two[y][s]['final_error'] - one[x][s]['final_error'] for s in one[x]))
      rows = compare('--by', 'learning_rate')
      assert 'rate_choice' not in rows[0] and '0.01_mean' in rows[0]
      text = subprocess.run(['lorabook', 'compare', 'latest'], check=True, capture_output=True, text=True).stdout
      assert 'at one learning rate: ' in text and 'each side at its best learning rate: ' in text
      assert 'The intervals ignore that the rates were chosen.' in text
      """)
  }
}
