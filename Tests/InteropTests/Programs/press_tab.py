"""Types lines into a shell on a pseudo-terminal, each ended by Tab and Enter, and prints as JSON the
arguments with which each called lorabook.

Usage: press_tab.py SHELL SCRIPT LORABOOK LINE...
The lorabook on the path passes the completion's calls on to LORABOOK, and records all other calls.
"""

import json
import os
import pty
import select
import sys
import tempfile
import time

shell, script, lorabook, *lines = sys.argv[1:]
name = os.path.basename(shell)
folder = tempfile.mkdtemp()
calls = os.path.join(folder, "calls")

with open(os.path.join(folder, "lorabook"), "w") as stand_in:
    stand_in.write(
        f"""#!{sys.executable}
import json, os, sys
if any(word.startswith("---completion") for word in sys.argv):
    os.execv({lorabook!r}, ["lorabook"] + sys.argv[1:])
with open({calls!r}, "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
"""
    )
    os.fchmod(stand_in.fileno(), 0o755)

setup = {
    "bash": f"PS1='READY> '; source '{script}'",
    "zsh": f"PS1='READY> '; autoload -Uz compinit; compinit -u -D; source '{script}'",
    "fish": f"function fish_prompt; echo -n 'READY> '; end; source '{script}'",
}[name]
start = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}[name]

process, terminal = pty.fork()
if process == 0:
    os.environ.update(
        PATH=folder + ":" + os.environ["PATH"], TERM="xterm", HOME=folder, COLUMNS="200", LC_ALL="C.UTF-8"
    )
    os.execv(shell, [shell, *start])

seen = b""


def read_until(done, seconds):
    """Reads the shell's output until a condition holds; failures are not fatal, because the calls show them."""
    global seen
    end = time.monotonic() + seconds
    while time.monotonic() < end and not done():
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                return


def quiet():
    """Waits until the shell has printed nothing for a moment."""
    last = [len(seen), time.monotonic()]

    def done():
        if len(seen) != last[0]:
            last[:] = [len(seen), time.monotonic()]
        return time.monotonic() - last[1] > 0.4

    read_until(done, 10)


def count():
    return len(open(calls).read().splitlines()) if os.path.exists(calls) else 0


quiet()
os.write(terminal, setup.encode() + b"\n")
read_until(lambda: seen.count(b"READY> ") > 1, 10)
quiet()
for line in lines:
    before = count()
    os.write(terminal, line.encode())
    quiet()
    os.write(terminal, b"\t")
    quiet()
    os.write(terminal, b"\n")
    read_until(lambda: count() > before, 10)
    quiet()
os.close(terminal)

if os.environ.get("SHOW"):
    sys.stderr.buffer.write(seen)
print(json.dumps([json.loads(line) for line in open(calls)] if count() else [], ensure_ascii=False))
