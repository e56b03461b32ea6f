"""What is found, as markdown."""
import math
from dataclasses import dataclass
from typing import Optional

from timing import seconds


@dataclass
class Pace:
    """Milliseconds that a peer takes for a seed of the article's grid: now, and when the targets were set."""
    peer: str
    milliseconds: float
    first_measured: float


@dataclass
class Row:
    """A line of the table. `holds` is None where nothing is asked."""
    work: str
    beside: str
    target: str = ""
    ratio: str = ""
    times: str = ""
    spread: str = ""
    holds: Optional[bool] = None
    pace: Optional[Pace] = None


@dataclass
class Growth:
    """A table of how something grows; each series is named and has a y for every x."""
    title: str
    unit: str
    x: list
    series: dict
    note: str = ""


def faster(work, beside, series, ours, theirs, target=None):
    """A row that asks for `theirs` to take at least `target` times as long; without one it is for context."""
    ratio = series[theirs].median / series[ours].median
    times = told(series, ours, theirs)
    if target is None:
        return Row(work, beside, "", f"{ratio:.2f}× as fast", *times)
    return Row(work, beside, f"{target:g}× faster", f"{ratio:.2f}×", *times, ratio >= target)


def at_most(work, beside, series, ours, theirs, target=None):
    """A row that asks `ours` to take at most `target` times as long; without one it is for context."""
    ratio = series[ours].median / series[theirs].median
    times = told(series, ours, theirs)
    if target is None:
        return Row(work, beside, "", f"{ratio:.2f}× its time", *times)
    return Row(work, beside, f"{target:g}× its time at most", f"{ratio:.2f}×", *times, ratio <= target)


def told(series, *names):
    """The median times and the spreads of some series, ours first."""
    return (" · ".join(seconds(series[name].median) for name in names),
            " · ".join(f"{series[name].spread * 100:.0f} %" for name in names))


def rows_table(rows):
    verdict = {True: "yes", False: "**no**", None: ""}
    return markdown(
        ["work", "beside", "target", "ratio", "median times, ours · theirs", "spread", "holds?"],
        [[r.work, r.beside, r.target, r.ratio, r.times, r.spread, verdict[r.holds]] for r in rows])


def paces_table(rows):
    """What the peers on the article's grid take, and took when the targets were set."""
    paces = [row.pace for row in rows if row.pace]
    return "### The peers on the article's grid\n\n" + markdown(
        ["peer", "ms a seed of 24 runs, whole process", "the same when the targets were set, on another day"],
        [[pace.peer, f"{pace.milliseconds:.3g}", f"{pace.first_measured:g}"] for pace in paces])


def growth_table(growth):
    names = list(growth.series)
    lines = [[f"{x:,}" if isinstance(x, int) else x, *(number(growth.series[n][i]) for n in names)]
             for i, x in enumerate(growth.x)]
    lines.append(["slope", *(f"{slope(growth.x, growth.series[n]):.2f}" for n in names)])
    text = f"### {growth.title}\n\n" + markdown([growth.unit, *names], lines)
    return text + (f"\n\n{growth.note}" if growth.note else "")


def number(value):
    if value == 0 or 0.0995 <= abs(value) < 1000:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2g}"


def slope(x, y):
    """The exponent p of y ≈ c·xᵖ by least squares of the logarithms."""
    u, v = [math.log(value) for value in x], [math.log(value) for value in y]
    mean_u, mean_v = sum(u) / len(u), sum(v) / len(v)
    return (sum((a - mean_u) * (b - mean_v) for a, b in zip(u, v))
            / sum((a - mean_u) ** 2 for a in u))


def markdown(header, lines):
    rows = [header, ["---"] * len(header), *lines]
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
