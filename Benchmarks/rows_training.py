"""Rows on training: the default `lorabook train` beside NumPy's fast forms and PEFT's layer, a step beside C, two
workers beside one, bytes of a curve."""
import math
import os
import sqlite3
from contextlib import closing

from agreement import PEERS
from books import remove
from table import Row, at_most, faster
from timing import Command, Failure, Series, alternate, count, output_of


ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


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


def peft(bench):
    """The default sweep beside PEFT's own layer with torch.optim, of which a sample is timed without its imports."""
    seeds, sampled = bench.scale.signal_seeds, bench.scale.peft_trainings
    book, trainings = bench.path("peft.db"), 624 * bench.scale.signal_seeds
    work = trained(bench, book, seeds)
    output_of(work)
    series = {"ours": Series(), "PEFT": Series()}
    for number in range(bench.scale.rounds):
        lines = output_of([bench.tools.python, PEERS / "peft_signal.py", sampled], ONE_THREAD).splitlines()
        if number == 0:
            expect_same_errors(lines[1:], book)
        series["PEFT"].wall.append(float(lines[0]) * trainings / sampled)
        ours = alternate({"ours": Command(work, prepare=lambda: remove(book))}, 1)["ours"]
        series["ours"].wall += ours.wall
    remove(book)
    return [faster(f"`lorabook train`, {count(trainings)} trainings of 300 steps, recorded",
                   f"PEFT's own layer with torch.optim, one thread, every curve row: {sampled} of them timed without "
                   "imports, times their number", series, "ours", "PEFT", 25)]


def expect_same_errors(lines, book):
    """Whether PEFT's trainings end as ours of seed 0: SGD's with our error, and all that diverged diverged."""
    with closing(sqlite3.connect(book)) as connection:
        ours = {tuple(row[:5]): row[5] for row in connection.execute(
            "SELECT profile, rank, optimizer, rule, learning_rate, final_error FROM trainings WHERE seed = 0")}
    for line in lines:
        profile, rank, optimizer, rule, rate, error = line.split()
        found, known = float(error), ours[profile, int(rank), optimizer, rule, float(rate)]
        if math.isnan(found) != (known is None) or (optimizer == "sgd" and known and abs(found - known) > 1e-9):
            raise Failure(f"PEFT found {line}, and ours is {known!r}")


# Span, rank, and how many steps of SGD and of AdamW take about half a second in C.
STEPS = ((64, 8, 150_000, 50_000), (64, 32, 20_000, 12_000), (1024, 32, 1500, 150))


def steps(bench):
    """A step, from the difference of two runs, beside C and OpenBLAS in the best of three forms; on one processor."""
    pinned = ["taskset", "-c", max(os.sched_getaffinity(0))]
    rows = []
    for span, rank, *counts in STEPS:
        update = bench.path(f"update-{span}-{rank}")
        output_of([bench.tools.python, PEERS / "update.py", span, rank, update])
        for optimizer, many in zip(("sgd", "adamw"), counts):
            many = many if not bench.scale.quick else many // 2
            rows.append(step(bench, pinned, span, rank, optimizer, update, many))
    return rows


def step(bench, pinned, span, rank, optimizer, update, many):
    book, few = bench.path("steps.db"), max(many // 10, 10)

    def ours(number):
        return [*pinned, bench.tools.lorabook, "train", "--quiet", "--jobs", "1", "--db", book, "--seeds", "0",
                "--shapes", f"{span}x{span}", "--profiles", "facts", "--ranks", rank, "--rules", "lora",
                "--optimizers", optimizer, "--learning-rates", "0.01", "--steps", number, "--record", "0"]

    def theirs(form, number):
        return [*pinned, bench.tools.steps, update, form, optimizer, 16 / rank, 0.01, number]

    # Later, rounding that AdamW amplifies shows.
    output_of(ours(50))
    error = answer(book, "SELECT final_error FROM trainings")[0]
    remove(book)
    forms = ["direct", "gram", "svd"] if optimizer == "sgd" else ["direct", "gram"]
    for form in forms:
        found = float(output_of(theirs(form, 50)))
        if abs(found - error) > 1e-9:
            raise Failure(f"C ({form}) ends with the error {found!r}, and ours is {error!r}")
    trials = alternate({form: Command(theirs(form, many)) for form in forms}, 2)
    best = min(forms, key=lambda form: trials[form].median)
    found = alternate({
        ("ours", few): Command(ours(few), prepare=lambda: remove(book)), ("C", few): Command(theirs(best, few)),
        ("ours", many): Command(ours(many), prepare=lambda: remove(book)), ("C", many): Command(theirs(best, many)),
    }, bench.scale.rounds)
    remove(book)
    # Processor time: both have one thread, and others on the machine disturb a difference of few steps less.
    series = {name: Series(wall=[(long - short) / (many - few) for long, short
                                 in zip(found[name, many].cpu, found[name, few].cpu)]) for name in ("ours", "C")}
    return at_most(f"a step of {optimizer}, {span}x{span}, r = {rank}, `--record 0`, processor time, from {count(few)} "
                   f"and {count(many)} steps", f"C + OpenBLAS, one thread, {best} form", series, "ours", "C", 1.3)
