"""same_rows.py EXPORT.csv ROWS.json: whether a reader saw the rows that lorabook exported.

EXPORT.csv is a plain export, ROWS.json an array of objects with at least its columns. Numbers are the same
to the last bit; rows may have another order, because a view has none.
"""

import csv
import json
import sys


def exported(cell, column, like):
    """A cell of the export in the type that the reader has in its column."""
    if cell == "":
        return None
    if isinstance(like, str):
        return cell
    return int(cell) if isinstance(like, int) else float(cell)


def read(row, column):
    """A reader's value. A diverged measurement is NULL, and named in a separate column."""
    value = row[column]
    if value is None:
        value = row.get(column + "_diverged")
    return None if value == "" else value


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    with open(sys.argv[2], encoding="utf-8") as file:
        rows = json.load(file)
    assert expected, "nothing was exported"
    assert len(rows) == len(expected), f"{len(rows)} rows, not {len(expected)}"
    columns = list(expected[0])
    key = [column for column in columns if column in ("run_id", "sweep_id", "seed", "profile", "position")]

    def order(row):
        return [str(row[column]) for column in key]

    numbers = 0
    for row, export in zip(sorted(rows, key=order), sorted(expected, key=order)):
        for column in columns:
            value = read(row, column)
            assert not isinstance(value, bool)
            cell = exported(export[column], column, value)
            assert type(value) is type(cell) and value == cell, (column, value, export[column])
            numbers += isinstance(value, float)
    print(len(rows), "rows,", numbers, "real numbers")


main()
