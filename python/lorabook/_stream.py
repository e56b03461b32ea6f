"""The program `lorabook log -` at work for one run, and the file that takes its lines where it cannot."""

from __future__ import annotations

import collections
import contextlib
import fcntl
import json
import logging
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from typing import IO, Any, Callable, Optional

from ._settings import line

# How long a call waits at most until its line is in the pipe, where that has room; the first call
# waits until the program is started.
HANDOVER_SECONDS = 0.25
START_SECONDS = 2.0
# How often acknowledgements are read while lines are unacknowledged, and a full pipe is tried.
ACKNOWLEDGEMENT_SECONDS = 0.25
FULL_PIPE_SECONDS = 0.01
# How long the end of a run waits for the program.
CLOSING_SECONDS = 30.0
LINGERING_SECONDS = 2.0
# What the pipe holds while the program is busy, if the system allows it: a killed training loses
# no line that is in it.
PIPE_SIZE = 2**20
# A program that lets this much wait is given up.
LARGEST_BACKLOG = 64 * 2**20
# How often a program is started again without the line that it refused.
MOST_RESTARTS = 10
# Python 3.9 lacks it in `fcntl` (linux/fcntl.h).
F_SETPIPE_SZ = 1031
# The program's exit status for a line that it refuses (EX_DATAERR).
BAD_DATA = 65

logger = logging.getLogger("lorabook")


class Spool:
    """JSON lines in a file of one process's own, which `lorabook import` takes."""

    def __init__(self, folder: str, stem: str, path: Optional[str] = None) -> None:
        self._folders = [folder, tempfile.gettempdir()]
        self._stem = re.sub(r"[^A-Za-z0-9._-]+", "_", stem)[:80]
        self._path = path
        self._file: Optional[int] = None

    def append(self, text: str) -> str:
        """Writes lines, and gives the file's path. Raises OSError where no folder takes them."""
        if self._file is None:
            self._file = self._open()
        data = text.encode()
        while data:
            data = data[os.write(self._file, data) :]
        assert self._path is not None
        return self._path

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        if self._path is not None:
            return os.open(self._path, flags, 0o666)
        refusal: Optional[OSError] = None
        for folder in self._folders:
            now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
            path = os.path.join(folder, f"lorabook-{self._stem}-{now}-{os.getpid()}.jsonl")
            try:
                file = os.open(path, flags, 0o666)
            except OSError as error:
                refusal = refusal or error
            else:
                self._path = path
                return file
        raise refusal or OSError("no folder")


