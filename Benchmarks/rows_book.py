"""Rows on the book: recording, CSV in and out, listing, start-up, size, memory."""
from agreement import PEERS, expect_same_csv, expect_same_runs
from books import copy, remove
from table import Row, at_most, faster
from timing import Command, Failure, alternate, count, output_of, say, seconds

MEGABYTE = 1_000_000
# Of a run of the article's grid in the first book.
FIRST_BYTES = 188
# Ten times as many runs may take this many times the memory.
FLAT = 1.25


def recording(bench):
    """Many runs through the store, beside the same rows from C. Both are given the spectra."""
    ours, theirs = bench.path("recorded.db"), bench.path("recorded-by-c.db")
    sweep = bench.sweep(ours, *bench.dense_options)
    record = [bench.tools.record, theirs, bench.spectra, 64, PEERS / "record-settings.sql", PEERS / "runs-table.sql",
              PEERS / "record-run.sql"]

    output_of(record)
    expect_same_runs("C", theirs, bench.dense_book)
    series = alternate({
        "ours": Command(sweep, prepare=lambda: copy(bench.known_updates, ours)),
        "C": Command(record, prepare=lambda: remove(theirs)),
    }, bench.scale.rounds)
    remove(ours)
    remove(theirs)
    row = at_most(f"{count(bench.dense_runs)} runs recorded through the store (4,096 of each of "
                  f"{count(bench.scale.dense_updates)} known updates)",
                  "the same rows from C, prepared, a transaction for 524,288", series, "ours", "C", 1.25)
    pace = " · ".join(f"{bench.dense_runs / series[name].median / 1e6:.2f}" for name in ("ours", "C"))
    row.times += f" ({pace} million rows a second)"
    return [row]


def csv_out(bench):
    """Runs to CSV, beside the SQLite shell's of the same view."""
    ours, theirs = bench.path("ours.csv"), bench.path("theirs.csv")
    export = Command([bench.tools.lorabook, "export", "--db", bench.dense_book], output=ours)
    shell = Command(["sqlite3", "-readonly", "-csv", "-header", bench.dense_book, f".read {PEERS / 'export.sql'}"],
                    output=theirs)
    for command in (export, shell):
        alternate({"once": command}, 1)
    say("    comparing every field")
    rows = expect_same_csv(ours, theirs, bench.dense_book)
    if rows != bench.dense_runs:
        raise Failure(f"the CSV files have {count(rows)} rows")
    series = alternate({"ours": export, "the shell": shell}, bench.scale.rounds)
    ours.unlink()
    theirs.unlink()
    return [faster(f"{count(rows)} runs to CSV, 17 digits", "the SQLite shell's CSV of the same view, 15 digits",
                   series, "ours", "the shell", 3)]


def csv_in(bench):
    """Runs from CSV, beside the SQLite shell's `.import`: into new files, and for context into files that exist."""
    ours, theirs = bench.path("imported.db"), bench.path("imported-by-shell.db")
    book, table = bench.path("there.db"), bench.path("there-for-shell.db")
    output_of(bench.sweep(book, "--name", "there"))
    make_table = f".read {PEERS / 'runs-table.sql'}"
    output_of(["sqlite3", table, make_table])
    command = [bench.tools.lorabook, "import", bench.dense_csv, "--db", ours]
    fill_table = [".mode csv", f'.import --skip 1 "{bench.dense_csv}" runs']
    fill, make_and_fill = ["sqlite3", theirs, *fill_table], ["sqlite3", theirs, make_table, *fill_table]
    _, peak = bench.peak_memory(command)
    expect_same_runs("import", ours, bench.dense_book)
    copy(book, ours)
    _, peak_there = bench.peak_memory(command)
    output_of([bench.tools.lorabook, "rm", "there", "--yes", "--db", ours])
    expect_same_runs("import into a book that exists", ours, bench.dense_book)
    output_of(make_and_fill)
    expect_same_runs("the shell's .import", theirs, bench.dense_book)
    series = alternate({
        "ours": Command(command, prepare=lambda: remove(ours)),
        "the shell": Command(make_and_fill, prepare=lambda: remove(theirs)),
        "ours, there": Command(command, prepare=lambda: copy(book, ours)),
        "the shell, there": Command(fill, prepare=lambda: copy(table, theirs)),
    }, bench.scale.rounds)
    for file in (ours, theirs, book, table):
        remove(file)
    work = f"{count(bench.dense_runs)} runs from CSV"
    return [faster(work, "the SQLite shell's `.import` into the same columns", series, "ours", "the shell", 1.5),
            faster("context: the same into a book that holds a sweep", "`.import` into a table that exists", series,
                   "ours, there", "the shell, there"),
            Row("context: peak memory of that import", "of the one into a new book", "", f"{peak_there / peak:.2f}×",
                megabytes(peak_there, peak))]


