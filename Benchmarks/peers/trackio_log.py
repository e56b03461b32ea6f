#!/usr/bin/env python3
"""Logs the article's grid to trackio, a run a run: `trackio_log.py FOLDER SEEDS [sum]`; with `sum` it reads them back.
"""
import os
import sys

os.environ["TRACKIO_DIR"] = os.path.abspath(sys.argv[1])
import trackio

from trackers import print_sums, runs_of_grid

SETTINGS = ("seed", "shape", "profile", "noise", "rank", "alpha", "rule")


def main():
    for number, run in enumerate(runs_of_grid(int(sys.argv[2]))):
        trackio.init(project="article", name=f"run-{number}", config={name: run.pop(name) for name in SETTINGS})
        trackio.log(run)
        trackio.finish()
    if sys.argv[3:] == ["sum"]:
        sum_up()


def sum_up():
    from trackio.sqlite_storage import SQLiteStorage
    runs = SQLiteStorage.get_runs("article")
    print_sums(log for run in runs for log in SQLiteStorage.get_logs("article", run))


if __name__ == "__main__":
    main()