class _Signal:
    """Tells another thread that something is done, once.

    `threading.Event` can stay locked where a signal's handler raises within it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def set(self) -> None:
        self._lock.release()

    def wait(self, seconds: float) -> bool:
        return self._lock.acquire(timeout=seconds)


class Stream:
    """Hands the lines of one run to the program, which one thread feeds.

    No method raises. A line that `put` has taken is in the pipe, in the spool, or waits in memory
    because the pipe is full. The thread alone touches the process and the files, so signals and
    other threads interrupt no write.
    """

    def __init__(
        self,
        command: Optional[list[str]],
        spool: Spool,
        refused: Spool,
        first: Mapping[str, Any],
        again: Mapping[str, Any],
        warn: Callable[[str, str], None],
    ) -> None:
        """Starts the program.

        command: the program with its arguments; None writes everything to the spool.
        spool, refused: where lines go that the program cannot take, or does not.
        first: what the first line says beside its own; again: what the first line of a spool says.
        warn: tells the user something; its first argument is a kind, each told once.
        """
        self._command = command
        self._spool = spool
        self._refused = refused
        self._opening: Mapping[str, Any] = first
        self._again = again
        self._warn = warn
        self._queue: queue.SimpleQueue[tuple[Optional[Mapping[str, Any]], _Signal]] = (
            queue.SimpleQueue()
        )
        self._ended = _Signal()
        self._is_behind = False
        self._has_started = False
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._errors: Optional[IO[bytes]] = None
        self._unacknowledged: collections.deque[str] = collections.deque()
        self._unacknowledged_size = 0
        self._acknowledged = 0
        self._acknowledgement = b""
        self._has_acknowledged_first = False
        self._outgoing = bytearray()
        self._restarts = 0
        self._is_spooling = command is None
        self._awaited: list[_Signal] = []
        self._without_thread = threading.Lock()
        self._thread: Optional[threading.Thread] = threading.Thread(
            target=self._run, name="lorabook", daemon=True
        )
        try:
            self._thread.start()
        except RuntimeError as error:
            # No more threads, or the interpreter is ending.
            self._thread = None
            if command is not None:
                self._give_up(f"no thread could be started ({error})")

    def put(self, fields: Mapping[str, Any]) -> None:
        """Takes a line."""
        if self._thread is None:
            with self._without_thread:
                self._take(fields)
            return
        taken = _Signal()
        self._queue.put((fields, taken))
        if not self._is_behind:
            taken.wait(HANDOVER_SECONDS if self._has_started else START_SECONDS)
            self._has_started = True

    def sync(self, seconds: float) -> None:
        """Waits until all lines so far are on the disk, or the time is over."""
        if self._thread is not None:
            done = _Signal()
            self._queue.put(({}, done))
            done.wait(seconds)

    def close(self) -> None:
        """Waits until all lines are on the disk, in the book or in the spool."""
        if self._thread is None:
            self._spool.close()
            return
        self._queue.put((None, self._ended))
        if not self._ended.wait(CLOSING_SECONDS + 10):
            self._warn("end", "the last lines may be missing: their thread does not end")

    def abandon(self) -> None:
        """In a forked process: lets go of the program, which is its parent's."""
        process, self._process = self._process, None
        if process is not None:
            for file in (process.stdin, process.stdout):
                if file is not None:
                    file.close()
            # It is no child of this process, so nobody waits for it here.
            process.returncode = 0
        if self._errors is not None:
            self._errors.close()
        self._spool.close()
        self._refused.close()

    def _run(self) -> None:
        # A write to a program that is gone must not end the training, whatever it does on SIGPIPE.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPIPE])
        try:
            if not self._is_spooling:
                self._start()
            self._serve()
        except Exception as error:
            self._give_up(f"the client failed ({error!r})")
            self._serve()
        finally:
            self._is_behind = True
            self._spool.close()
            self._refused.close()
            for event in self._awaited:
                event.set()
            self._ended.set()

    def _serve(self) -> None:
        """Takes lines until the end, and then ends the program."""
        while True:
            try:
                fields, event = self._queue.get(timeout=self._patience())
            except queue.Empty:
                self._send()
                self._listen()
                continue
            if fields is None:
                break
            if fields:
                self._take(fields)
                self._send()
                event.set()
            else:
                self._awaited.append(event)
            self._listen()
        self._end()

    def _patience(self) -> Optional[float]:
        if self._is_spooling or not self._unacknowledged:
            return None
        return FULL_PIPE_SECONDS if self._outgoing else ACKNOWLEDGEMENT_SECONDS

    def _take(self, fields: Mapping[str, Any]) -> None:
        text = line({**self._opening, **fields})
        self._opening = {}
        if self._is_spooling:
            self._append(self._spool, text)
            return
        self._unacknowledged.append(text)
        self._unacknowledged_size += len(text)
        self._outgoing += text.encode()
        if self._unacknowledged_size > LARGEST_BACKLOG:
            self._kill()
            self._give_up("the program takes no more lines")

    def _start(self) -> None:
        assert self._command is not None
        self._acknowledged, self._acknowledgement = 0, b""
        self._outgoing = bytearray("".join(self._unacknowledged).encode())
        try:
            self._errors = tempfile.TemporaryFile()
            # A session of its own: Ctrl-C in the terminal must not end it before the last line.
            process = subprocess.Popen(
                self._command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,
            )
            assert process.stdin is not None and process.stdout is not None
            if sys.platform == "linux":
                with contextlib.suppress(OSError):
                    fcntl.fcntl(process.stdin.fileno(), F_SETPIPE_SZ, PIPE_SIZE)
            os.set_blocking(process.stdin.fileno(), False)
            os.set_blocking(process.stdout.fileno(), False)
        except (OSError, ValueError, RuntimeError, subprocess.SubprocessError) as error:
            self._give_up(f"the program {self._command[0]!r} cannot be started ({error})")
        else:
            self._process = process
            _streams.add(self)

    def _send(self) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdin.closed:
            return
        try:
            while self._outgoing:
                sent = os.write(process.stdin.fileno(), bytes(self._outgoing[:65536]))
                del self._outgoing[:sent]
        except BlockingIOError:
            pass
        except OSError:
            self._replace()
        self._is_behind = bool(self._outgoing)

    def _listen(self) -> None:
        """Reads acknowledgements: each line is the number of lines on the disk."""
        process = self._process
        if process is not None and not self._read_acknowledgements(process):
            self._replace()
        if not self._unacknowledged:
            for event in self._awaited:
                event.set()
            self._awaited.clear()

    def _read_acknowledgements(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether the program may say more."""
        assert process.stdout is not None
        try:
            while data := os.read(process.stdout.fileno(), 65536):
                *numbers, self._acknowledgement = (self._acknowledgement + data).split(b"\n")
                for number in numbers:
                    if number.strip().isdigit():
                        self._acknowledge(int(number))
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def _acknowledge(self, count: int) -> None:
        while self._acknowledged < count and self._unacknowledged:
            self._acknowledged += 1
            self._unacknowledged_size -= len(self._unacknowledged.popleft())
            self._has_acknowledged_first = True

    def _replace(self) -> None:
        """Goes on after the program has ended of itself: without the line it refused, or without it."""
        process = self._process
        if process is None:
            return
        self._is_behind = True
        was_told_to_end = process.stdin is not None and process.stdin.closed
        self._read_acknowledgements(process)
        status, words = self._reap(CLOSING_SECONDS)
        if was_told_to_end and not self._unacknowledged:
            if words:
                logger.info("%s", words)
            return
        reason = words or f"the program ended with status {status}"
        # The first line brings the settings: without it the others mean nothing.
        if status != BAD_DATA or not self._unacknowledged or not self._has_acknowledged_first:
            self._give_up(reason)
        elif self._restarts == MOST_RESTARTS:
            self._give_up(f"the program refused {MOST_RESTARTS} lines, at last: {reason}")
        else:
            self._restarts += 1
            text = self._unacknowledged.popleft()
            self._unacknowledged_size -= len(text)
            path = self._append(self._refused, text)
            if path is not None:
                self._warn("refused", f"a line was refused: {reason} Such lines are kept in {path}")
            self._start()
            self._send()

    def _give_up(self, reason: str) -> None:
        """Spools what is not acknowledged, and all that follows."""
        self._is_behind = True
        self._reap(0)
        self._is_spooling = True
        self._outgoing.clear()
        texts = list(self._unacknowledged)
        self._unacknowledged.clear()
        self._unacknowledged_size = 0
        # A spool that goes on with a run must say which run that is.
        if texts and self._has_acknowledged_first:
            texts[0] = line({**self._again, **json.loads(texts[0])})
        elif not texts and not self._opening:
            self._opening = self._again
        path = self._append(self._spool, "".join(texts))
        if path is not None:
            self._warn(
                "spool",
                f"{reason.rstrip('.')}. The training goes on, and its lines are kept in a file; "
                f"record them later with: lorabook import '{path}'",
            )
        self._is_behind = False

    def _append(self, spool: Spool, text: str) -> Optional[str]:
        try:
            return spool.append(text)
        except OSError as error:
            self._warn("lost", f"lines are lost, because no file takes them: {error}")
            return None

    def _end(self) -> None:
        """Closes the program's input, and waits until it has recorded everything."""
        deadline = time.monotonic() + CLOSING_SECONDS
        while (process := self._process) is not None and process.stdin is not None:
            self._send()
            if self._process is process and not self._outgoing:
                process.stdin.close()
            if self._process is process:
                self._listen()
            if process.stdin.closed and not self._unacknowledged:
                # All is recorded, so a program that stays has nothing more to do.
                deadline = min(deadline, time.monotonic() + LINGERING_SECONDS)
            if time.monotonic() > deadline and self._process is not None:
                self._kill()
                if self._unacknowledged:
                    self._give_up(f"the program did not end within {CLOSING_SECONDS:g} s")
                self._reap(1)
                return
            if self._process is not None:
                time.sleep(FULL_PIPE_SECONDS / 2)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _reap(self, seconds: float) -> tuple[int, str]:
        """Waits for the program: its exit status, and what it wrote to standard error."""
        process, self._process = self._process, None
        errors, self._errors = self._errors, None
        if process is None:
            if errors is not None:
                errors.close()
            return 0, ""
        _streams.discard(self)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            # One that hangs in the kernel stays; it must not keep the training.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)
        for file in (process.stdin, process.stdout):
            if file is not None:
                file.close()
        words = ""
        if errors is not None:
            errors.seek(0)
            words = errors.read(4096).decode(errors="replace").strip()
            errors.close()
        return process.returncode or 0, re.sub(r"\s+", " ", words)


# Those whose program runs.
_streams: set[Stream] = set()


def _abandon_in_fork() -> None:
    for stream in list(_streams):
        stream.abandon()
    _streams.clear()


os.register_at_fork(after_in_child=_abandon_in_fork)
