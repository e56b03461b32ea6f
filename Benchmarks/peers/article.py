#!/usr/bin/env python3
"""The article's grid in NumPy: `article.py METHOD SEEDS [SPAN [PROFILES]]`, METHOD `article`, `shared` or `expert`.

`article` measures as a short script does, run by run: a full SVD of the update, its approximation of the rank rebuilt,
scaled and subtracted. `shared` takes one such SVD an update for all its runs. `expert` takes the singular values alone,
once an update, and measures all its runs at once from their energies. All print the sums of the errors, of the
truncation errors and of the variance captured of all runs, so that they can be compared.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"))
import numpy as np
from make_reference import sigma_of

RANKS, ALPHA, RULES, NOISE = np.array([2, 4, 8, 16, 32, 48]), 16.0, ["lora", "rslora"], 0.01
# By rank and rule.
SCALES = ALPHA / np.column_stack([RANKS, np.sqrt(RANKS)])
# What the variance captured adds to error²: by each rule (1 − s)² of it, and nothing to the truncation error's.
FACTORS = np.column_stack([(1 - SCALES) ** 2, np.zeros(len(RANKS))])


def draw(stream, span, sigma):
    u, _ = np.linalg.qr(stream.randn(span, len(sigma)))
    v, _ = np.linalg.qr(stream.randn(span, len(sigma)))
    return (u * sigma) @ v.T + NOISE * stream.randn(span, span)


def run(update, rank, scale):
    """The error, the truncation error and the variance captured of one run."""
    u, s, vt = np.linalg.svd(update, full_matrices=False)
    best = (u[:, :rank] * s[:rank]) @ vt[:rank]
    norm = np.linalg.norm(update)
    return (np.linalg.norm(update - scale * best) / norm, np.linalg.norm(update - best) / norm,
            np.sum(s[:rank]**2) / np.sum(s**2))


def article(update):
    """By rank: the error by each rule and then the truncation error; and the variance captured."""
    errors, captured = np.empty(FACTORS.shape), np.empty(len(RANKS))
    for i, rank in enumerate(RANKS):
        for j, scale in enumerate(SCALES[i]):
            errors[i, j], errors[i, -1], captured[i] = run(update, rank, scale)
    return errors, captured


def shared(update):
    """The same with one SVD for all runs."""
    u, s, vt = np.linalg.svd(update, full_matrices=False)
    energy = np.cumsum(s**2) / np.sum(s**2)
    norm = np.linalg.norm(update)
    errors, captured = np.empty(FACTORS.shape), energy[RANKS - 1]
    for i, rank in enumerate(RANKS):
        best = (u[:, :rank] * s[:rank]) @ vt[:rank]
        errors[i, -1] = np.linalg.norm(update - best) / norm
        for j, scale in enumerate(SCALES[i]):
            errors[i, j] = np.linalg.norm(update - scale * best) / norm
    return errors, captured


def expert(update):
    """The same in closed form."""
    energy = np.linalg.svd(update, compute_uv=False) ** 2
    tails = np.cumsum(energy[::-1])[::-1]
    truncation = tails[RANKS] / tails[0]
    captured = 1 - truncation
    return np.sqrt(FACTORS * captured[:, None] + truncation[:, None]), captured


def main():
    measure = {"article": article, "shared": shared, "expert": expert}[sys.argv[1]]
    span = int(sys.argv[3]) if len(sys.argv) > 3 else 64
    profiles = sys.argv[4].split(",") if len(sys.argv) > 4 else ["style", "facts"]
    sigmas = [sigma_of(profile, span)[0] for profile in profiles]
    errors, captured = np.zeros(FACTORS.shape), np.zeros(len(RANKS))
    for seed in range(int(sys.argv[2])):
        stream = np.random.RandomState(seed)
        for sigma in sigmas:
            found = measure(draw(stream, span, sigma))
            errors += found[0]
            captured += found[1]
    # A run for each rule has the truncation error and the variance captured of its rank.
    for total in (errors[:, :-1].sum(), len(RULES) * errors[:, -1].sum(), len(RULES) * captured.sum()):
        print(f"{total:.9f}")


if __name__ == "__main__":
    main()
