"""Holds every named query of each sweep of a book to pandas: query_answers.py BOOK.

pandas reads the views `runs` and `spectra`, and numpy computes by another way than SQL where there is one.
"""
import json
import math
import sqlite3
import subprocess
import sys

import numpy as np
import pandas as pd

PLACE = ["profile", "d", "k", "noise"]
CELL = PLACE + ["rank", "alpha", "rule", "label_scale", "parameter_set_id"]
CONTEST = PLACE + ["rank", "alpha", "parameter_set_id"]

book = sqlite3.connect(sys.argv[1])
every_run = pd.read_sql_query(
    """
    SELECT runs.*, cell.parameter_set_id FROM runs JOIN cell USING (cell_id)
    """, book)
for column in ("error", "truncation_error", "variance_captured", "rank", "alpha", "scale", "label_scale", "d", "k"):
    every_run[column] = every_run[column].astype(float)
for column in ("profile", "rule"):
    every_run[column] = every_run[column].astype(object).where(every_run[column].notna(), None)
every_spectrum = pd.read_sql_query("SELECT * FROM spectra", book)


def query(name, sweep, **parameters):
    words = ["lorabook", "query", name, "--format", "json", "--param", f"sweep={sweep}"]
    for key, value in parameters.items():
        words += ["--param", f"{key}={value}"]
    return json.loads(subprocess.run(words, check=True, capture_output=True).stdout)


def plain(value):
    return None if value is None or value != value else value


def key(row, columns):
    """Settings of a row, in which absent ones are None and equal."""
    return tuple(plain(row[column]) for column in columns)


def groups(frame, columns):
    """Groups by settings, of which absent ones are equal; texts are compared by code points."""
    found = {}
    for at, row in enumerate(frame[columns].itertuples(index=False)):
        found.setdefault(tuple(map(plain, row)), []).append(at)
    return {settings: frame.iloc[places] for settings, places in found.items()}


def near(found, expected, what, tolerance=1e-9, size=None):
    """Expects two numbers to agree, or to differ by no more than `size`."""
    found, expected = plain(found), plain(expected)
    if found is None or expected is None:
        assert found is expected, (what, found, expected)
    else:
        assert isinstance(found, float | int), (what, found, expected)
        if size is None:
            size = 0 if 0 < abs(expected) < 1e-100 else 1e-13
        assert math.isclose(found, expected, rel_tol=tolerance, abs_tol=size), (what, found, expected)


def scaled_sd(values):
    """The standard deviation of numbers whose squares are no doubles."""
    values = values.dropna()
    if len(values) < 2:
        return None
    size = values.abs().max() or 1.0
    return (values / size).std() * size


def mean(values):
    size = values.abs().max()
    return (values / size).mean() * size if size else values.mean()


def rows_by(rows, columns):
    """Rows of an answer by their settings, of which no two are the same."""
    found = {key(row, columns): row for row in rows}
    assert len(found) == len(rows), "two rows of one place"
    return found


def cell_rows(rows, runs):
    """Rows of an answer by their cell's settings, looked up by cell_id."""
    settings = {row.cell_id: key(row._asdict(), CELL) for row in runs[["cell_id"] + CELL].itertuples()}
    found = {settings[row["cell_id"]]: row for row in rows}
    assert len(found) == len(rows), "two rows of one cell"
    for cell, row in found.items():
        assert cell[:4] == key(row, PLACE), (cell, row)
    return found


def error_by_rank(runs, sweep):
    rows = cell_rows(query("error-by-rank", sweep), runs)
    cells = groups(runs, CELL)
    assert rows.keys() == cells.keys()
    for cell, some in cells.items():
        row = rows[cell]
        assert row["n"] == some.error.count()
        assert row["diverged"] == some.error_diverged.count()
        assert row["absent"] == len(some) - row["n"] - row["diverged"]
        near(row["error_mean"], mean(some.error), cell)
        near(row["error_sd"], scaled_sd(some.error), cell)
        near(row["truncation_error_mean"], mean(some.truncation_error), cell)


