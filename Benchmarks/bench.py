#!/usr/bin/env python3
"""Runs the benchmarks: `bench.py LORABOOK [--quick] [--row NAME] [--results FILE]`; `--row ls` lists the rows.

The table goes to standard output, and a whole run's to FILE besides; progress goes to standard error.
"""
import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import growth
import machine
import rows_book
import rows_sweep
import rows_trackers
from agreement import PEERS
from books import Bench, Tools
from scale import FULL, QUICK
from table import Row, growth_table, paces_table, rows_table
from timing import Failure, keep_saying, output_of, say

ROWS = {
    "article": rows_sweep.article,
    "one-thread": rows_sweep.one_thread,
    "large": rows_sweep.large,
    "reuse": rows_sweep.reuse,
    "recording": rows_book.recording,
    "csv-out": rows_book.csv_out,
    "csv-in": rows_book.csv_in,
    "listing": rows_book.listing,
    "startup": rows_book.startup,
    "size": rows_book.size,
    "memory": rows_book.memory,
    "mlflow": rows_trackers.mlflow,
    "trackio": rows_trackers.trackio,
}
GROWTH = {
    "growth-seeds": growth.seeds,
    "growth-shape": growth.shape,
    "growth-jobs": growth.jobs,
    "growth-runs": growth.runs,
}
DISK_NEEDED = {True: 1 << 30, False: 6 << 30}


def compile_peers(folder):
    """The C peers, as competent C is built."""
    peers = {"grid": ["-lopenblas"], "record": ["-lsqlite3"]}
    for name, libraries in peers.items():
        output_of(["gcc", "-O3", "-march=native", "-Wall", "-Wextra", "-o", folder / name, PEERS / f"{name}.c",
                   *libraries, "-lm"])
    return {name: folder / name for name in peers}


def measure(bench, names):
    """Rows, growth tables, and whether all could be measured."""
    rows, tables, complete = [], [], True
    for number, name in enumerate(names):
        say(f"[{number + 1}/{len(names)}] {name}")
        try:
            if name in ROWS:
                found = ROWS[name](bench)
                rows += found
                for row in found:
                    say(f"    {row.work}: {row.ratio or row.times}")
            else:
                tables.append(growth_table(GROWTH[name](bench)))
        except Failure as failure:
            complete = False
            reason = str(failure).replace(str(bench.folder), "…")
            say(f"    FAILED: {reason}")
            rows.append(Row(name, f"could not be measured: {reason}", holds=False))
    return rows, tables, complete


def heading(scale):
    if scale.quick:
        return (f"# Benchmarks, quick: smaller sizes and {scale.rounds} rounds instead of 5\n\n"
                "The targets are meant for the whole run; here the start of a process weighs too much.")
    return f"# Benchmarks: medians of {scale.rounds} rounds or more, in turns, whole processes"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lorabook", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--row", action="append", help="only this row, or several with commas")
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    known = [*ROWS, *GROWTH]
    names = [name for row in options.row or [] for name in row.split(",") if name] or known
    if set(names) - set(known):
        sys.exit(f"There is no row '{next(n for n in names if n not in known)}'; there are: {', '.join(known)}.")
    scale = QUICK if options.quick else FULL
    # Ends with its folder removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    keep_saying()
    with tempfile.TemporaryDirectory(prefix="lorabook-bench-") as folder:
        if shutil.disk_usage(folder).free < DISK_NEEDED[scale.quick]:
            sys.exit(f"{folder} has less than {DISK_NEEDED[scale.quick] >> 30} GB free; set TMPDIR to a roomier one.")
        start = time.monotonic()
        tools = Tools(options.lorabook.resolve(), Path(sys.executable), **compile_peers(Path(folder)))
        bench = Bench(scale, tools, Path(folder))
        facts = machine.description(tools, bench.lapack)
        rows, tables, complete = measure(bench, names)
        minutes = (time.monotonic() - start) / 60
    parts = [heading(scale), facts + f"\n- took {minutes:.0f} minutes"]
    parts += [rows_table(rows)] if rows else []
    parts += [NOTES] if rows else []
    parts += [paces_table(rows)] if paces_table(rows) else []
    parts += ["## How cost grows", *tables, SLOPE] if tables else []
    text = "\n\n".join(parts) + "\n"
    print(text, end="")
    if options.results and not options.quick and not options.row:
        options.results.write_text(text)
        say(f"written to {options.results}")
    sys.exit(0 if complete else 1)


NOTES = """Times are in the order of 'ours · theirs'. Spread is from the fastest run to the slowest, less a tenth at
either end, as a share of the median. Ratios are of medians; every peer gave the same numbers before it was timed."""
SLOPE = "Slope is p in cost ≈ c·xᵖ, by least squares of the logarithms: 1 is proportional, 0 is no growth."

if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except (Failure, OSError) as failure:
        sys.exit(f"{failure}; `make bench` installs and builds what is missing.")
