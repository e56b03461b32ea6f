"""The client with the real program and a real book."""

import contextlib
import math
import os
import signal
import sqlite3
import subprocess
import sys
import time
import unittest
import warnings
from unittest import mock

import lorabook

from .support import PACKAGE, PROGRAM, Folder


@unittest.skipUnless(PROGRAM, "needs the program's path as $LORABOOK")
class Book(Folder):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        os.environ["LORABOOK_DB"] = str(self.folder / "book.db")
        without_pandas = mock.patch.dict(sys.modules, pandas=None)
        without_pandas.start()
        self.addCleanup(without_pandas.stop)
        errors = warnings.catch_warnings()
        errors.__enter__()
        self.addCleanup(errors.__exit__, None, None, None)
        warnings.simplefilter("error", lorabook.LorabookWarning)

    def lorabook(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, cwd=self.folder)

    def view(self, select):
        """Rows of the public views."""
        with contextlib.closing(sqlite3.connect(self.folder / "book.db")) as book:
            return book.execute(select).fetchall()

    def curve(self):
        rows = self.view("SELECT step, value FROM metrics WHERE metric = 'loss' AND step IS NOT NULL")
        self.assertEqual(len(rows), len(dict(rows)))
        return dict(rows)

    def test_each_end_of_a_run_is_its_status(self):
        lorabook.run("ft", name="a").finish()
        lorabook.run("ft", name="b").finish("failed")
        late = lorabook.run("ft", name="c")
        late.finish()
        late.log(test_loss=1)
        late.finish()
        rows = self.view("SELECT name, status FROM logged_run ORDER BY name")
        self.assertEqual(rows, [("a", "finished"), ("b", "failed"), ("c", "finished")])

    def test_a_run_is_in_the_book_with_settings_curve_and_end_value(self):
        with lorabook.run(
            "ft", name="r16", rank=16, alpha=32, rule="rslora", seed=1, params={"lr": 2e-4, "bf16": True}
        ) as run:
            for step in range(100):
                run.log(step=step, loss=1 / (step + 1))
            run.log(eval_loss=0.25)
        (found,) = lorabook.read_runs("ft")
        self.assertEqual(
            [found[name] for name in ("rank", "alpha", "rule", "seed", "scale", "run")],
            [16, 32, "rslora", 1, 8, "r16"],
        )
        self.assertEqual((found["metric.eval_loss"], found["d"]), (0.25, None))
        self.assertEqual(self.curve(), {step: 1 / (step + 1) for step in range(100)})

    def test_diverged_values_are_kept_apart(self):
        with lorabook.run("ft") as run:
            run.log(step=1, loss=math.nan)
            run.log(step=2, loss=-math.inf)
        rows = self.view("SELECT step, value, diverged FROM metrics ORDER BY step")
        self.assertEqual(rows, [(1, None, "nan"), (2, None, "-inf")])

    def test_resume_from_drops_the_points_after_it(self):
        for first, last, resume_from in ((0, 10, None), (6, 12, 5)):
            with lorabook.run("ft", name="a", rank=4, resume_from=resume_from) as run:
                for step in range(first, last):
                    run.log(step=step, loss=first + step)
        self.assertEqual(self.curve(), {**{s: s for s in range(6)}, **{s: 6 + s for s in range(6, 12)}})

    def test_a_value_that_the_book_contradicts_is_refused_and_the_others_recorded(self):
        with lorabook.run("ft", name="a") as run:
            run.log(step=1, loss=1)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with lorabook.run("ft", name="a") as run:
                run.log(step=1, loss=2)
                run.log(step=2, loss=3)
        self.assertEqual(len(caught), 1)
        self.assertEqual(self.curve(), {1: 1, 2: 3})

    def test_a_killed_program_and_its_spool_make_the_whole_run(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with lorabook.run("ft", name="a", rank=4) as run:
                for step in range(300):
                    run.log(step=step, loss=step)
                    time.sleep(0.002)
                    if step == 200:
                        run._stream._process.send_signal(signal.SIGKILL)
        self.assertEqual(len(caught), 1)
        (spool,) = self.folder.glob("lorabook-*.jsonl")
        # Twice, and it is there once.
        for _ in range(2):
            result = self.lorabook("import", str(spool), "--db", str(self.folder / "book.db"))
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.curve(), {step: step for step in range(300)})
        self.assertEqual(self.view("SELECT rank, run FROM runs"), [(4, "a")])

    def test_a_file_of_lines_is_imported_like_a_run(self):
        path = self.folder / "node7.jsonl"
        with lorabook.run("ft", name="a", rank=4, db=path) as run:
            run.log(step=1, loss=1)
        result = self.lorabook("import", str(path), "--db", str(self.folder / "book.db"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.curve(), {1: 1})

    def test_what_a_killed_training_logged_is_in_the_book(self):
        script = (
            "import lorabook, os\nrun = lorabook.run('ft', name='a')\n"
            "for step in range(1000): run.log(step=step, loss=step)\nos.kill(os.getpid(), 9)"
        )
        subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(PACKAGE)})
        # The program outlives it for a moment.
        for _ in range(200):
            if (self.folder / "book.db").exists() and len(self.curve()) == 1000:
                break
            time.sleep(0.05)
        self.assertEqual(self.curve(), {step: step for step in range(1000)})

    def test_read_runs_sees_what_this_process_has_just_logged(self):
        run = lorabook.run("ft", name="a")
        run.log(step=1, loss=1)
        (row,) = lorabook.read_runs(table="metrics")
        self.assertEqual((row["step"], row["metric"], row["value"]), (1, "loss", 1))
        run.finish()

    def test_sixteen_trainings_log_to_one_book_at_once(self):
        script = (
            "import lorabook, sys\nwith lorabook.run('ft', name=sys.argv[1], seed=int(sys.argv[1][1:])) as run:\n"
            "    for step in range(200): run.log(step=step, loss=step)"
        )
        trainings = [
            subprocess.Popen(
                [sys.executable, "-W", "error", "-c", script, f"s{seed}"],
                env={**os.environ, "PYTHONPATH": str(PACKAGE)},
                cwd=self.folder,
            )
            for seed in range(16)
        ]
        self.assertEqual([training.wait(120) for training in trainings], [0] * 16)
        self.assertEqual(self.view("SELECT count(*), count(DISTINCT run_id) FROM metrics"), [(16 * 200, 16)])
        self.assertEqual(list(self.folder.glob("lorabook-*.jsonl")), [])

    def test_settings_that_the_client_takes_the_program_takes_too(self):
        cases = [
            {"rule": "power:-1e-3", "rank": 2, "alpha": 1},
            {"rule": "any text", "scale": 0.5},
            {"seed": 2**32 - 1},
            {"shape": (1, 2**31 - 1)},
            {"profile": " nan "},
            {"noise": 0},
            {"params": {"a": -1, "b": "x" * 1000, "c": False}},
            {"info": {"list": "[1, 2]"}, "note": "two\nlines"},
        ]
        for number, case in enumerate(cases):
            with self.subTest(**case):
                lorabook.log("ft", name=f"n{number}", loss=1.0, **case)
        self.assertEqual(self.view("SELECT count(*) FROM runs"), [(len(cases),)])


if __name__ == "__main__":
    unittest.main()
