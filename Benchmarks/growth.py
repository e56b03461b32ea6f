"""How cost grows: with seeds, shape, jobs, and the runs in the book."""
from books import remove
from table import Growth
from timing import Command, alternate, count, say


def seeds(bench):
    """Seconds of the article's grid against its seeds."""
    book = bench.path("growth.db")
    x = bench.scale.growth_seeds
    medians = []
    for number in x:
        command = Command(bench.sweep(book, "--seeds", f"0-{number - 1}"), prepare=lambda: remove(book))
        medians.append(alternate({f"{count(number)} seeds": command}, rounds_for(bench, number, x)).popitem()[1].median)
    remove(book)
    return Growth("Seconds against seeds (the article's grid, recorded)", "seeds", list(x), {
        "seconds": medians, "ms a seed": [1000 * m / n for m, n in zip(medians, x)]})


def shape(bench):
    """Seconds an update against its shape."""
    book = bench.path("growth.db")
    x = bench.scale.growth_shapes
    per_update, updates = [], []
    for d in x:
        # As much work as keeps the start of the process small beside it.
        number = max(2, min(1024, (x[-1] // d) ** 3))
        command = Command(
            bench.sweep(book, "--shapes", f"{d}x{d}", "--profiles", "facts", "--seeds", f"0-{number - 1}"),
            prepare=lambda: remove(book))
        series = alternate({f"{number} updates of {d}x{d}": command}, rounds_for(bench, d, x))
        per_update.append(series.popitem()[1].median / number)
        updates.append(number)
    remove(book)
    return Growth("Seconds an update against its shape (facts, all cores, recorded)", "d = k", list(x), {
        "seconds an update": per_update, "ns an entry": [1e9 * t / d**2 for t, d in zip(per_update, x)]},
        "Updates timed: " + ", ".join(f"{n} of {d}x{d}" for n, d in zip(updates, x)) + ".")


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
        "seconds": medians, "times as fast": [medians[0] / m for m in medians]})


def runs(bench):
    """What books of more and more runs cost to record, to ask and to export."""
    books = [bench.small_book(number) for number in bench.scale.growth_runs]
    questions = {
        "`ls`": (["ls"], 10), "`show`": (["show", "latest"], 10),
        "`compare`": (["compare", "latest"], 1), "`export`": (["export"], 1),
    }
    series = {"recording": [book.seconds for book in books]}
    for name, (arguments, repeats) in questions.items():
        say(f"    {name}")
        series[name] = []
        for book in books:
            command = Command([bench.tools.lorabook, *arguments, "--db", book.path])
            series[name].append(alternate({f"{count(book.runs)} runs": command}, 3, repeats).popitem()[1].median)
    series["MB"] = [book.path.stat().st_size / 1e6 for book in books]
    return Growth("Seconds against runs in the book (24 cells of 16x16, recorded once, the others thrice)", "runs",
                  [book.runs for book in books], series)


def rounds_for(bench, x, all_x):
    """The largest ones are few."""
    return 3 if x == max(all_x) else bench.scale.rounds
