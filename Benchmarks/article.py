#!/usr/bin/env python3
"""The article's grid in NumPy: `python3 article.py METHOD SEEDS`, METHOD `article` or `expert`.

`article` measures as the article's script does: a full SVD an update, and for every run the scaled
rank-r approximation rebuilt and subtracted. `expert` takes the singular values alone, once an update, and
measures every run from their energies. Both print the sum of all errors, so that they can be compared.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Tests", "Fixtures"))
import numpy as np
from make_reference import draw_update, outcomes

RANKS, ALPHA, RULES = [2, 4, 8, 16, 32, 48], 16.0, ["lora", "rslora"]


def article(update):
    return sum(run["error"] for run in outcomes(update, RANKS, [ALPHA], RULES))


def expert(update):
    energy = np.linalg.svd(update, compute_uv=False) ** 2
    tails = np.concatenate([np.cumsum(energy[::-1])[::-1], [0.0]])
    total = 0.0
    for rank in RANKS:
        truncation = tails[rank] / tails[0]
        captured = energy[:rank].sum() / tails[0]
        for scale in (ALPHA / rank, ALPHA / np.sqrt(rank)):
            total += np.sqrt((1 - scale) ** 2 * captured + truncation)
    return total


def main():
    measure = {"article": article, "expert": expert}[sys.argv[1]]
    total = 0.0
    for seed in range(int(sys.argv[2])):
        stream = np.random.RandomState(seed)
        for profile in ("style", "facts"):
            total += measure(draw_update(stream, 64, 64, profile, 0.01))
    print(f"{total:.9f}")


if __name__ == "__main__":
    main()
