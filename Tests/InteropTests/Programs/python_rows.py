"""python_rows.py BOOK VIEW: the rows of a view as Python's own sqlite3 module reads them, as JSON."""

import json
import sqlite3
import sys

book = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
book.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in book.execute(f"SELECT * FROM {sys.argv[2]}")]))
