"""What the trackers log."""
import numpy as np

from article import ALPHA, NOISE, RANKS, RULES, SCALES, draw, expert, sigma_of


def runs_of_grid(seeds):
    """The settings of each run of the article's grid and what it measures."""
    for seed in range(seeds):
        stream = np.random.RandomState(seed)
        for profile in ("style", "facts"):
            errors, captured = expert(draw(stream, 64, sigma_of(profile, 64)[0]))
            for i, rank in enumerate(RANKS):
                for j, rule in enumerate(RULES):
                    yield {
                        "seed": seed, "shape": "64x64", "profile": profile, "noise": NOISE, "rank": int(rank),
                        "alpha": ALPHA, "rule": rule, "scale": float(SCALES[i, j]), "error": float(errors[i, j]),
                        "truncation_error": float(errors[i, -1]), "variance_captured": float(captured[i]),
                    }


def print_sums(runs):
    """Of what is compared with a book's: see sums.sql."""
    runs = list(runs)
    for name in ("error", "truncation_error", "variance_captured"):
        print(f"{sum(run[name] for run in runs):.9f}")
