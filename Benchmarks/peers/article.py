#!/usr/bin/env python3
"""The article's grid in NumPy: `article.py METHOD SEEDS [SHAPE [PROFILES]]`, METHOD `article` or `expert`.

`article` measures as the article's script does: a full SVD an update, and for every run the scaled
rank-r approximation rebuilt and subtracted. `expert` takes the singular values alone, once an update, and
measures every run from their energies. Both print the sum of all errors, so that they can be compared.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"))
import numpy as np
from make_reference import draw_update, outcomes

RANKS, ALPHA, RULES = [2, 4, 8, 16, 32, 48], 16.0, ["lora", "rslora"]


def article(update):
    return sum(run["error"] for run in outcomes(update, RANKS, [ALPHA], RULES))


def expert(update):
    return sum(run["error"] for run in expert_outcomes(update))


def expert_outcomes(update):
    """What the runs of an update measure, in closed form."""
    energy = np.linalg.svd(update, compute_uv=False) ** 2
    tails = np.concatenate([np.cumsum(energy[::-1])[::-1], [0.0]])
    for rank in RANKS:
        truncation = tails[rank] / tails[0]
        captured = energy[:rank].sum() / tails[0]
        for rule, scale in (("lora", ALPHA / rank), ("rslora", ALPHA / np.sqrt(rank))):
            yield {
                "rank": rank, "alpha": ALPHA, "rule": rule, "scale": float(scale),
                "error": float(np.sqrt((1 - scale) ** 2 * captured + truncation)),
                "truncation_error": float(np.sqrt(truncation)),
                "variance_captured": float(captured),
            }


def main():
    measure = {"article": article, "expert": expert}[sys.argv[1]]
    d, k = map(int, sys.argv[3].split("x")) if len(sys.argv) > 3 else (64, 64)
    profiles = sys.argv[4].split(",") if len(sys.argv) > 4 else ["style", "facts"]
    total = 0.0
    for seed in range(int(sys.argv[2])):
        stream = np.random.RandomState(seed)
        for profile in profiles:
            total += measure(draw_update(stream, d, k, profile, 0.01))
    print(f"{total:.9f}")


if __name__ == "__main__":
    main()
