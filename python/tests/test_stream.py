"""The client with a program that follows the protocol, and fails in each way that one can."""

import math
import os
import signal
import subprocess
import sys
import threading
import time
import unittest
import warnings

import lorabook
from lorabook import LorabookWarning

from .support import PACKAGE, FakeBook, read_lines

RUN = "import lorabook, os, signal, sys, time; run = lorabook.run('ft', name='a', rank=4)\n"


class Recording(FakeBook):
    def test_a_run_sends_settings_once_then_points_then_its_end(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with lorabook.run("ft", name="r16", rank=16, alpha=32, rule="rslora") as run:
                run.log(step=1, loss=2.5)
                run.log({"eval/loss": math.nan}, step=2)
                run.log(accuracy=0.75, error=0.5, skipped=None)
        named = {"sweep": "ft", "run": "r16"}
        self.assertEqual(
            self.lines(),
            [
                {**named, "rank": 16, "alpha": 32.0, "rule": "rslora", "status": "running"},
                {**named, "step": 1, "metrics": {"loss": 2.5}},
                {**named, "step": 2, "metrics": {"eval/loss": "nan"}},
                {**named, "error": 0.5, "metrics": {"accuracy": 0.75}},
                {**named, "status": "finished"},
            ],
        )
        self.assertEqual(self.starts(), 1)
        self.assertEqual(self.spools(), [])

    def test_a_block_that_an_exception_leaves_has_failed(self):
        with self.assertRaisesRegex(ValueError, "mine"):
            with lorabook.run("ft"):
                raise ValueError("mine")
        self.assertEqual(self.lines()[-1]["status"], "failed")

    def test_the_end_of_python_finishes_a_run(self):
        status, output, errors = self.python(RUN + "run.log(loss=1)")
        self.assertEqual((status, output, errors), (0, "", ""))
        self.assertEqual(self.lines()[-1]["status"], "finished")

    def test_an_exception_that_nobody_catches_makes_the_run_failed(self):
        self.assertEqual(self.python(RUN + "1 / 0")[0], 1)
        self.assertEqual(self.lines()[-1]["status"], "failed")

    def test_resume_from_is_said_once_before_the_points(self):
        with lorabook.run("ft", name="a", rank=4, resume_from=100) as run:
            run.log(step=101, loss=1)
        run.log(step=102, loss=0.5)
        run.finish()
        first, *others = self.lines()
        self.assertEqual((first["resume_from"], first["rank"]), (100, 4))
        self.assertFalse(any("resume_from" in line for line in others))
        self.assertEqual(self.losses(), [1, 0.5])

    def test_what_is_logged_after_the_end_is_recorded_and_the_end_said_again(self):
        status, _, errors = self.python(RUN + "run.finish('failed'); run.log(test_loss=1)")
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(
            [(line.get("status"), line.get("metrics")) for line in self.lines()],
            [("running", None), ("failed", None), (None, {"test_loss": 1}), ("failed", None)],
        )

    def test_a_run_of_a_name_that_is_open_ends_that_one_first(self):
        lorabook.run("ft", name="a")
        with lorabook.run("ft", name="a", resume_from=3):
            pass
        said = [line["status"] for line in self.lines()]
        self.assertEqual(said, ["running", "failed", "running", "finished"])

    def test_log_records_a_whole_run(self):
        lorabook.log("ft", rank=8, seed=1, eval_loss=0.25)
        self.assertEqual([line.get("metrics") for line in self.lines()], [None, {"eval_loss": 0.25}, None])

    def test_a_book_that_is_jsonl_gets_the_lines_and_starts_nothing(self):
        path = self.folder / "node7.jsonl"
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with lorabook.run("ft", name="a", rank=4, db=path) as run:
                run.log(step=1, loss=1)
        self.assertEqual(self.starts(), 0)
        self.assertEqual(self.losses(read_lines(path)), [1])
        self.assertEqual(read_lines(path)[0]["rank"], 4)

    def test_the_program_stays_with_its_book_when_the_training_changes_folder(self):
        os.environ["LORABOOK_DB"] = "book"
        status, _, errors = self.python(
            "import os, lorabook; run = lorabook.run('ft'); run.finish(); os.mkdir('x'); "
            "os.chdir('x'); run.log(loss=1)"
        )
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(self.losses(), [1])


class Values(FakeBook):
    def warned(self, *calls):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with lorabook.run("ft") as run:
                for arguments in calls:
                    run.log(**arguments)
        return [str(warning.message) for warning in caught]

    def test_what_is_no_measurement_is_left_out_with_one_warning_a_name(self):
        said = self.warned(
            {"loss": "high", "step": 1},
            {"loss": "high", "step": 2},
            {"loss": 1.0, "step": 3},
            {"rank": 4},
            {"error": -1},
            {"variance_captured": 1.5},
            {"truncation_error": 0.5, "step": 4},
            {"truth": True},
            {"huge": 10**400},
            {"loss": 3, "step": -1},
            {"loss": 3, "step": "4"},
        )
        self.assertEqual(self.losses(), [1.0])
        self.assertEqual(len(said), 8, said)
        self.assertIn("'high'", said[0])

    def test_another_value_of_the_same_step_is_left_out_and_the_same_is_not_sent_again(self):
        said = self.warned(
            {"loss": 1.0, "step": 1}, {"loss": 1.0, "step": 1}, {"loss": 2.0, "step": 1}, {"loss": 2.0, "step": 2}
        )
        self.assertEqual(self.losses(), [1.0, 2.0])
        self.assertEqual(len(said), 1)

    def test_a_loop_without_steps_is_told_of_them(self):
        said = self.warned({"loss": 2.0}, {"loss": 1.0}, {"loss": 0.5})
        self.assertEqual(self.losses(), [2.0])
        self.assertEqual(len(said), 1)
        self.assertIn("step=", said[0])


class Failures(FakeBook):
    def train(self, steps=5, **settings):
        """Logs some steps; gives the warnings."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with lorabook.run("ft", name="a", rank=4, **settings) as run:
                for step in range(steps):
                    run.log(step=step, loss=float(step))
        for warning in caught:
            self.assertIs(warning.category, LorabookWarning)
        return [str(warning.message) for warning in caught]

    def test_a_program_that_is_missing_costs_one_warning_and_no_line(self):
        os.environ["LORABOOK"] = "/nowhere/lorabook"
        (said,) = self.train()
        self.assertIn("/nowhere/lorabook", said)
        self.assertIn("lorabook import", said)
        self.assertEqual(self.losses(self.spool()), [0, 1, 2, 3, 4])
        self.assertEqual((self.spool()[0]["rank"], self.spool()[-1]["status"]), (4, "finished"))

    def test_a_program_without_ack_is_quoted_in_the_warning(self):
        old = self.folder / "old"
        old.write_text("#!/bin/sh\necho 'Unknown option --ack' >&2; exit 64\n")
        old.chmod(0o755)
        os.environ["LORABOOK"] = str(old)
        (said,) = self.train()
        self.assertIn("Unknown option --ack", said)
        self.assertEqual(self.losses(self.spool()), [0, 1, 2, 3, 4])

    def die_after_two(self, **settings):
        """A program that dies when it has acknowledged the first of six steps, and read a second."""
        (self.book / "die").write_text("3")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with lorabook.run("ft", name="a", rank=4, **settings) as run:
                run.log(step=0, loss=0)
                run._stream.sync(20)
                for step in range(1, 6):
                    run.log(step=step, loss=step)
        self.assertEqual(len(caught), 1)
        return str(caught[0].message)

    def test_what_a_dead_program_did_not_acknowledge_is_spooled_with_the_settings(self):
        self.assertIn("status -9", self.die_after_two())
        # It has recorded a step that it did not acknowledge: that is in both, and import takes it once.
        self.assertEqual(self.losses(), [0, 1])
        self.assertEqual(self.losses(self.spool()), [1, 2, 3, 4, 5])
        self.assertEqual([line.get("rank") for line in self.spool()], [4] + 5 * [None])

    def test_a_spool_says_resume_from_only_where_the_book_may_lack_it(self):
        os.environ["LORABOOK"] = "/nowhere/lorabook"
        self.train(resume_from=7)
        self.assertEqual(self.spool()[0]["resume_from"], 7)

    def test_a_spool_after_an_acknowledged_start_does_not_resume_again(self):
        self.die_after_two(resume_from=7)
        self.assertIn("resume_from", self.lines()[0])
        self.assertFalse(any("resume_from" in line for line in self.spool()))

    def die_between_lines(self, is_noticed):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with lorabook.run("ft", name="a", rank=4) as run:
                run.log(step=1, loss=1)
                run._stream.sync(10)
                run._stream._process.kill()
                run._stream._process.wait()
                if is_noticed:
                    run._stream.sync(20)
                    self.assertEqual(len(caught), 1)
                run.log(step=2, loss=2)
        self.assertEqual(len(caught), 1)
        self.assertEqual(self.losses(), [1])
        self.assertEqual(self.losses(self.spool()), [2])
        self.assertEqual(self.spool()[0]["rank"], 4)

    def test_a_program_that_dies_while_nothing_is_logged_loses_nothing_later(self):
        self.die_between_lines(is_noticed=False)

    def test_a_death_that_is_noticed_before_the_next_line_loses_nothing_either(self):
        self.die_between_lines(is_noticed=True)

    def test_a_refused_line_is_kept_aside_and_the_others_are_recorded(self):
        (self.book / "refuse").write_text('"loss": 2.0')
        (said,) = self.train()
        self.assertIn("line 4: refused", said)
        self.assertEqual(self.losses(), [0, 1, 3, 4])
        self.assertEqual(self.lines()[-1]["status"], "finished")
        (name,) = self.spools()
        self.assertIn("refused", name)
        self.assertEqual(self.losses(read_lines(self.folder / name)), [2])
        self.assertEqual(self.starts(), 2)

    def test_a_program_that_refuses_the_settings_gets_no_second_try(self):
        (self.book / "refuse").write_text('"rank"')
        (said,) = self.train()
        self.assertEqual(self.starts(), 1)
        self.assertEqual(self.losses(self.spool()), [0, 1, 2, 3, 4])

    def test_a_program_that_refuses_everything_is_given_up(self):
        (self.book / "refuse").write_text('"loss"')
        self.assertEqual(len(self.train(steps=40)), 2)
        self.assertEqual(self.starts(), 11)
        self.assertEqual(len(self.losses(self.spool())), 30)

    def test_a_program_that_hangs_never_holds_the_training_up(self):
        (self.book / "hang").touch()
        lorabook._stream.CLOSING_SECONDS, before = 1.0, lorabook._stream.CLOSING_SECONDS
        self.addCleanup(setattr, lorabook._stream, "CLOSING_SECONDS", before)
        start = time.monotonic()
        # More than a pipe holds.
        (said,) = self.train(steps=2000)
        self.assertLess(time.monotonic() - start, 10)
        self.assertIn("did not end", said)
        self.assertEqual(len(self.losses(self.spool())), 2000)

    def test_a_backlog_beyond_its_limit_gives_the_program_up(self):
        (self.book / "hang").touch()
        lorabook._stream.LARGEST_BACKLOG, before = 100_000, lorabook._stream.LARGEST_BACKLOG
        self.addCleanup(setattr, lorabook._stream, "LARGEST_BACKLOG", before)
        (said,) = self.train(steps=3000)
        self.assertIn("takes no more", said)
        self.assertEqual(len(self.losses(self.spool())), 3000)

    def test_lines_without_any_place_to_go_are_lost_with_a_warning_and_no_exception(self):
        os.environ["LORABOOK"] = "/nowhere/lorabook"
        lorabook._stream.tempfile.tempdir, before = "/nowhere", lorabook._stream.tempfile.tempdir
        self.addCleanup(setattr, lorabook._stream.tempfile, "tempdir", before)
        (said,) = self.train(spool="/nowhere")
        self.assertIn("lost", said)

    def test_warnings_that_are_errors_stop_no_training(self):
        os.environ["LORABOOK"] = "/nowhere/lorabook"
        status, output, _ = self.python(
            "import warnings; warnings.simplefilter('error')\n" + RUN + "run.log(loss='x'); print('on')"
        )
        self.assertEqual((status, output), (0, "on\n"))

    def test_a_training_that_dies_of_broken_pipes_survives_a_dead_program(self):
        (self.book / "die").write_text("1")
        status, output, _ = self.python(
            RUN + "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n"
            "for step in range(20): run.log(step=step, loss=step); time.sleep(0.02)\n"
            "print('on')"
        )
        self.assertEqual((status, output), (0, "on\n"))
        self.assertEqual(sorted({*self.losses(), *self.losses(self.spool())}), list(range(20)))

    def test_what_the_program_says_is_kept_from_the_terminal(self):
        (self.book / "chatter").touch()
        self.assertEqual(self.python(RUN + "run.log(loss=1)"), (0, "", ""))
        self.assertEqual(self.losses(), [1])

    def test_no_thread_to_be_had_spools(self):
        status, _, errors = self.python(
            "import threading\n"
            "def refuse(self): raise RuntimeError(\"can't start new thread\")\n"
            "threading.Thread.start = refuse\n" + RUN + "run.log(loss=1)"
        )
        self.assertEqual(status, 0)
        self.assertIn("no thread", errors)
        self.assertEqual(self.losses(self.spool()), [1])


class Crashes(FakeBook):
    def test_a_killed_training_loses_no_line_that_log_returned_from(self):
        for end in ("os.kill(os.getpid(), 9)", "os._exit(1)"):
            with self.subTest(end=end):
                (self.book / "lines.jsonl").unlink(missing_ok=True)
                self.python(RUN + f"for step in range(500): run.log(step=step, loss=step)\n{end}")
                self.settle(500)
                self.assertEqual(self.losses(), list(range(500)))

    @unittest.skipUnless(sys.platform == "linux", "pipes have one size elsewhere")
    def test_a_killed_training_loses_nothing_while_its_program_is_busy(self):
        (self.book / "slow").touch()
        # Six times what a pipe holds unless it is asked to hold more.
        self.python(RUN + "for step in range(6000): run.log(step=step, loss=step)\nos.kill(os.getpid(), 9)")
        self.settle(6000)
        self.assertEqual(len(self.losses()), 6000)

    def test_ctrl_c_reaches_the_training_and_not_the_program(self):
        script = RUN + "run.log(step=1, loss=1); print('ready', flush=True)\ntime.sleep(60)"
        training = subprocess.Popen(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": str(PACKAGE)},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            # A shell's background job ignores it, and so would the training.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        training.stdout.readline()
        # As a terminal does: to the whole group.
        os.killpg(training.pid, signal.SIGINT)
        training.wait(20)
        training.stdout.close()
        self.assertEqual(self.losses(), [1])
        self.assertEqual(self.lines()[-1]["status"], "failed")

    def test_interrupts_within_log_spoil_no_line(self):
        # A handler that logs too, and raises, wherever the training is; but never twice before it is caught.
        status, output, errors = self.python(
            RUN + "def stop(*_):\n"
            "    global may_stop\n"
            "    if not may_stop: return\n"
            "    may_stop = False\n"
            "    run.log(step=1000000 + step, loss=-1)\n"
            "    raise KeyboardInterrupt\n"
            "signal.signal(signal.SIGALRM, stop)\n"
            "caught, step, may_stop = 0, 0, False\n"
            "signal.setitimer(signal.ITIMER_REAL, 0.003, 0.003)\n"
            "while step < 1500:\n"
            "    try:\n"
            "        may_stop = True\n"
            "        while step < 1500: step += 1; run.log(step=step, loss=step)\n"
            "        may_stop = False\n"
            "    except KeyboardInterrupt: caught += 1\n"
            "signal.setitimer(signal.ITIMER_REAL, 0)\n"
            "print(caught)"
        )
        self.assertEqual((status, errors), (0, ""))
        self.assertGreater(int(output), 5)
        self.assertEqual(self.starts(), 1)
        # An interrupted call may have logged nothing; no other is missing, and none is there twice.
        logged = [loss for loss in self.losses() if loss > 0]
        self.assertEqual(logged, sorted(set(logged)))
        self.assertGreaterEqual(len(logged), 1500 - int(output))
        self.assertEqual(self.lines()[-1]["status"], "finished")


class Sharing(FakeBook):
    def test_threads_share_a_run(self):
        with lorabook.run("ft", name="a") as run:

            def train(first):
                for step in range(first, first + 200):
                    run.log(step=step, loss=step)

            threads = [threading.Thread(target=train, args=(200 * part,)) for part in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(sorted(self.losses()), list(range(1600)))
        self.assertEqual(self.starts(), 1)

    def test_a_fork_that_logs_has_a_program_of_its_own(self):
        status, _, errors = self.python(
            RUN + "run.log(step=1, loss=1)\n"
            "child = os.fork()\n"
            "if child == 0:\n"
            "    run.log(step=2, loss=2); os._exit(0)\n"
            "os.waitpid(child, 0); run.log(step=3, loss=3)"
        )
        self.assertEqual((status, errors), (0, ""))
        self.settle(3)
        self.assertEqual(sorted(self.losses()), [1, 2, 3])
        self.assertEqual(self.starts(), 2)
        self.assertEqual([line["status"] for line in self.lines() if "status" in line], ["running", "finished"])
        self.assertEqual({line["run"] for line in self.lines()}, {"a"})

    def test_a_fork_that_outlives_the_training_does_not_keep_the_program(self):
        start = time.monotonic()
        status, _, errors = self.python(
            RUN + "run.log(step=1, loss=1)\n"
            "if os.fork() == 0:\n"
            "    os.close(1); os.close(2); time.sleep(20); os._exit(0)\n"
            "run.finish()"
        )
        self.assertEqual((status, errors), (0, ""))
        self.assertLess(time.monotonic() - start, 15)
        self.assertEqual(self.lines()[-1]["status"], "finished")

    def test_workers_that_multiprocessing_forks_log_to_the_run(self):
        status, _, errors = self.python(
            "import multiprocessing\n" + RUN + "run.log(step=9, loss=9)\n"
            "context = multiprocessing.get_context('fork')\n"
            "workers = [context.Process(target=lambda n=n: run.log(step=n, loss=n)) for n in range(3)]\n"
            "for worker in workers: worker.start()\n"
            "for worker in workers: worker.join()"
        )
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(sorted(self.losses()), [0, 1, 2, 9])

    def test_a_run_is_not_sent_to_a_spawned_process(self):
        import pickle

        with lorabook.run("ft") as run, self.assertRaisesRegex(TypeError, "lorabook.run"):
            pickle.dumps(run)


if __name__ == "__main__":
    unittest.main()
