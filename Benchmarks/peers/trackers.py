"""What the trackers log."""
import numpy as np

from article import expert_outcomes
from make_reference import draw_update


def runs_of_grid(seeds):
    """The settings of each run of the article's grid and what it measures."""
    for seed in range(seeds):
        stream = np.random.RandomState(seed)
        for profile in ("style", "facts"):
            update = draw_update(stream, 64, 64, profile, 0.01)
            for run in expert_outcomes(update):
                yield {"seed": seed, "shape": "64x64", "profile": profile, "noise": 0.01, **run}
