"""For context: trackers logging the runs of the article's grid, as their users would."""
from agreement import PEERS, expect_sums
from books import remove
from table import Row, told
from timing import Command, alternate, count, output_of

VERSION = "import {0}; print({0}.__version__)"


def mlflow(bench):
    return tracker(bench, "MLflow", "mlflow", "mlflow.db", "into its SQLite store")


def trackio(bench):
    return tracker(bench, "trackio", "trackio", "trackio", "into its own store")


def tracker(bench, name, package, store, where):
    """The tracker's runs a second; its store is there before, as a user's is."""
    seeds = bench.scale.tracker_seeds
    try:
        version = output_of([bench.tools.python, "-c", VERSION.format(package)])
    except Exception:
        return [Row(f"context: {name}", "could not be installed from PyPI")]
    store, ours = bench.path(store), bench.path("tracked.db")
    script = PEERS / f"{package}_log.py"
    sweep = bench.sweep(ours, "--seeds", f"0-{seeds - 1}")
    output_of([bench.tools.python, script, store, 1])
    remove(ours)
    output_of(bench.sweep(ours, "--seeds", "0-0"))
    expect_sums(name, output_of([bench.tools.python, script, store]), ours)
    series = alternate({
        "ours": Command(sweep, prepare=lambda: remove(ours)),
        name: Command([bench.tools.python, script, store, seeds]),
    }, bench.scale.rounds)
    remove(ours)
    ratio = series[name].median / series["ours"].median
    return [Row(f"context: {count(24 * seeds)} runs of the article's grid, recorded",
                f"{name} {version} logging the same runs {where}", "", f"{ratio:.0f}×", *told(series, "ours", name))]