def error_parts(runs, sweep):
    rows = cell_rows(query("error-parts", sweep), runs)
    cells = groups(runs, CELL)
    assert rows.keys() == cells.keys()
    for cell, some in cells.items():
        row = rows[cell]
        if some.error.abs().max() < 1e100:
            near(row["squared_error"], (some.error**2).mean(), cell)
        if some.error.count() != some.truncation_error.count() or some.error.count() != some.variance_captured.count():
            assert row["squared_truncation"] is None and row["squared_scaling"] is None
            continue
        truncation = (some.truncation_error**2).mean()
        scaling = ((1 - some.scale) ** 2 * some.variance_captured).mean()
        near(row["squared_truncation"], truncation, cell)
        near(row["squared_scaling"], scaling, cell)
        whole = truncation + scaling
        near(row["truncation_share"], truncation / whole if whole else None, cell)


def best_alpha(runs, sweep):
    rows = cell_rows(query("best-alpha", sweep), runs)
    cells = groups(runs, CELL)
    assert rows.keys() == cells.keys()
    is_computed = runs.source.iloc[0] == "sweep"
    for cell, some in cells.items():
        row = rows[cell]
        rank, rule = cell[4], cell[6]
        powers = {"lora": 1, "rslora": 0.5, "unit": None}
        power = powers[rule] if rule in powers else float(rule[6:]) if is_computed else None
        if not is_computed:
            power = None
        near(row["best_alpha"], None if power is None else rank**power, cell)
        near(row["used_error_mean"], mean(some.error), cell)
        near(row["error_mean_at_scale_1"], mean(some.truncation_error) if is_computed else None, cell)


def best_setting(runs, sweep):
    allowed = runs[runs.rule != "unit"]
    rows = rows_by(query("best-setting", sweep, most_rank=4), PLACE)
    allowed = allowed[allowed["rank"] <= 4]
    expected = {}
    for place, some in groups(allowed, PLACE).items():
        cells = groups(some, CELL)
        whole = {cell: mean(each.error) for cell, each in cells.items() if each.error.notna().all()}
        if not whole:
            continue
        least = min(whole.values())
        best = [cell for cell, error in whole.items() if error <= least + 1e-12 * abs(least)]
        row = expected[place] = rows[place]
        near(row["error_mean"], least, place)
        assert key(row, ["rank", "alpha", "rule"]) in [cell[4:7] for cell in best], (place, row, best)
        assert row["equally_good"] == len(best) - 1
        assert row["left_out"] == len(cells) - len(whole)
        chosen = some[some.cell_id == row["cell_id"]]
        near(row["error_mean"], mean(chosen.error), place)
        near(row["error_sd"], scaled_sd(chosen.error), place)
    assert rows.keys() == expected.keys()


