"""Rows on computing: sweeps beside NumPy and C."""
import shutil

from agreement import expect_same_runs, expect_sum, sum_of_errors
from books import DENSE, remove
from table import Row, at_most, faster, told
from timing import Command, Failure, alternate, count, output_of

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


def article(bench):
    """The article's grid beside NumPy, looped and by an expert."""
    seeds = bench.scale.article_seeds
    ours = bench.path("article.db")
    sweep = bench.sweep(ours, "--seeds", f"0-{seeds - 1}")
    output_of(sweep)
    expected = sum_of_errors(ours)
    looped, expert = bench.numpy("article", seeds), bench.numpy("expert", seeds)
    expect_sum("the article's NumPy", output_of(looped), expected)
    expect_sum("the expert's NumPy", output_of(expert), expected)
    series = alternate({
        "ours": Command(sweep, prepare=lambda: remove(ours)),
        "article's": Command(looped),
        "article's on one thread": Command(looped, env=ONE_THREAD),
        "expert's": Command(expert, env=bench.numpy_threads),
    }, bench.scale.rounds)
    work = f"article's grid, {count(seeds)} seeds, recorded"
    # The article's reader runs the script as it is; NumPy's BLAS threads hinder each other on matrices so small.
    one = "article's on one thread"
    return [faster(work, "the article's method in NumPy, looped", series, "ours", "article's", 35),
            Row("context: the same", "the article's method, told to use one BLAS thread", "",
                f"{series[one].median / series['ours'].median:.2f}×", *told(series, "ours", one)),
            faster("the same", "the expert's NumPy", series, "ours", "expert's", 2.8)]


def one_thread(bench):
    """The same with one worker, beside C and LAPACK, which record nothing."""
    seeds = bench.scale.article_seeds
    ours = bench.path("one-thread.db")
    sweep = bench.sweep(ours, "--seeds", f"0-{seeds - 1}", "--jobs", "1")
    output_of(sweep)
    grid = [bench.tools.grid, seeds]
    expect_sum("C", output_of(grid, ONE_THREAD), sum_of_errors(ours))
    series = alternate({
        "ours": Command(sweep, prepare=lambda: remove(ours)),
        "C": Command(grid, env=ONE_THREAD),
    }, 2 * bench.scale.rounds)
    return [at_most(f"`--jobs 1`, article's grid, {count(seeds)} seeds, recorded",
                    "C + LAPACK, one thread, unrecorded", series, "ours", "C", 1.1)]


def large(bench):
    """Large updates beside the expert's NumPy with its BLAS threads."""
    shape, seeds = f"{bench.scale.large_shape}x{bench.scale.large_shape}", bench.scale.large_seeds
    ours = bench.path("large.db")
    sweep = bench.sweep(ours, "--shapes", shape, "--profiles", "facts", "--seeds", f"0-{seeds - 1}")
    output_of(sweep)
    expert = bench.numpy("expert", seeds, shape, "facts")
    expect_sum("the expert's NumPy", output_of(expert), sum_of_errors(ours))
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

    def prepare_reused():
        remove(reused)
        shutil.copyfile(known, reused)

    prepare_reused()
    output_of(bench.sweep(reused, *grid))
    output_of([bench.tools.lorabook, "rm", "known", "--yes", "--db", reused])
    output_of(bench.sweep(new, *grid))
    expect_same_runs("the grid on known updates", reused, new)
    series = alternate({
        "reused": Command(bench.sweep(reused, *grid), prepare=prepare_reused),
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
