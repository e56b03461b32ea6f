"""Reading a book from Python, with a program that prints what `lorabook export` does."""

import importlib.util
import json
import math
import os
import sys
import unittest
from unittest import mock

import lorabook

from .support import Folder

ROWS = [
    {"run_id": 1, "sweep": "inf", "profile": "nan", "error": "nan", "metric.loss": "-inf", "param.a": "nan"},
    {"run_id": 2, "sweep": "inf", "profile": None, "error": None, "metric.loss": 0.1, "param.a": "b"},
]


class Reading(Folder):
    def setUp(self):
        super().setUp()
        program = self.folder / "lorabook"
        rows = self.folder / "rows"
        rows.write_text(json.dumps(ROWS))
        program.write_text(f"#!/bin/sh\necho \"$@\" >'{self.folder}/said'\ncat '{rows}'\n")
        program.chmod(0o755)
        os.environ["LORABOOK"] = str(program)

    def test_absent_is_none_diverged_a_number_and_a_text_stays_a_text(self):
        with mock.patch.dict(sys.modules, pandas=None):
            first, second = lorabook.read_runs()
        self.assertEqual((first["sweep"], first["profile"], first["param.a"]), ("inf", "nan", "nan"))
        self.assertTrue(math.isnan(first["error"]))
        self.assertEqual(first["metric.loss"], -math.inf)
        self.assertEqual(second, ROWS[1])

    @unittest.skipUnless(importlib.util.find_spec("pandas"), "needs pandas")
    def test_pandas_gets_a_frame(self):
        frame = lorabook.read_runs()
        self.assertEqual(list(frame["run_id"]), [1, 2])
        self.assertEqual(str(frame["error"].dtype), "float64")

    def test_the_table_the_sweeps_and_the_book_are_asked_for(self):
        with mock.patch.dict(sys.modules, pandas=None):
            lorabook.read_runs("ft", "-x", table="metrics", db="/some/book.db")
        said = (self.folder / "said").read_text().split()
        self.assertEqual(said[:5], ["export", "--table", "metrics", "--format", "json"])
        self.assertEqual(said[5:], ["--db", "/some/book.db", "--", "ft", "-x"])

    def test_a_failure_is_raised_in_the_programs_own_words(self):
        (self.folder / "lorabook").write_text("#!/bin/sh\necho 'lorabook: no such sweep' >&2; exit 66\n")
        with self.assertRaisesRegex(lorabook.LorabookError, "no such sweep"):
            lorabook.read_runs("x")
        os.environ["LORABOOK"] = "/nowhere/lorabook"
        with self.assertRaisesRegex(lorabook.LorabookError, "LORABOOK"):
            lorabook.read_runs()