def winning_rule(runs, sweep):
    allowed = runs[runs.rule != "unit"].copy()
    allowed["entrant"] = [
        (plain(rule) or "none", plain(scale)) for rule, scale in zip(allowed.rule, allowed.label_scale)]
    rows = {}
    settings = {row.cell_id: key(row._asdict(), CONTEST) for row in runs[["cell_id"] + CONTEST].itertuples()}
    for row in query("winning-rule", sweep):
        rows[settings[row["cell_id"]]] = row
    expected = 0
    for contest, some in groups(allowed, CONTEST).items():
        entrants = list(dict.fromkeys(some.sort_values("cell_id").entrant))
        if len(entrants) < 2:
            assert contest not in rows
            continue
        expected += 1
        row = rows[contest]
        names = [rule for rule, _ in entrants]
        labels = {
            entrant: entrant[0] + (f" (s = {entrant[1]})" if entrant[1] is not None and names.count(entrant[0]) > 1
                                   else "")
            for entrant in entrants}
        compared, left_out = [], 0
        for _, one in some.groupby("update_id"):
            errors = {entrant: each.error for entrant, each in groups(one, ["entrant"]).items()}
            errors = {entrant[0]: values for entrant, values in errors.items()}
            if len(errors) == len(entrants) and all(values.notna().all() for values in errors.values()):
                compared.append({entrant: mean(values) for entrant, values in errors.items()})
            else:
                left_out += 1
        assert (row["seeds"], row["left_out"]) == (len(compared), left_out), (contest, row, len(compared), left_out)
        if not compared:
            assert row["winner"] is None
            continue
        means = {entrant: mean(pd.Series([one[entrant] for one in compared])) for entrant in entrants}
        least = min(means.values())
        winners = [entrant for entrant in entrants if means[entrant] <= least + 1e-9]
        assert row["winner"] == " = ".join(labels[entrant] for entrant in winners), (contest, row, means)
        near(row["error_mean"], least, contest)
        others = [means[entrant] for entrant in entrants if entrant not in winners]
        near(row["runner_up_error_mean"], min(others) if others else None, contest)
        lead = [[entrant for entrant in one if one[entrant] <= min(one.values()) + 1e-9] for one in compared]
        if len(winners) == 1:
            assert row["won"] == sum(names == winners for names in lead), (contest, row)
            assert row["shared"] == sum(winners[0] in names and len(names) > 1 for names in lead), (contest, row)
    assert len(rows) == expected


def rank_for_variance(runs, sweep):
    for share in (0.5, 0.9):
        rows = rows_by(query("rank-for-variance", sweep, share=share), PLACE)
        places = groups(runs, PLACE)
        assert rows.keys() == places.keys()
        for place, some in places.items():
            row = rows[place]
            recorded, found = [], []
            for update, one in some.groupby("update_id"):
                recorded.append(one[one.variance_captured >= share - 1e-12]["rank"].min())
                sigmas = spectrum(update)
                if len(sigmas):
                    tails = np.append(np.cumsum(((sigmas / sigmas[0]) ** 2)[::-1])[::-1], 0)
                    found.append(next(
                        r for r in range(1, len(tails)) if tails[r] <= (1 - share + 1e-12) * tails[0]))
            assert row["updates"] == some.update_id.nunique()
            assert row["spectra"] == len(found)
            near(row["spectrum_rank_mean"], np.mean(found) if found else None, place)
            reached = [rank for rank in recorded if rank == rank]
            assert row["recorded_short"] == len(recorded) - len(reached), (place, row, recorded)
            near(row["recorded_rank_min"], min(reached, default=None), place)
            is_whole = len(reached) == len(recorded)
            near(row["recorded_rank_mean"], np.mean(reached) if is_whole else None, place)
            near(row["recorded_rank_max"], max(reached) if is_whole else None, place)


def spectrum(update):
    values = every_spectrum[every_spectrum.update_id == update].sort_values("position")
    return values.singular_value.to_numpy()


