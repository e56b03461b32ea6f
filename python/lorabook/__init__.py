"""Records trainings in a lorabook book: rank, α and scaling rule beside losses by step."""

from __future__ import annotations

import atexit
import json
import logging
import math
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Optional, Union

from . import _settings
from ._settings import SettingError
from ._stream import Spool, Stream

__version__ = "0.2.0"
__all__ = ["LorabookError", "LorabookWarning", "Run", "SettingError", "log", "read_runs", "run"]

Path = Union[str, "os.PathLike[str]"]


class LorabookWarning(UserWarning):
    """Something could not be recorded as asked. The training goes on."""


class LorabookError(RuntimeError):
    """The program `lorabook` is missing or failed while a book was read."""


class Run:
    """One run that is being logged; `run` makes it.

    Its methods never raise and never wait for the book, except that `finish` waits until all is on
    the disk. Threads may share it. A forked process that logs starts a program of its own for the
    same run; the run ends when the process that made it says so. A process that is spawned needs
    a call of `run` of its own.
    """

    def __init__(
        self,
        sweep: str,
        name: str,
        settings: Mapping[str, Any],
        resume_from: Optional[int],
        db: Optional[Path],
        spool: Optional[Path],
    ) -> None:
        self._identity = {"sweep": sweep, "run": name}
        self._settings = dict(settings)
        self._book = _book(db)
        self._spool_folder = os.path.abspath(os.fspath(spool or os.path.dirname(self._book)))
        self._owner = self._process = os.getpid()
        self._last: dict[str, tuple[Optional[int], float]] = {}
        self._told: set[str] = set()
        self._status: Optional[str] = None
        opening = {} if resume_from is None else {"resume_from": resume_from}
        self._stream: Optional[Stream] = self._open({**self._settings, **opening})
        self._stream.put({**self._identity, "status": "running"})

    @property
    def sweep(self) -> str:
        """The name of the run's sweep."""
        return str(self._identity["sweep"])

    @property
    def name(self) -> str:
        """The run's name in its sweep, by which `run` finds it again."""
        return str(self._identity["run"])

    def log(
        self,
        metrics: Optional[Mapping[str, Any]] = None,
        /,
        *,
        step: Optional[int] = None,
        **more: Any,
    ) -> None:
        """Records metrics: points of curves at a step of 0 or above, or end values without one.

        A value is a number of any library; NaN and infinities are measurements that diverged, and
        None was not measured. What is no measurement is left out with one warning per name.
        Whatever happens, nothing is raised.
        """
        try:
            self._log({**(metrics or {}), **more}, step)
        except Exception as error:
            self._warn("log", f"a call of log was left out: {error}")

    def finish(self, status: str = "finished") -> None:
        """Ends the run as "finished" or "failed", and waits until all its lines are on the disk.

        A `with` block and the end of Python call it; again, it does nothing.
        """
        try:
            self._finish(status)
        except Exception as error:
            self._warn("finish", f"the run's end may be missing: {error}")

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        is_end = kind is None or (isinstance(error, SystemExit) and error.code in (None, 0))
        self.finish("finished" if is_end else "failed")

    def __reduce__(self) -> Any:
        raise TypeError(
            "a run cannot go to another process; call lorabook.run there with the same name="
        )

    def _log(self, values: Mapping[str, Any], step: object) -> None:
        number: Optional[int] = None
        if step is not None:
            try:
                number = _settings.step_number(step)
            except SettingError as error:
                self._warn("step", f"a call of log was left out: {error}")
                return
        fields: dict[str, Any] = {}
        metrics: dict[str, float] = {}
        for name, value in values.items():
            if value is None:
                continue
            try:
                name = _settings.metric_name(name)
                found = _settings.measurement(name, value)
                if number is not None and name in _settings.BUILT_IN_METRICS:
                    raise SettingError(f"{name} is an end value. Leave step= out, or name it eval_{name}.")
            except SettingError as error:
                self._warn(f"metric {name}", f"a value was left out: {error}")
                continue
            if self._is_new(name, number, found):
                (fields if name in _settings.BUILT_IN_METRICS else metrics)[name] = found
        if metrics:
            fields["metrics"] = metrics
        if fields:
            if number is not None:
                fields["step"] = number
            self._put(fields)

    def _is_new(self, name: str, step: Optional[int], value: float) -> bool:
        """False where the last value of this metric is repeated or contradicted."""
        key = name if step is not None else f"{name} at the end"
        last = self._last.get(key)
        self._last[key] = (step, value)
        if last is None or last[0] != step:
            return True
        if last[1] != value and not (math.isnan(last[1]) and math.isnan(value)):
            self._last[key] = last
            where = "without a step" if step is None else f"at step {step}"
            self._warn(
                f"again {name}",
                f"{name} {where} is {last[1]!r}, so another value, {value!r}, was left out"
                + (". Give step= to record a curve" if step is None else ""),
            )
        return False

    def _put(self, fields: Mapping[str, Any]) -> None:
        with _lock:
            if self._process != os.getpid():
                # The parent's program and thread are not this process's.
                self._process, self._stream = os.getpid(), None
            if self._stream is None:
                self._stream = self._open(self._settings)
                _open_runs[self._key] = self
                if self._process != self._owner and "multiprocessing.util" in sys.modules:
                    # The end of a worker calls this, and not what `atexit` has.
                    sys.modules["multiprocessing.util"].Finalize(None, self.finish, exitpriority=0)
            self._stream.put({**self._identity, **fields})

    def _finish(self, status: str) -> None:
        if status not in ("finished", "failed"):
            self._warn("status", f"{status!r} is no status, so the run is 'failed'")
            status = "failed"
        if self._process != os.getpid():
            return
        with _lock:
            # What is logged after the end makes it running again, so its end is said again.
            if self._process == self._owner and (self._stream is not None or not self._status):
                self._status = self._status or status
                self._put({"status": self._status})
            stream, self._stream = self._stream, None
            if _open_runs.get(self._key) is self:
                del _open_runs[self._key]
        if stream is not None:
            stream.close()

    def _open(self, opening: Mapping[str, Any]) -> Stream:
        stem = f"{self.sweep}-{self.name}"
        if self._book.endswith(".jsonl"):
            command, spool = None, Spool(self._spool_folder, stem, self._book)
        else:
            command = [_program(), "log", "-", "--ack", "--db", self._book]
            spool = Spool(self._spool_folder, stem)
        refused = Spool(self._spool_folder, f"refused-{stem}")
        again = {**self._identity, **self._settings}
        return Stream(command, spool, refused, opening, again, self._warn)

    @property
    def _key(self) -> tuple[str, str, str]:
        return (self._book, self.sweep, self.name)

    def _warn(self, kind: str, message: str) -> None:
        if kind in self._told:
            return
        self._told.add(kind)
        text = f"lorabook, run '{self.name}': {message}"
        try:
            warnings.warn(text, LorabookWarning, stacklevel=4)
        except Exception:
            # Warnings may be errors, and an error would stop the training.
            logging.getLogger("lorabook").warning("%s", text)