def listing(bench):
    """`ls` and `show` of a large book, beside those of one of a single seed of the same grid."""
    many, few = bench.small_book(bench.scale.many_runs), bench.small_book(24)
    rows = []
    for name, arguments in (("ls", ["ls"]), ("show", ["show", "latest"])):
        command = {
            key: Command([bench.tools.lorabook, *arguments, "--db", book.path])
            for key, book in (("many", many), ("few", few))}
        lines = {key: len(output_of(c.arguments).splitlines()) for key, c in command.items()}
        if lines["many"] != lines["few"] or lines["few"] < 2:
            raise Failure(f"{name} prints {lines['many']} lines and {lines['few']}")
        series = alternate(command, bench.scale.rounds, runs=20)
        rows.append(at_most(
            f"`{name}` on {count(many.runs)} runs", f"the same on {few.runs}", series, "many", "few", 1.5))
    return rows


def startup(bench):
    """Starting, beside the SQLite shell."""
    series = alternate({
        "ours": Command([bench.tools.lorabook, "--version"]),
        "the shell": Command(["sqlite3", "--version"]),
    }, 4 * bench.scale.rounds, runs=25)
    return [at_most("start-up: `lorabook --version`", "`sqlite3 --version`", series, "ours", "the shell", 3)]


def size(bench):
    """Bytes a run, beside the same rows in tables of the first schema."""
    seeds = bench.scale.size_seeds
    book, first = bench.path("size.db"), bench.path("first.db")
    remove(book)
    output_of(bench.sweep(book, "--seeds", f"0-{seeds - 1}"))
    remove(first)
    output_of(["sqlite3", first, f".read {PEERS.parents[1] / 'migrations' / '0001_book.sql'}",
               "ATTACH '{}' AS packed".format(str(book).replace("'", "''")), f".read {PEERS / 'first-book.sql'}"])
    expect_same_runs("the book of the first schema", first, book)
    now, then = (path.stat().st_size / (24 * seeds) for path in (book, first))
    many = bench.small_book(bench.scale.many_runs)
    others = [(bench.dense_book, bench.dense_runs, "4,096 runs an update of 64x64"),
              (many.path, many.runs, "12 runs an update of 16x16")]
    others = "; ".join(
        f"{path.stat().st_size / runs:.1f} with {what}, {count(runs)} runs" for path, runs, what in others)
    return [Row(f"a book of the article's grid, {count(seeds)} seeds: bytes a run, all indexes and spectra in",
                f"the first book's {FIRST_BYTES}; these rows in its schema take {then:.1f}",
                f"{FIRST_BYTES // 2} bytes at most (half of the first, {FIRST_BYTES})", f"{now / FIRST_BYTES:.2f}×",
                f"{now:.1f} bytes", holds=now <= FIRST_BYTES / 2),
            Row("context: bytes a run of other books", "", times=others)]


def memory(bench):
    """Peak memory of a sweep, an export and an import of many runs, and of a tenth of them."""
    measured = {"sweep": [], "export": [], "import": []}
    sizes = (bench.scale.many_runs // 10, bench.scale.many_runs)
    table, imported = bench.path("memory.csv"), bench.path("memory.db")
    for runs in sizes:
        book = bench.small_book(runs)
        measured["sweep"].append((book.seconds, book.peak))
        for name, arguments, output in (
            ("export", ["export", "--db", book.path], table),
            ("import", ["import", table, "--db", imported], "/dev/null"),
        ):
            say(f"    {name} of {count(book.runs)} runs")
            remove(imported)
            measured[name].append(bench.peak_memory([bench.tools.lorabook, *arguments], output))
        expect_same_runs("import", imported, book.path)
        remove(imported)
        table.unlink()
    return [Row(f"peak memory, {name} of {count(sizes[1])} runs", f"the same of {count(sizes[0])}",
                f"under 200 MB, and flat: at most {FLAT:g}× that of a tenth of the runs", f"{peak / small:.2f}×",
                f"{megabytes(peak, small)} (in {seconds(took)} · {seconds(took_small)})",
                holds=peak < 200 * MEGABYTE and peak <= FLAT * small)
            for name, ((took_small, small), (took, peak)) in measured.items()]


def megabytes(*sizes):
    return " · ".join(f"{size / MEGABYTE:.0f}" for size in sizes) + " MB"
