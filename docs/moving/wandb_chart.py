"""Writes the points of W&B's charts as JSON lines for `lorabook import`: `wandb_chart.py CHART.csv …`.

A chart exported as CSV has the step in its first column, then for each run `RUN - METRIC`, `RUN - METRIC__MIN` and
`RUN - METRIC__MAX`.
"""
import csv
import json
import math
import sys


def number(text):
    value = float(text)
    return value if math.isfinite(value) else str(value)


for path in sys.argv[1:]:
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        if header[:1] != ["Step"]:
            sys.exit(f"{path} begins with {header[:1]}, not with 'Step': choose Step for the chart's x axis.")
        twice = next((name for name in header if header.count(name) > 1), None)
        if twice:
            sys.exit(f"{path} has '{twice}' twice: give these runs names of their own.")
        for step, *values in rows:
            for name, value in zip(header[1:], values):
                if value and f"{name}__MIN" in header:
                    run, metric = name.rsplit(" - ", 1)
                    print(json.dumps({"run": run, "step": int(step), "metrics": {metric: number(value)}}))
