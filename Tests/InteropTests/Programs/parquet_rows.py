"""parquet_rows.py BOOK: whether DuckDB makes a Parquet file of the piped export, with the numbers of the book to the bit.

The SQL is that of docs/exchange.md, whose line hands it to DuckDB's shell.
"""
import pathlib
import re
import sqlite3
import subprocess
import sys

page = pathlib.Path(__file__).resolve().parents[3] / "docs/exchange.md"
line, = re.findall(r'^lorabook export .* \| duckdb -c "(.*)"$', page.read_text(), re.MULTILINE)
program = "import duckdb, sys; duckdb.sql(sys.argv[1])"
with subprocess.Popen(["lorabook", "export", "--db", sys.argv[1]], stdout=subprocess.PIPE) as export:
    subprocess.run([sys.executable, "-c", program, line], stdin=export.stdout, check=True, stdout=subprocess.DEVNULL)
assert export.returncode == 0

import duckdb

columns = [row[0] for row in duckdb.sql("DESCRIBE FROM 'runs.parquet'").fetchall()]
assert columns[:3] == ["run_id", "sweep_id", "sweep"], columns
found = duckdb.sql("FROM 'runs.parquet' ORDER BY run_id").fetchall()
expected = sqlite3.connect(sys.argv[1]).execute(f"SELECT {', '.join(columns)} FROM runs ORDER BY run_id").fetchall()
assert len(expected) > 0 and found == expected, (len(found), len(expected), found[:1], expected[:1])
