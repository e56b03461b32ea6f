"""duckdb_rows.py BOOK VIEW: whether DuckDB lists a view and reads its rows as Python's sqlite3 does, to the bit.

The SQLite scanner is loaded from its package, so that nothing is downloaded.
"""

import pathlib
import sqlite3
import sys

import duckdb
import duckdb_extension_sqlite_scanner as scanner

book, view = sys.argv[1:]
extension, = pathlib.Path(scanner.__file__).parent.glob("extensions/*/sqlite_scanner.duckdb_extension")
duck = duckdb.connect()
duck.execute(f"LOAD '{extension}'")
duck.execute(f"ATTACH '{book}' AS book (TYPE sqlite, READ_ONLY)")

lite = sqlite3.connect(f"file:{book}?mode=ro", uri=True)
views = {name for (name,) in lite.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")}
listed = {name for (name,) in duck.execute(
    "SELECT view_name FROM duckdb_views() WHERE database_name = 'book' AND NOT internal").fetchall()}
assert listed == views, (listed, views)
assert view in listed, view

asked = lite.execute(f"SELECT * FROM {view}")
expected = asked.fetchall()
found = duck.execute(f"SELECT * FROM book.{view}")
columns = [column[0] for column in asked.description]
assert [column[0] for column in found.description] == columns, columns
rows = found.fetchall()
assert len(rows) == len(expected), (len(rows), len(expected))
# A view has no order. A text tells a number from its neighbours, and an integer from a real number.
for one, other in zip(sorted(map(repr, rows)), sorted(map(repr, expected))):
    assert one == other, (one, other)
assert expected, f"{view} has no rows"
print(len(rows), "rows")
