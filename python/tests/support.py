"""What several tests share: a folder with a fake program, and scripts that run in a process of their own."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

PACKAGE = pathlib.Path(__file__).resolve().parents[1]
FAKE = pathlib.Path(__file__).with_name("fake_lorabook.py")
# Read before a test sets another.
PROGRAM = os.environ.get("LORABOOK")


class Folder(unittest.TestCase):
    """A test in a folder of its own, whose book is kept by the fake program."""

    program = str(FAKE)

    def setUp(self):
        # The books of the fake program are folders.
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.book = self.folder / "book"
        environment = {"LORABOOK": self.program, "LORABOOK_DB": str(self.book)}
        before = {name: os.environ.get(name) for name in environment}
        os.environ.update(environment)
        self.addCleanup(self.restore, before)

    @staticmethod
    def restore(environment):
        for name, value in environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def python(self, script, **environment):
        """Runs a script in a Python of its own; gives its exit status, output and errors."""
        result = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": str(PACKAGE), **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return result.returncode, result.stdout, result.stderr


class FakeBook(Folder):
    def setUp(self):
        super().setUp()
        self.book.mkdir()

    def lines(self):
        """What the fake program has recorded."""
        return read_lines(self.book / "lines.jsonl")

    def starts(self):
        path = self.book / "starts"
        return len(path.read_text()) if path.exists() else 0

    def losses(self, lines=None):
        lines = self.lines() if lines is None else lines
        return [line["metrics"]["loss"] for line in lines if "loss" in line.get("metrics", {})]

    def settle(self, count):
        """Waits until the program has read what a process that is gone left in the pipe."""
        for _ in range(1000):
            if len(self.losses()) >= count:
                return
            time.sleep(0.02)

    def spool(self):
        """The lines that wait for `lorabook import`."""
        (path,) = self.folder.glob("lorabook-ft-*.jsonl")
        return read_lines(path)

    def spools(self):
        return sorted(path.name for path in self.folder.glob("lorabook-*.jsonl"))


def read_lines(path):
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]
