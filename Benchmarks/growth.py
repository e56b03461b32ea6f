"""How cost grows: with seeds, shape, jobs, and the runs in the book."""
import statistics

from books import copy, remove
from table import Growth
from timing import Command, alternate, count, once, say, seconds

# What takes longer, in seconds, is not run as often.
LONG = 30
FEW = 3


class Rounds:
    """Times commands alone, and knows which of them had fewer rounds than others."""

    def __init__(self, bench):
        self.usual = bench.scale.rounds
        self.fewer = []

    def median(self, label, command, runs=1):
        """The median seconds of a command."""
        walls, rounds = [], self.usual
        while len(walls) < rounds * runs:
            walls += once(command, runs)[0]
            if rounds > FEW and statistics.median(walls) > LONG:
                rounds = FEW
                self.fewer.append(f"{rounds} for {label}")
            say(f"    {label}: {seconds(walls[-1])}")
        return statistics.median(walls)

    def note(self, more=""):
        """How many rounds there were, in words; `more` names others that had fewer."""
        fewer = [*self.fewer, *([more] if more else [])]
        return f"Medians of {self.usual} rounds" + (
            f"; where one takes more than {LONG} s, of fewer: {', '.join(fewer)}." if fewer else ".")


def seeds(bench):
    """Seconds of the article's grid against its seeds."""
    book, rounds = bench.path("growth.db"), Rounds(bench)
    x = bench.scale.growth_seeds
    medians = [
        rounds.median(f"{count(number)} seeds",
                      Command(bench.sweep(book, "--seeds", f"0-{number - 1}"), prepare=lambda: remove(book)))
        for number in x]
    remove(book)
    return Growth("Seconds against seeds (the article's grid, recorded)", "seeds", list(x), {
        "seconds": medians, "ms a seed": [1000 * m / n for m, n in zip(medians, x)]}, rounds.note())


def shape(bench):
    """Seconds an update against its shape."""
    book, rounds = bench.path("growth.db"), Rounds(bench)
    x = bench.scale.growth_shapes
    # As much work as keeps the start of the process small beside it.
    updates = [max(2, min(1024, (x[-1] // d) ** 3)) for d in x]
    per_update = []
    for d, number in zip(x, updates):
        command = Command(
            bench.sweep(book, "--shapes", f"{d}x{d}", "--profiles", "facts", "--seeds", f"0-{number - 1}"),
            prepare=lambda: remove(book))
        per_update.append(rounds.median(f"{number} updates of {d}x{d}", command) / number)
    remove(book)
    timed = "Updates timed: " + ", ".join(f"{n} of {d}x{d}" for n, d in zip(updates, x)) + "."
    return Growth("Seconds an update against its shape (facts, all cores, recorded)", "d = k", list(x), {
        "seconds an update": per_update, "ns an entry": [1e9 * t / d**2 for t, d in zip(per_update, x)]},
        f"{rounds.note()} {timed}")


def jobs(bench):
    """Seconds of the article's grid against the workers."""
    book = bench.path("growth.db")
    number = bench.scale.growth_job_seeds
    commands = {
        str(n): Command(bench.sweep(book, "--seeds", f"0-{number - 1}", "--jobs", str(n)), prepare=lambda: remove(book))
        for n in (1, 2)}
    series = alternate(commands, bench.scale.rounds)
    remove(book)
    medians = [s.median for s in series.values()]
    return Growth(f"Seconds against jobs (the article's grid, {count(number)} seeds, recorded)", "jobs", [1, 2], {
        "seconds": medians, "times as fast": [medians[0] / m for m in medians]},
        f"Medians of {bench.scale.rounds} rounds, in turns.")


def runs(bench):
    """What books of more and more runs cost to make, to ask, to export and to add to."""
    books = [bench.small_book(number) for number in bench.scale.growth_runs]
    changed, rounds = bench.path("growth.db"), Rounds(bench)
    more_seeds = bench.scale.growth_more_seeds
    questions = {
        "`ls`": (["ls"], 10), "`show`": (["show", "latest"], 10),
        "`compare`": (["compare", "latest"], 1), "`export`": (["export"], 1),
    }
    changes = {
        f"{count(more_seeds)} seeds more": bench.sweep(changed, "--seeds", f"0-{more_seeds - 1}"),
        "`log` of a run": [
            bench.tools.lorabook, "log", "--db", changed, "--sweep", "training", "--seed", "1", "--shape", "64x64",
            "--profile", "layer", "--rank", "8", "--alpha", "16", "--rule", "lora", "--error", "0.31"],
    }
    series = {name: [] for name in ("making it", *questions, *changes)}
    once_only = []
    for number, book in zip(bench.scale.growth_runs, books):
        label = f"{count(book.runs)} runs"
        if book.seconds > LONG:
            series["making it"].append(book.seconds)
            once_only.append(f"1 for making {label}")
        else:
            again = Command(bench.small_sweep(changed, number), prepare=lambda: remove(changed))
            series["making it"].append(rounds.median(f"making {label}", again))
        for name, (arguments, repeats) in questions.items():
            command = Command([bench.tools.lorabook, *arguments, "--db", book.path])
            series[name].append(rounds.median(f"{name} on {label}", command, repeats))
        for name, arguments in changes.items():
            command = Command(arguments, prepare=lambda: copy(book.path, changed))
            series[name].append(rounds.median(f"{name} beside {label}", command))
    remove(changed)
    series["MB"] = [book.path.stat().st_size / 1e6 for book in books]
    return Growth("Seconds against runs in the book (24 cells of 16x16)", "runs", [book.runs for book in books], series,
                  f"{rounds.note(', '.join(once_only))} Seeds more are the article's grid, new to the book, which is "
                  "put back before each of those and before each `log`.")
