#!/usr/bin/env python3
"""Runs the benchmarks: `bench.py LORABOOK [--quick] [--row NAME] [--results FILE]`; `--row ls` lists the rows.

The table goes to standard output, that of a whole run in which nothing failed to FILE besides; progress goes to
standard error.
"""
import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

import growth
import machine
import rows_book
import rows_logging
import rows_sweep
import rows_trackers
import rows_training
import rows_weights
from agreement import PEERS
from books import Bench, Tools
from scale import FULL, QUICK
from table import Row, growth_table, paces_table, rows_table
from timing import Failure, forget_settings, keep_saying, output_of, say

ROWS = {
    "article": rows_sweep.article,
    "one-thread": rows_sweep.one_thread,
    "large": rows_sweep.large,
    "reuse": rows_sweep.reuse,
    "signal": rows_training.signal,
    "train-peft": rows_training.peft,
    "train-steps": rows_training.steps,
    "train-workers": rows_training.workers,
    "curve-point": rows_training.curve_point,
    "measure-adapter": rows_weights.adapter,
    "measure-pair": rows_weights.pair,
    "measure-square": rows_weights.square,
    "measure-header": rows_weights.header,
    "recording": rows_book.recording,
    "csv-out": rows_book.csv_out,
    "csv-in": rows_book.csv_in,
    "listing": rows_book.listing,
    "startup": rows_book.startup,
    "size": rows_book.size,
    "memory": rows_book.memory,
    "log": rows_logging.log,
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
    peers = {"grid": ["-lopenblas"], "steps": ["-fno-math-errno", "-lopenblas"], "record": ["-lsqlite3"], "peak": []}
    for name, libraries in peers.items():
        output_of(["gcc", "-O3", "-march=native", "-Wall", "-Wextra", "-o", folder / name, PEERS / f"{name}.c",
                   *libraries, "-lm"])
    return {name: folder / name for name in peers}


@dataclass
class Findings:
    """What was measured so far."""
    rows: list = field(default_factory=list)
    tables: list = field(default_factory=list)
    failed: bool = False
    interrupted: bool = False


def measure(bench, names, findings):
    """Adds the rows and growth tables of these names. One that cannot be measured is said to be so, and the rest go on.
    """
    for number, name in enumerate(names):
        say(f"[{number + 1}/{len(names)}] {name}")
        try:
            if name in ROWS:
                found = ROWS[name](bench)
                findings.rows += found
                for row in found:
                    say(f"    {row.work}: {row.ratio or row.times}")
            else:
                findings.tables.append(growth_table(GROWTH[name](bench)))
        except Exception as error:
            findings.failed = True
            if not isinstance(error, Failure):
                traceback.print_exc()
            reason = (str(error) or type(error).__name__).replace(str(bench.folder), "…")
            say(f"    FAILED: {reason}")
            findings.rows.append(Row(name, f"could not be measured: {reason}", holds=False))


def heading(scale, interrupted):
    note = "\n\n**Interrupted: what is missing was not measured.**" if interrupted else ""
    if scale.quick:
        return (f"# Benchmarks, quick: smaller sizes and {scale.rounds} rounds instead of {FULL.rounds}\n\n"
                "The targets are meant for the whole run; here the start of a process weighs too much, and books are "
                "too small to fill a page cache or to make little of what any book has." + note)
    return (f"# Benchmarks: whole processes, medians of {scale.rounds} rounds or more; how cost grows, "
            f"of fewer where a table says so" + note)


def text_of(findings, scale, facts):
    """The findings as markdown."""
    parts = [heading(scale, findings.interrupted), facts]
    if findings.rows:
        parts += [rows_table(findings.rows), NOTES]
    if any(row.pace for row in findings.rows):
        parts += [paces_table(findings.rows)]
    if findings.tables:
        parts += ["## How cost grows", *findings.tables, SLOPE]
    return "\n\n".join(parts) + "\n"


def write(text, path):
    """Puts a text at a path, whole or not at all."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(text)
    draft.replace(path)
    say(f"written to {path}")


def end(number, _):
    """Ends at a signal as an exception does: with the folder removed and no process left."""
    sys.exit(128 + number)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lorabook", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--row", action="append", help="only this row, or several with commas")
    parser.add_argument("--results", type=Path)
    parser.add_argument("--load", type=float, default=os.getloadavg()[0],
                        help="the load average before anything was built; what it is now unless given")
    options = parser.parse_args()
    known = [*ROWS, *GROWTH]
    names = [name for row in options.row or [] for name in row.split(",") if name] or known
    if set(names) - set(known):
        sys.exit(f"There is no row '{next(n for n in names if n not in known)}'; there are: {', '.join(known)}.")
    scale = QUICK if options.quick else FULL
    forget_settings()
    for number in (signal.SIGTERM, signal.SIGHUP):
        # nohup(1) has a hangup ignored.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, end)
    keep_saying()
    findings = Findings()
    with tempfile.TemporaryDirectory(prefix="lorabook-bench-") as folder:
        if shutil.disk_usage(folder).free < DISK_NEEDED[scale.quick]:
            sys.exit(f"{folder} has less than {DISK_NEEDED[scale.quick] >> 30} GB free; set TMPDIR to a roomier one.")
        start = time.monotonic()
        tools = Tools(options.lorabook.resolve(), Path(sys.executable), **compile_peers(Path(folder)))
        bench = Bench(scale, tools, Path(folder))
        facts = machine.description(tools, bench.lapack, folder)
        try:
            measure(bench, names, findings)
        except KeyboardInterrupt:
            findings.interrupted = True
        facts += "\n" + machine.course(time.monotonic() - start, options.load)
    text = text_of(findings, scale, facts)
    print(text, end="", flush=True)
    if findings.interrupted:
        sys.exit(130)
    if findings.failed:
        sys.exit(1)
    if options.results and not options.quick and not options.row:
        write(text, options.results)


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
