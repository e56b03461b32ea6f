"""Rows on training: the default `lorabook train` beside NumPy's fast forms, two workers beside one, bytes of a curve."""
import sqlite3
from contextlib import closing

from agreement import PEERS
from books import remove
from table import Row, faster
from timing import Command, Failure, alternate, count, output_of


def trained(bench, book, seeds, *options):
    """The command that trains `signal` on so many seeds."""
    return [bench.tools.lorabook, "train", "--quiet", "--db", book, "--seeds", f"0-{seeds - 1}", *options]


def answer(book, question):
    with closing(sqlite3.connect(book)) as connection:
        return connection.execute(question).fetchone()


def expect_same_trainings(text, book):
    """Whether NumPy's final errors (SGD, whose late numbers are determined), divergences and points are ours."""
    mean, diverged, points = text.split()
    ours = answer(book, "SELECT avg(final_error) FROM trainings WHERE optimizer = 'sgd'")[0]
    counts = answer(book, "SELECT count(*) FILTER (WHERE status = 'diverged'), (SELECT count(*) FROM curves) FROM trainings")
    if abs(float(mean) - ours) > 1e-9 or counts != (int(diverged), int(points)):
        raise Failure(f"NumPy found {text.strip()}, and ours are {ours!r} {counts[0]} {counts[1]}")


def signal(bench):
    """The default sweep, whole process, beside the reference's fast forms in NumPy, which record nothing."""
    seeds = bench.scale.signal_seeds
    ours, work = bench.path("signal.db"), trained(bench, bench.path("signal.db"), seeds)
    numpy = [bench.tools.python, PEERS / "train_signal.py", seeds]
    output_of(work)
    expect_same_trainings(output_of(numpy), ours)
    series = alternate({"ours": Command(work, prepare=lambda: remove(ours)), "NumPy": Command(numpy)}, bench.scale.rounds)
    remove(ours)
    return [faster(f"`lorabook train`, {count(seeds * 624)} trainings of 300 steps, recorded",
                   "the same in NumPy's fast forms, every curve row, one BLAS thread", series, "ours", "NumPy", 4)]


def workers(bench):
    """The default sweep with two workers and with one."""
    seeds, book = bench.scale.signal_seeds, bench.path("workers.db")
    series = alternate({
        name: Command(trained(bench, book, seeds, "--jobs", jobs), prepare=lambda: remove(book))
        for name, jobs in (("two", "2"), ("one", "1"))}, bench.scale.rounds)
    remove(book)
    return [faster("`lorabook train --jobs 2`", "`--jobs 1`", series, "two", "one", 1.7)]


def curve_point(bench):
    """What a recorded step of a curve takes in the book, all else of its training included."""
    book = bench.path("points.db")
    output_of(trained(bench, book, bench.scale.signal_seeds))
    (points,), size = answer(book, "SELECT count(*) FROM curves"), book.stat().st_size
    remove(book)
    return [Row(f"{count(points)} recorded steps of curves", "", "", f"{size / points:.0f} bytes a step")]
