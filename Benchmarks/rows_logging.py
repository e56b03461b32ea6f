"""Rows on logging: JSON lines through `lorabook log -`, from one process and from several at once."""
import json
import shlex
import sqlite3
from contextlib import closing

from books import remove
from table import Row, told
from timing import Command, Failure, alternate, count, output_of

STREAMS = 16
LINES_A_SECOND = 10_000


def lines(run, steps):
    """What a training of so many steps writes: its settings once, and two metrics a step."""
    settings = {"rank": 16, "alpha": 32, "rule": "rslora", "seed": 1, "params": {"lr": 2e-4}}
    for step in range(steps):
        metrics = {"loss": 2.5 / (1 + step) ** 0.5, "grad_norm": 1 / (1 + step)}
        yield json.dumps({"sweep": "ft", "run": run, **(settings if step == 0 else {}), "step": step, "metrics": metrics})


def log(bench):
    """All lines from one process, then as many from processes that share the book."""
    steps, book, files = bench.scale.logged_lines // STREAMS, bench.path("logged.db"), []
    for number in range(STREAMS):
        files.append(bench.path(f"logged-{number}.jsonl"))
        files[-1].write_text("".join(line + "\n" for line in lines(f"run-{number}", steps)))
    program = shlex.join([str(bench.tools.lorabook), "log", "-", "--db", str(book)])
    names = " ".join(shlex.quote(str(file)) for file in files)
    # `wait` of each: the status of one that failed is that of all.
    scripts = {
        "one": f"cat {names} | {program}",
        "several": f"for file in {names}; do {program} < \"$file\" & all=\"$all $!\"; done; "
                   "for process in $all; do wait $process || exit 1; done",
    }
    commands = {}
    for name, script in scripts.items():
        command = ["bash", "-c", script]
        remove(book)
        output_of(command)
        expect_all(book, steps)
        commands[name] = Command(command, prepare=lambda: remove(book))
    series = alternate(commands, bench.scale.rounds)
    remove(book)
    for file in files:
        file.unlink()
    total = steps * STREAMS
    return [row(f"{count(total)} lines through `log -`, of {STREAMS} runs", series, "one", total),
            row(f"the same from {STREAMS} processes at once into one book", series, "several", total)]


def expect_all(book, steps):
    with closing(sqlite3.connect(book)) as connection:
        found = connection.execute("SELECT count(DISTINCT run_id), count(*) FROM metrics").fetchone()
    if found != (STREAMS, STREAMS * steps * 2):
        raise Failure(f"the book has {found[0]} runs with {count(found[1])} values")


def row(work, series, name, total):
    pace = total / series[name].median
    return Row(work, "", f"{count(LINES_A_SECOND)} lines a second", f"{pace:,.0f} lines a second", *told(series, name),
               pace >= LINES_A_SECOND)
