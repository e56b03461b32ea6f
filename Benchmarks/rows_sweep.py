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
    numpy = {
        f"{method}, {setting}": Command(bench.numpy(method, seeds), env=env)
        for method in ("article", "expert") for setting, env in NUMPY_SETTINGS.items()}
    for name, command in numpy.items():
        expect_sums(f"NumPy ({name})", output_of(command.arguments, command.env), ours)
    series = alternate({"ours": Command(sweep, prepare=lambda: remove(ours)), **numpy}, bench.scale.rounds)
    work = f"article's grid, {count(seeds)} seeds, recorded"
    return [*beside_numpy(work, "the article's method in NumPy, looped", "article", series, 35, seeds, 13.7),
            *beside_numpy(work, "the expert's NumPy", "expert", series, 2.8, seeds, 1.1)]


def beside_numpy(work, peer, method, series, target, seeds, first_measured):
    """A row beside the faster of NumPy's settings, and one for context beside the other."""
    fast, slow = sorted(NUMPY_SETTINGS, key=lambda setting: series[f"{method}, {setting}"].median)
    row = faster(work, f"{peer}, with {fast}, which is faster", series, "ours", f"{method}, {fast}", target)
    row.pace = Pace(f"{peer}, with {fast}", 1000 * series[f"{method}, {fast}"].median / seeds, first_measured)
    return [row, faster("context: the same", f"{peer}, with {slow}", series, "ours", f"{method}, {slow}")]


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
