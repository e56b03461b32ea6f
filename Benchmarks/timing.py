"""Times whole processes with hyperfine, in turns."""
import contextlib
import json
import os
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Optional


QUIET_SECONDS = 20
last_said = time.monotonic()


class Failure(Exception):
    """A command that did not do what it was to do."""


def say(text):
    """A progress line."""
    global last_said
    last_said = time.monotonic()
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)


def keep_saying():
    """Says from now on, whenever nothing was said for a while, that work goes on."""
    def watch():
        while True:
            time.sleep(1)
            if time.monotonic() - last_said >= QUIET_SECONDS:
                say("    ... at work")
    threading.Thread(target=watch, daemon=True).start()


def count(number):
    return f"{number:,}"


def forget_settings():
    """Takes out of the environment what would change how lorabook and its peers compute, and where they record."""
    for name in list(os.environ):
        if name.endswith("_NUM_THREADS") or name.startswith(("OPENBLAS_", "LORABOOK_")):
            del os.environ[name]


def output_of(arguments, env=None):
    """What a command prints, without the white space around it."""
    with started(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                 env={**os.environ, **(env or {})}) as process:
        output, errors = process.communicate()
    if process.returncode != 0:
        # The last line says what went wrong, of a traceback too.
        lines = errors.strip().splitlines() or [f"exit status {process.returncode}"]
        raise Failure(f"{Path(arguments[0]).name}: {lines[-1]}")
    return output.strip()


@contextlib.contextmanager
def started(arguments, **options):
    """A process that is ended, with those it started, where the bench is ended."""
    process = subprocess.Popen([str(a) for a in arguments], start_new_session=True, **options)
    try:
        yield process
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


@dataclass
class Command:
    """A process to time. `prepare` runs before each, outside the clock; `output` takes what it prints."""
    arguments: list
    prepare: Optional[Callable[[], None]] = None
    output: Optional[Path] = None
    env: dict = field(default_factory=dict)


@dataclass
class Series:
    """The seconds of a command's runs."""
    wall: list = field(default_factory=list)
    cpu: list = field(default_factory=list)

    @property
    def median(self):
        return statistics.median(self.wall)

    @property
    def cpu_median(self):
        return statistics.median(self.cpu)

    @property
    def spread(self):
        """From the fastest to the slowest, less a tenth at either end, as a share of the median."""
        ends = len(self.wall) // 10
        inner = sorted(self.wall)[ends:len(self.wall) - ends]
        return (inner[-1] - inner[0]) / self.median


def once(command, runs=1):
    """The seconds of `runs` runs of a command: wall, and CPU of them together over their number."""
    if command.prepare:
        command.prepare()
    # What others have still to write is not to be waited for within the clock.
    os.sync()
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        arguments = ["hyperfine", "--shell=none", "--style=none", f"--runs={runs}", "--export-json", report.name]
        arguments += [f"--output={command.output or 'null'}"]
        output_of(arguments + [shlex.join(str(a) for a in command.arguments)], command.env)
        result = json.load(open(report.name))["results"][0]
    return result["times"], result["user"] + result["system"]


def alternate(commands, rounds, runs=1):
    """A series for each command; they run in turns, and each second round the other way round."""
    series = {name: Series() for name in commands}
    for number in range(rounds):
        names = list(commands)
        for name in names if number % 2 == 0 else names[::-1]:
            wall, cpu = once(commands[name], runs)
            series[name].wall += wall
            series[name].cpu.append(cpu)
        say(f"    round {number + 1} of {rounds}: "
            + ", ".join(f"{name} {seconds(s.wall[-1])}" for name, s in series.items()))
    return series


def seconds(value):
    """Three digits that say something."""
    if value < 0.1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} s"