def spectra(runs, sweep):
    """effective-rank, spectrum-by-position and spectrum-decay."""

    def perplexity(weights):
        shares = weights / weights.sum()
        shares = shares[shares > 0]
        return math.exp(-(shares * np.log(shares)).sum())

    def fit(xs, logs):
        slope = np.polyfit(xs, logs, 1)[0]
        return slope

    ranks = rows_by(query("effective-rank", sweep), PLACE)
    positions = rows_by(query("spectrum-by-position", sweep, most=5), PLACE + ["position"])
    decays = rows_by(query("spectrum-decay", sweep, to=6), PLACE)
    places = groups(runs, PLACE)
    assert ranks.keys() == places.keys()
    for place, some in places.items():
        sigmas = [spectrum(update) for update in some.update_id.unique()]
        row = ranks[place]
        assert row["updates"] == len(sigmas)
        sigmas = [values for values in sigmas if len(values)]
        assert row["spectra"] == len(sigmas)
        if not sigmas:
            assert row["stable_rank_mean"] is None and place not in decays
            assert place + (1,) not in positions
            continue
        ratios = [values / values[0] for values in sigmas]
        for name, numbers in (
                ("stable_rank", [(x**2).sum() for x in ratios]),
                ("effective_rank", [perplexity(x**2) for x in ratios]),
                ("effective_rank_of_values", [perplexity(x) for x in ratios])):
            near(row[f"{name}_mean"], np.mean(numbers), place)
            near(row[f"{name}_sd"], np.std(numbers, ddof=1), place, 1e-6, 1e-12)
        for position in range(1, 6):
            row = positions[place + (position,)]
            values = pd.Series([each[position - 1] for each in sigmas])
            assert row["n"] == len(values)
            near(row["singular_value_mean"], mean(values), place)
            near(row["singular_value_sd"], scaled_sd(values), place, 1e-6, 1e-14 * values.max())
            near(row["ratio_to_largest"], np.mean([x[position - 1] for x in ratios]), place)
            near(row["variance_share"], np.mean([x[position - 1] ** 2 / (x**2).sum() for x in ratios]), place)
        fitted = [x[:6][x[:6] > 1e-10] for x in ratios]
        fitted = [x for x in fitted if len(x) > 2]
        near(decays[place]["power_exponent"], np.mean(
            [-fit(np.log(np.arange(1, len(x) + 1)), np.log(x)) for x in fitted]), place, 1e-6)
        near(decays[place]["exponential_rate"], np.mean(
            [-fit(np.arange(1, len(x) + 1), np.log(x)) for x in fitted]), place, 1e-6)


def outliers(runs, sweep):
    rows = {row["run_id"]: row for row in query("outliers", sweep, deviations=1, least_n=3)}
    expected = set()
    for cell, some in groups(runs, CELL).items():
        expected |= set(some[some.error_diverged.notna()].run_id)
        errors = some.error.dropna()
        if len(errors) < 3:
            continue
        median = errors.median()
        mad = (errors - median).abs().median()
        spread = 1.4826 * mad if mad > 1e-9 * abs(median) else 1.2533 * mean((errors - median).abs())
        for run, error in zip(some.run_id, some.error):
            if spread and abs(error - median) / spread > 1 and abs(error - median) > 1e-9 * abs(median):
                expected.add(run)
                near(rows[run]["deviations"], (error - median) / spread, cell)
    assert rows.keys() == expected, (rows.keys() ^ expected)


def disagreeing_repeats(runs, sweep):
    found = {}
    for row in query("disagreeing-repeats", sweep):
        found[tuple(sorted(map(int, row["run_ids"].split(","))))] = row
    told = every_run[every_run.error.notna() | every_run.error_diverged.notna()]
    told = told[told.update_id.isin(runs.update_id) & told.seed.notna()]
    expected = set()
    settings = ["update_id", "rank", "alpha", "rule", "label_scale", "parameter_set_id"]
    for _, some in groups(told, settings).items():
        apart = some.error.max() - some.error.min()
        if len(some) > 1 and (apart > 1e-9 * max(1, abs(some.error.max()))
                              or some.error.count() and some.error_diverged.count()
                              or some.error_diverged.nunique() > 1):
            expected.add(tuple(sorted(some.run_id)))
    assert found.keys() == expected, (len(found), len(expected))


QUESTIONS = (error_by_rank, error_parts, best_alpha, best_setting, winning_rule, rank_for_variance, spectra,
             outliers, disagreeing_repeats)
failures = 0
for (sweep_id, sweep), runs in every_run.groupby(["sweep_id", "sweep"]):
    for question in QUESTIONS:
        try:
            question(runs, sweep_id)
        except (AssertionError, KeyError) as error:
            failures += 1
            print(f"{sweep}: {question.__name__}: {error!r}"[:600])
sys.exit(failures > 0)
