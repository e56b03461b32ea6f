#!/usr/bin/env python3
"""Stands in for `lorabook log - --ack`: keeps each line in a file and acknowledges it.

The book is a folder: `lines.jsonl` gets the lines in order, `starts` a byte for each start. A file
in it says how to misbehave: `die` (after how many lines), `refuse` (a text whose lines are refused
with 65), `hang` (reads nothing), `slow` (reads after two seconds), `chatter` (writes to
standard error).
"""
import json
import os
import pathlib
import select
import sys
import time

command, dash, ack, option, book = sys.argv[1:6]
assert (command, dash, ack, option) == ("log", "-", "--ack", "--db"), sys.argv
folder = pathlib.Path(book)
with open(folder / "starts", "a") as starts:
    starts.write("*")


def setting(name):
    path = folder / name
    return path.read_text() if path.exists() else None


if setting("chatter") is not None:
    print("chatter", file=sys.stderr)
if setting("hang") is not None:
    time.sleep(60)
if setting("slow") is not None:
    time.sleep(2)
die, refuse = setting("die"), setting("refuse")
count = told = 0
rest = b""
due = time.monotonic() + 0.25
with open(folder / "lines.jsonl", "ab", buffering=0) as lines:
    while True:
        ready, _, _ = select.select([0], [], [], max(0, due - time.monotonic()))
        data = os.read(0, 65536) if ready else None
        *complete, rest = (rest + (data or b"")).split(b"\n")
        for line in complete:
            if refuse and refuse.encode() in line:
                print(count, flush=True)
                print(f"lorabook: line {count + 1}: refused.", file=sys.stderr)
                sys.exit(65)
            json.loads(line)
            lines.write(line + b"\n")
            count += 1
            if die and count >= int(die):
                os.kill(os.getpid(), 9)
        if (data == b"" or time.monotonic() >= due) and count > told:
            print(count, flush=True)
            told = count
        if time.monotonic() >= due:
            due = time.monotonic() + 0.25
        if data == b"":
            break
