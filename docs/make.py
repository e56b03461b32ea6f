#!/usr/bin/env python3
"""Writes schema.sql, docs/queries.md and docs/pictures/schema.{dot,svg} from the .sql files.

`make.py --check` writes nothing and fails where they are behind. The picture is drawn by Graphviz's dot, which
only writing needs.
"""
import hashlib
import html
import pathlib
import re
import sqlite3
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PARAMETER = re.compile(r":(\w+) (\w+)(?: = ('[^']*'|\S+))?\s+(.*)")


def query_page():
    lines = [
        "# Named queries", "",
        "`lorabook query NAME --param key=value …` runs one; `--show` prints its SQL. This page is made from the",
        "comments of the files in `queries/`.", ""]
    for path in sorted((ROOT / "queries").glob("*.sql")):
        comments = []
        for line in path.read_text().splitlines():
            if not line.startswith("--"):
                break
            comments.append(line[2:].strip())
        question, rest = comments[0], comments[1:]
        parameters = [PARAMETER.fullmatch(line) for line in rest]
        prose = " ".join(line for line, match in zip(rest, parameters) if not match).strip()
        lines += [f"## {path.stem}", "", html.escape(question, quote=False), ""]
        lines += ["| parameter | type | default | |", "|---|---|---|---|"]
        for match in filter(None, parameters):
            name, kind, default, what = match.groups()
            lines.append(f"| `{name}` | {kind} | {'`' + default + '`' if default else ''} | {what.replace('|', chr(92) + '|')} |")
        lines += ["", html.escape(prose, quote=False).replace("*", r"\*").replace("_", r"\_"), ""] if prose else [""]
    return "\n".join(lines).rstrip() + "\n"


def new_book():
    """A book as the migrations and views leave it, as the program applies them."""
    book = sqlite3.connect(":memory:")
    book.execute("PRAGMA legacy_alter_table = ON")
    for folder in ("migrations", "views"):
        for path in sorted((ROOT / folder).glob("*.sql")):
            book.executescript(path.read_text())
    return book


def schema_script(book):
    objects = [sql for (sql,) in book.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid")]
    return (
        "-- The tables, indexes and views of a new book. Made from migrations/ and views/ by 'make docs': edit those.\n\n"
        + "".join(sql + ";\n\n" for sql in objects)).rstrip("\n") + "\n"


def schema_graph(book):
    tables = [name for (name,) in book.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
    out = [
        "digraph schema {", '  rankdir=LR; ranksep=0.9; nodesep=0.35; bgcolor="white";',
        '  node [shape=plain, fontname="Helvetica", fontsize=11];',
        '  edge [color="#555555", arrowhead=normal, arrowsize=0.7];']
    for table in tables:
        if table in ("migration", "spectrum_place"):
            continue
        columns = [(name, kind, key) for _, name, kind, _, _, key, hidden
                   in book.execute(f"PRAGMA table_xinfo({table})")]
        if table == "spectrum_block":
            columns = [c for c in columns if not re.fullmatch(r"s\d+", c[0])] + [("s1 … s32", "REAL", 0)]
        if table == "execution":
            columns = [c for c in columns if c[0] in ("execution_id", "uuid", "sweep_id", "shard", "shards")]
            columns.append(("… by what, where and when", "", 0))
        if table == "training_step":
            columns = columns[:4] + [("… of a curve", "", 0)]
        rows = "".join(
            f'<tr><td align="left" port="{html.escape(name)}_in">{"<b>" if key else ""}{html.escape(name)}'
            f'{"</b>" if key else ""}</td><td align="left" port="{html.escape(name)}"><font color="#666666">{kind.lower() or " "}</font></td></tr>'
            for name, kind, key in columns)
        out.append(
            f'  {table} [label=<<table border="1" cellborder="0" cellspacing="0" cellpadding="3" color="#888888">'
            f'<tr><td colspan="2" bgcolor="#dde7f3"><b>{table}</b></td></tr>{rows}</table>>];')
    for table in tables:
        targets = sorted({(row[2], row[3]) for row in book.execute(f"PRAGMA foreign_key_list({table})") if row[1] == 0})
        for target, column in targets:
            # A reference names the column where it is not the target's key.
            key = next((row[4] for row in book.execute(f"PRAGMA foreign_key_list({table})")
                        if row[2] == target and row[3] == column and row[4]), None)
            key = key or next(row[1] for row in book.execute(f"PRAGMA table_xinfo({target})") if row[5] == 1)
            out.append(f"  {table}:{column}:e -> {target}:{key}_in:w;")
    out.append('  recording:recording_id:e -> measured_run:run_id_in:w [style=dashed, label="a range of run_id", fontname="Helvetica", fontsize=10];')
    out.append("}")
    return "\n".join(out) + "\n"


def main():
    book = new_book()
    queries, graph, schema = query_page(), schema_graph(book), schema_script(book)
    mark = f"<!-- drawn from schema.dot {hashlib.sha256(graph.encode()).hexdigest()} -->"
    picture = DOCS / "pictures" / "schema.svg"
    if "--check" in sys.argv[1:]:
        behind = [name for name, is_behind in (
            ("schema.sql", not (ROOT / "schema.sql").exists() or (ROOT / "schema.sql").read_text() != schema),
            ("docs/queries.md", (DOCS / "queries.md").read_text() != queries),
            ("docs/pictures/schema.dot", (DOCS / "pictures/schema.dot").read_text() != graph),
            ("docs/pictures/schema.svg", mark not in picture.read_text())) if is_behind]
        if behind:
            sys.exit(f"{', '.join(behind)} are behind the .sql files: run 'make docs'.")
        return
    (ROOT / "schema.sql").write_text(schema)
    (DOCS / "queries.md").write_text(queries)
    (DOCS / "pictures/schema.dot").write_text(graph)
    drawn = subprocess.run(["dot", "-Tsvg"], input=graph, capture_output=True, text=True, check=True).stdout
    picture.write_text(re.sub(r"<!-- .*?-->\s*", "", drawn, flags=re.S) + mark + "\n")


main()
