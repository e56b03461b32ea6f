"""Whether a peer finds the same numbers; asked before it is timed."""
import csv
import itertools
import sqlite3
from pathlib import Path

from timing import Failure, count, output_of

PEERS = Path(__file__).resolve().parent / "peers"
RELATIVE = 1e-9
# The shell prints 15 digits.
SHELL_RELATIVE = 1e-14


def is_close(a, b, relative=RELATIVE):
    return abs(a - b) <= relative * max(abs(a), abs(b))


def expect_sums(name, found, book):
    """Expects what a peer printed last, a sum a line, to be what a book's measurements come to."""
    expected = output_of(["sqlite3", "-readonly", book, f".read {PEERS / 'sums.sql'}"]).splitlines()
    sums = found.splitlines()[-len(expected):]
    if len(sums) != len(expected) or not all(map(is_close, map(float, sums), map(float, expected))):
        raise Failure(f"{name} finds the sums {', '.join(sums)}, not {', '.join(expected)}")


def fingerprint(book):
    """Count and sums of what was measured, for every rank, α and rule."""
    text = output_of(["sqlite3", "-readonly", "-csv", book, f".read {PEERS / 'fingerprint.sql'}"])
    return [(row[:4], [float(value) for value in row[4:]]) for row in csv.reader(text.splitlines())]


def expect_same_runs(name, book, expected):
    """Expects two books, or tables called `runs`, to hold the same runs."""
    found, wanted = fingerprint(book), fingerprint(expected)
    if len(found) != len(wanted):
        raise Failure(f"{name} has {len(found)} settings, not {len(wanted)}")
    for (settings, sums), (wanted_settings, wanted_sums) in zip(found, wanted):
        if settings != wanted_settings or not all(map(is_close, sums, wanted_sums)):
            raise Failure(f"{name} has {settings} {sums}, not {wanted_settings} {wanted_sums}")


def expect_same_csv(ours, theirs, book):
    """Expects our file to hold the book's very values, and the shell's the same to its digits; the rows."""
    connection = sqlite3.connect(f"file:{book}?mode=ro", uri=True)
    columns = connection.execute((PEERS / "export.sql").read_text())
    with open(ours, newline="") as our_file, open(theirs, newline="") as their_file:
        our_rows, their_rows = csv.reader(our_file), csv.reader(their_file)
        header = [column[0] for column in columns.description]
        if next(our_rows) != header or next(their_rows) != header:
            raise Failure("the CSV files have other columns")
        rows = 0
        for our, their, recorded in itertools.zip_longest(our_rows, their_rows, columns):
            rows += 1
            if our is None or their is None or recorded is None:
                raise Failure(f"the CSV files have other numbers of rows from row {rows} on")
            for text, shells, value in zip(our, their, recorded, strict=True):
                exact = float(text) == value if isinstance(value, float) else text == str(value)
                if not exact or not (text == shells or is_close(float(text), float(shells), SHELL_RELATIVE)):
                    raise Failure(f"row {count(rows)} has {text} in ours, {shells} in the shell's, {value} in the book")
    return rows
