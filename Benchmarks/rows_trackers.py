"""For context: trackers logging the runs of the article's grid, as their users would."""
import importlib.metadata
import shutil

from agreement import PEERS, expect_sums
from books import remove
from table import Row, told
from timing import Command, alternate, count, output_of

# Nothing is sent, and nothing asked of a network.
OFFLINE = {
    "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
}


def mlflow(bench):
    return tracker(bench, "MLflow", "mlflow", "mlflow-skinny", "into its SQLite store")


def trackio(bench):
    return tracker(bench, "trackio", "trackio", "trackio", "into its own store")


def tracker(bench, name, program, package, where):
    """The tracker's time a run; its store is there before each round and holds one seed's, as a user's holds some."""
    seeds = bench.scale.tracker_seeds
    try:
        version = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return [Row(f"context: {name}", "could not be installed from PyPI")]
    made, store, ours = bench.path(f"{program}-made"), bench.path(program), bench.path("tracked.db")
    log = [bench.tools.python, PEERS / f"{program}_log.py"]
    made.mkdir()
    output_of(bench.sweep(ours, "--seeds", "0-0"))
    expect_sums(name, output_of([*log, made, 1, "sum"], OFFLINE), ours)

    def restore():
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(made, store)

    series = alternate({
        "ours": Command(bench.sweep(ours, "--seeds", f"0-{seeds - 1}"), prepare=lambda: remove(ours)),
        name: Command([*log, store, seeds], prepare=restore, env=OFFLINE),
    }, bench.scale.tracker_rounds)
    remove(ours)
    ratio = series[name].median / series["ours"].median
    return [Row(f"context: {count(24 * seeds)} runs of the article's grid, recorded",
                f"{name} {version} logging the same runs {where}", "", f"{ratio:.0f}× as fast",
                *told(series, "ours", name))]