# Those that this process has not finished, by book, sweep and name.
_open_runs: dict[tuple[str, str, str], Run] = {}
# Held while a line is handed over. A signal's handler may log too.
_lock = threading.RLock()


def run(
    sweep: str,
    *,
    name: Optional[str] = None,
    rank: Optional[int] = None,
    alpha: Optional[float] = None,
    rule: Optional[str] = None,
    seed: Optional[int] = None,
    shape: Union[str, tuple[int, int], None] = None,
    profile: Optional[str] = None,
    noise: Optional[float] = None,
    scale: Optional[float] = None,
    params: Optional[Mapping[str, Any]] = None,
    info: Optional[Mapping[str, Any]] = None,
    note: Optional[str] = None,
    resume_from: Optional[int] = None,
    db: Optional[Path] = None,
    spool: Optional[Path] = None,
) -> Run:
    """Starts a run in a sweep, which is made where it is new.

    sweep: the name of the experiment. Runs in it that differ in the seed alone are repeats.
    name: the run's name in its sweep; a unique one unless given.
    rank, alpha: r and α of the LoRA; rank is 1 or above.
    rule: the scaling rule: "lora" (s = α/r), "rslora" (α/√r), "unit", "power:P", or any text with a
        scale.
    seed: 0 to 2³² − 1. shape: (d, k) or "768x768". profile: any text. noise: 0 or above.
    scale: the factor s, where the rule does not give it.
    params: what tells experiments apart beside these, such as {"lr": 2e-4}; numbers or texts.
    info: what is kept and tells nothing apart, such as {"host": "a"}.
    resume_from: goes on with the run `name` from a checkpoint: its points after this step are
        dropped first.
    db: the book; $LORABOOK_DB unless given, else lorabook.db. A path that ends in .jsonl gets the
        lines themselves, for `lorabook import`, and no program is started.
    spool: the folder for the lines of a run whose program fails; that of the book unless given.

    Raises SettingError for a setting that no run can have. Afterwards nothing is raised.
    """
    settings = _settings.settings(
        rank=rank,
        alpha=alpha,
        rule=rule,
        seed=seed,
        shape=shape,
        profile=profile,
        noise=noise,
        scale=scale,
        params=params,
        info=info,
        note=note,
    )
    sweep = _settings.sweep_name(sweep)
    if name is not None:
        name = _settings.sweep_name(name, "name")
    if resume_from is not None:
        resume_from = _settings.resume_step(resume_from)
        if name is None:
            raise SettingError("resume_from: which run goes on? Give its name as name=.")
    if name is None:
        name = time.strftime("%Y%m%dT%H%M%SZ-", time.gmtime()) + secrets.token_hex(3)
    for path, what in ((db, "db"), (spool, "spool")):
        if path is not None and not isinstance(path, (str, os.PathLike)):
            raise SettingError(f"{what}: {path!r} is no path. Give a text or a path.")
    earlier = _open_runs.get((_book(db), sweep, name))
    if earlier is not None:
        # A training that was interrupted and goes on in the same process.
        earlier.finish("failed")
    made = Run(sweep, name, settings, resume_from, db, spool)
    _open_runs[made._key] = made
    return made


