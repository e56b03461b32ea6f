"""pandas_rows.py BOOK VIEW: the rows of a view as pandas reads them, as JSON."""

import json
import sqlite3
import sys

import pandas

frame = pandas.read_sql_query(f"SELECT * FROM {sys.argv[2]}", sqlite3.connect(sys.argv[1]))
rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
print(json.dumps(rows))
