"""Books and files that rows share: made when first asked for, in the bench's own folder."""
import array
import csv
import io
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from agreement import PEERS
from scale import Scale
from timing import Failure, count, output_of, say

# 4,096 settings of each update of 64x64 or more.
DENSE = ["--profiles", "facts", "--ranks", "1-64", "--alphas", "1-16", "--rules", "lora,rslora,unit,power:0.75"]
# The article's 24 settings on updates so small that many are drawn in no time.
SMALL = ["--shapes", "16x16", "--ranks", "2,4,6,8,12,16"]


@dataclass(frozen=True)
class Tools:
    """What is run: the release binary, the Python that has the peers' packages, the C peers, and what sees memory."""
    lorabook: Path
    python: Path
    grid: Path
    steps: Path
    record: Path
    peak: Path


@dataclass
class MadeBook:
    """A book of one sweep, and what it took to make."""
    path: Path
    runs: int
    seconds: float
    peak: int


def remove(book):
    """Removes a SQLite file with its journals."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{book}{suffix}").unlink(missing_ok=True)


def copy(source, book):
    """Makes a SQLite file what another is, which no process has open."""
    remove(book)
    shutil.copyfile(source, book)


def small_seeds(runs):
    return max(1, round(runs / 24))


class Bench:
    """What every row is given."""

    def __init__(self, scale: Scale, tools: Tools, folder: Path):
        self.scale, self.tools, self.folder = scale, tools, folder
        self._small = {}

    def path(self, name):
        return self.folder / name

    def sweep(self, book, *options):
        """The command that records a sweep in a book."""
        return [self.tools.lorabook, "sweep", "--quiet", "--db", book, *options]

    def numpy(self, *arguments):
        return [self.tools.python, PEERS / "article.py", *map(str, arguments)]

    @cached_property
    def lapack(self):
        """The LAPACK that lorabook says it computes with."""
        book = self.path("lapack.db")
        output_of(self.sweep(book))
        return output_of(["sqlite3", "-readonly", book, "SELECT lapack FROM sweeps"])

    def peak_memory(self, arguments, output="/dev/null"):
        """Runs a command; its seconds, and its largest resident set in bytes (getrusage(2), ru_maxrss)."""
        took, peak = output_of([self.tools.peak, output, *arguments]).split()
        return float(took), int(peak)

    def small_sweep(self, book, runs):
        """The command that records about so many runs, 24 a seed, in 24 cells."""
        return self.sweep(book, *SMALL, "--seeds", f"0-{small_seeds(runs) - 1}")

    def small_book(self, runs):
        """A book of such a sweep."""
        if runs not in self._small:
            seeds = small_seeds(runs)
            say(f"    making a book of {count(seeds * 24)} runs")
            path = self.path(f"small-{runs}.db")
            remove(path)
            seconds, peak = self.peak_memory(self.small_sweep(path, runs))
            self._small[runs] = MadeBook(path, seeds * 24, seconds, peak)
        return self._small[runs]

    @cached_property
    def dense_runs(self):
        return self.scale.dense_updates * 4096

    @cached_property
    def dense_options(self):
        return ["--name", "grid", "--shapes", "64x64", "--seeds", f"0-{self.scale.dense_updates - 1}", *DENSE]

    @cached_property
    def known_updates(self):
        """A book that holds the spectra of the dense grid's updates, one run each."""
        book = self.path("known.db")
        remove(book)
        output_of(self.sweep(
            book, "--name", "known", "--shapes", "64x64", "--profiles", "facts", "--ranks", "1", "--rules", "unit",
            "--seeds", f"0-{self.scale.dense_updates - 1}"))
        return book

    @cached_property
    def spectra(self):
        """The same spectra as doubles in a file: for each update its seed and its singular values."""
        text = output_of(["sqlite3", "-readonly", "-csv", self.known_updates, f".read {PEERS / 'spectra.sql'}"])
        values, last = array.array("d"), None
        for seed, _, value in csv.reader(io.StringIO(text)):
            if seed != last:
                values.append(float(seed))
            values.append(float(value))
            last = seed
        if len(values) != 65 * self.scale.dense_updates:
            raise Failure(f"the spectra have {len(values)} numbers")
        path = self.path("spectra.bin")
        path.write_bytes(values.tobytes())
        return path

    @cached_property
    def dense_book(self):
        """A book of the dense grid: 4,096 runs an update."""
        book = self.path("dense.db")
        say(f"    making a book of {count(self.dense_runs)} runs")
        copy(self.known_updates, book)
        output_of(self.sweep(book, *self.dense_options))
        output_of([self.tools.lorabook, "rm", "known", "--yes", "--db", book])
        return book

    @cached_property
    def dense_csv(self):
        """Its runs as CSV."""
        path = self.path("dense.csv")
        output_of([self.tools.lorabook, "export", "--db", self.dense_book, "-o", path])
        return path