def log(
    sweep: str,
    metrics: Optional[Mapping[str, Any]] = None,
    /,
    *,
    step: Optional[int] = None,
    name: Optional[str] = None,
    rank: Optional[int] = None,
    alpha: Optional[float] = None,
    rule: Optional[str] = None,
    seed: Optional[int] = None,
    shape: Union[str, tuple[int, int], None] = None,
    profile: Optional[str] = None,
    noise: Optional[float] = None,
    scale: Optional[float] = None,
    params: Optional[Mapping[str, Any]] = None,
    info: Optional[Mapping[str, Any]] = None,
    note: Optional[str] = None,
    db: Optional[Path] = None,
    spool: Optional[Path] = None,
    **more: Any,
) -> None:
    """Records a run that is over, with the settings of `run` and the metrics of `Run.log`.

    When it returns, the run is on the disk: lorabook.log("ft", rank=16, alpha=32, rule="rslora",
    seed=1, eval_loss=0.31). Raises SettingError as `run` does.
    """
    with run(
        sweep,
        name=name,
        rank=rank,
        alpha=alpha,
        rule=rule,
        seed=seed,
        shape=shape,
        profile=profile,
        noise=noise,
        scale=scale,
        params=params,
        info=info,
        note=note,
        db=db,
        spool=spool,
    ) as one:
        one.log(metrics, step=step, **more)


def read_runs(*sweeps: str, table: str = "runs", db: Optional[Path] = None) -> Any:
    """The runs of these sweeps, or of all: a pandas DataFrame where pandas is installed, else a
    list of dicts.

    table: any that `lorabook export --table` names, such as "metrics" or "curves".
    db: the book; $LORABOOK_DB unless given, else lorabook.db.

    A value that was not recorded is None, and one that diverged NaN or infinite; in a column of
    numbers pandas shows None as NaN too. Runs that this process logs are first brought to the disk.
    Raises LorabookError where the program is missing or fails.
    """
    for one in list(_open_runs.values()):
        if one._stream is not None and one._process == os.getpid():
            one._stream.sync(seconds=5)
    command = [_program(), "export", "--table", table, "--format", "json", "--db", _book(db)]
    try:
        # "--", because the name of a sweep may begin with a hyphen.
        result = subprocess.run(
            [*command, *(("--", *sweeps) if sweeps else ())], capture_output=True, check=False
        )
    except OSError as error:
        raise LorabookError(
            f"the program {command[0]!r} cannot be started ({error}). Put it on the PATH, or give "
            "its path as $LORABOOK."
        ) from error
    if result.returncode != 0:
        raise LorabookError(result.stderr.decode(errors="replace").strip())
    rows = [_row(found) for found in json.loads(result.stdout)]
    try:
        import pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        return rows
    return pandas.DataFrame(rows)


# Columns whose texts "nan", "inf" and "-inf" are a user's own.
_TEXT_COLUMNS = frozenset(("sweep", "run", "name", "profile", "rule", "metric", "module", "diverged"))


def _row(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        column: float(value)
        if value in ("nan", "inf", "-inf")
        and column not in _TEXT_COLUMNS
        and not column.startswith("param.")
        else value
        for column, value in found.items()
    }


def _book(db: Optional[Path]) -> str:
    """The book's path, whatever folder the training goes to."""
    return os.path.abspath(os.fspath(db or os.environ.get("LORABOOK_DB") or "lorabook.db"))


def _program() -> str:
    """The program's path: $LORABOOK, else that on the PATH."""
    return os.environ.get("LORABOOK") or shutil.which("lorabook") or "lorabook"


def _finish_all() -> None:
    # An exception that nobody caught ends Python after it is told here.
    has_failed = getattr(sys, "last_value", None) is not None and not hasattr(sys, "ps1")
    for one in list(_open_runs.values()):
        one.finish("failed" if has_failed else "finished")


def _forget_in_fork() -> None:
    global _lock
    _lock = threading.RLock()
    _open_runs.clear()


atexit.register(_finish_all)
os.register_at_fork(after_in_child=_forget_in_fork)
