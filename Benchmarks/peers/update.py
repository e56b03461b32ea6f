"""Writes for `steps` the update and the initial A of one training, as doubles: span, rank, ΔW and A row by row.

update.py SPAN RANK FILE      seed 0, facts, noise 0.01, independent, kaiming
"""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"))
from make_reference import draw_update  # noqa: E402
from train_reference import DEFAULTS, initial_a  # noqa: E402

span, rank = int(sys.argv[1]), int(sys.argv[2])
update = draw_update(np.random.RandomState(0), span, span, "facts", 0.01)
factor = initial_a({**DEFAULTS, "seed": 0, "k": span, "rank": rank})
np.concatenate([[span, rank], update.ravel(), factor.ravel()]).astype("=f8").tofile(sys.argv[3])
