"""Rows on computing: sweeps beside NumPy and C."""
import os

from agreement import expect_same_runs, expect_sums
from books import DENSE, copy, remove
from table import Pace, Row, at_most, faster, told
from timing import Command, Failure, alternate, count, output_of

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
# NumPy's BLAS threads hinder each other on matrices as small as the article's.
NUMPY_SETTINGS = {"one BLAS thread": ONE_THREAD, "its own number of BLAS threads": {}}


def article(bench):
    """The article's grid beside NumPy, looped and by an expert."""
    seeds = bench.scale.article_seeds
    ours = bench.path("article.db")
    sweep = bench.sweep(ours, "--seeds", f"0-{seeds - 1}")
    output_of(sweep)
    numpy, settings = {}, {}
    for method in ("article", "shared", "expert"):
        settings[method] = faster_setting(bench, method)
        numpy[method] = Command(bench.numpy(method, seeds), env=NUMPY_SETTINGS[settings[method]])
        expect_sums(f"NumPy ({method})", output_of(numpy[method].arguments, numpy[method].env), ours)
    series = alternate({"ours": Command(sweep, prepare=lambda: remove(ours)), **numpy}, bench.scale.rounds)
    work = f"article's grid, {count(seeds)} seeds, recorded"

    def beside(method, peer, target=None, first_measured=None):
        peer = f"{peer}, with {settings[method]}"
        row = faster(work if target else "context: the same", peer, series, "ours", method, target)
        if first_measured:
            row.pace = Pace(peer, 1000 * series[method].median / seeds, first_measured)
        return row

    return [beside("article", "the article's method in NumPy, looped: an SVD a run", 35, 13.7),
            beside("expert", "the expert's NumPy", 2.8, 1.1),
            beside("shared", "the looped method with one SVD an update")]


def faster_setting(bench, method):
    """Which of NumPy's settings makes a method faster on a few seeds."""
    series = alternate({setting: Command(bench.numpy(method, bench.scale.trial_seeds), env=env)
                        for setting, env in NUMPY_SETTINGS.items()}, bench.scale.trial_rounds)
    return min(series, key=lambda setting: series[setting].median)


def one_thread(bench):
    """The same with one worker on one processor, beside C and LAPACK on the same, which record nothing."""
    seeds = bench.scale.article_seeds
    ours = bench.path("one-thread.db")
    sweep = bench.sweep(ours, "--seeds", f"0-{seeds - 1}", "--jobs", "1")
    output_of(sweep)
    grid = [bench.tools.grid, seeds]
    expect_sums("C", output_of(grid, ONE_THREAD), ours)
    # One worker has a thread beside it that records, and the peer has none.
    pinned = ["taskset", "-c", max(os.sched_getaffinity(0))]
    series = alternate({
        "ours": Command([*pinned, *sweep], prepare=lambda: remove(ours)),
        "C": Command([*pinned, *grid], env=ONE_THREAD),
        "ours on any": Command(sweep, prepare=lambda: remove(ours)),
        "C on any": Command(grid, env=ONE_THREAD),
    }, 2 * bench.scale.rounds)
    peer = "C + LAPACK, one thread, unrecorded"
    row = at_most(f"`--jobs 1`, article's grid, {count(seeds)} seeds, recorded, on one processor",
                  f"{peer}, on the same processor", series, "ours", "C", 1.1)
    row.pace = Pace(peer, 1000 * series["C"].median / seeds, 0.78)
    return [row, at_most("context: the same on any processors", peer, series, "ours on any", "C on any")]


def large(bench):
    """Large updates beside the expert's NumPy with its BLAS threads."""
    span, seeds = bench.scale.large_shape, bench.scale.large_seeds
    shape = f"{span}x{span}"
    ours = bench.path("large.db")
    sweep = bench.sweep(ours, "--shapes", shape, "--profiles", "facts", "--seeds", f"0-{seeds - 1}")
    output_of(sweep)
    expert = bench.numpy("expert", seeds, span, "facts")
    expect_sums("the expert's NumPy", output_of(expert), ours)
    series = alternate({
        "ours": Command(sweep, prepare=lambda: remove(ours)),
        "expert's": Command(expert),
    }, bench.scale.rounds)
    return [faster(f"{shape}, facts, {seeds} seeds, recorded", "the expert's NumPy with its BLAS threads",
                   series, "ours", "expert's", 2)]


def reuse(bench):
    """4,096 settings of updates that the book knows, beside the same of new ones.

    What recording costs is the CPU time of new ones less that of drawing and solving them alone.
    """
    updates, shape = bench.scale.reused_updates, f"{bench.scale.reused_shape}x{bench.scale.reused_shape}"
    of_updates = ["--shapes", shape, "--seeds", f"0-{updates - 1}"]
    one_run = [*of_updates, "--name", "known", "--profiles", "facts", "--ranks", "1", "--rules", "unit"]
    known, reused, new, drawn = (bench.path(f"reuse-{name}.db") for name in ("known", "reused", "new", "drawn"))
    output_of(bench.sweep(known, *one_run))
    grid = [*DENSE, *of_updates, "--name", "grid"]

    copy(known, reused)
    output_of(bench.sweep(reused, *grid))
    output_of([bench.tools.lorabook, "rm", "known", "--yes", "--db", reused])
    output_of(bench.sweep(new, *grid))
    expect_same_runs("the grid on known updates", reused, new)
    series = alternate({
        "reused": Command(bench.sweep(reused, *grid), prepare=lambda: copy(known, reused)),
        "new": Command(bench.sweep(new, *grid), prepare=lambda: remove(new)),
        "drawing": Command(bench.sweep(drawn, *one_run), prepare=lambda: remove(drawn)),
    }, bench.scale.rounds)
    for book in (known, reused, new, drawn):
        remove(book)
    recording = series["new"].cpu_median - series["drawing"].cpu_median
    if recording <= 0:
        raise Failure("drawing takes as long as drawing and recording")
    ratio = series["reused"].cpu_median / recording
    return [Row(
        f"64 ranks × 16 α × 4 rules on {count(updates)} updates of {shape} in the book",
        "the same on new updates; drawing and solving those alone",
        "CPU time: 1.1× new less drawing at most",
        f"{ratio:.2f}× ({series['new'].median / series['reused'].median:.2f}× faster than new)",
        *told(series, "reused", "new", "drawing"), ratio <= 1.1)]
