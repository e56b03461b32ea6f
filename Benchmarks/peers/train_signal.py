"""The default `lorabook train` in NumPy's fast forms: SGD in ΔW's singular coordinates, AdamW by Gram matrices, all
learning rates and rules of an update and rank in one stack, and every recorded step of every curve.

train_signal.py SEEDS     prints the mean final error of the trainings that did not diverge, and how many did
"""
import math
import os
import pathlib
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"))
from make_reference import draw_update  # noqa: E402
from train_reference import DEFAULTS, initial_a, record_steps  # noqa: E402

STEPS, ALPHA, RANKS = 300, 16.0, (2, 4, 8, 16, 32, 64)
RATES = [1e-3, 1.778e-3, 3.162e-3, 5.623e-3, 1e-2, 1.778e-2, 3.162e-2, 5.623e-2, 0.1, 0.1778, 0.3162, 0.5623, 1.0]
AT = set(record_steps("octaves", STEPS))


def squares(x):
    return np.einsum("lij,lij->l", x, x)


def shares(factors, top):
    """The share of each column space in that of the first r singular vectors."""
    q = np.linalg.qr(factors)[0]
    return squares(top.T @ q) / q.shape[2]


def train(update, a0, optimizer):
    """One stack over rules and rates; returns final errors with nan where diverged, and the rows."""
    r = a0.shape[0]
    grid = [(ALPHA / r, rate) for rate in RATES] + [(ALPHA / math.sqrt(r), rate) for rate in RATES]
    scale, rate = (np.array(column)[:, None, None] for column in zip(*grid))
    u, sigma, vt = np.linalg.svd(update)
    if optimizer == "sgd":
        update, a0 = np.diag(sigma), a0 @ vt.T
        top_out = top_in = np.eye(len(sigma))[:, :r]
    else:
        top_out, top_in = u[:, :r], vt[:r].T
    n, total = len(grid), float(np.sum(sigma**2))
    live, a, b = np.arange(n), np.repeat(a0[None], n, 0), np.zeros((n, update.shape[0], r))
    moments = [np.zeros_like(x) for x in (a, a, b, b)]
    final, rows = np.full(n, np.nan), []
    with np.errstate(all="ignore"):
        for t in range(STEPS + 1):
            gram_a, gram_b = a @ a.transpose(0, 2, 1), b.transpose(0, 2, 1) @ b
            cross = (sigma[:, None] * a.transpose(0, 2, 1) if optimizer == "sgd" else update @ a.transpose(0, 2, 1))
            loss = 0.5 * (total - 2 * scale[:, 0, 0] * np.einsum("lij,lij->l", b, cross)
                          + scale[:, 0, 0]**2 * np.einsum("lij,lij->l", gram_a, gram_b))
            bad = ~np.isfinite(loss) | (loss > 1e6 * 0.5 * total)
            if bad.any():
                keep = ~bad
                live, a, b, scale, rate, gram_a, gram_b, cross = (
                    x[keep] for x in (live, a, b, scale, rate, gram_a, gram_b, cross))
                moments = [x[keep] for x in moments]
                if not len(live):
                    break
            grad_b = -scale * (cross - scale * (b @ gram_a))
            pull = b.transpose(0, 2, 1) * sigma if optimizer == "sgd" else b.transpose(0, 2, 1) @ update
            grad_a = -scale * (pull - scale * (gram_b @ a))
            if t in AT:
                before = scale * (b @ a)
                rest = update - before
                row = [np.full(len(live), t), squares(rest) / 2, np.sqrt(squares(rest) / total),
                       np.sqrt(squares(grad_a)), np.sqrt(squares(grad_b)), np.sqrt(squares(a)), np.sqrt(squares(b)),
                       np.sqrt(squares(before) / total), shares(b, top_out), shares(a.transpose(0, 2, 1), top_in)]
            if t == STEPS:
                final[live] = row[2]
                rows.append((live.copy(), row))
                break
            if optimizer == "sgd":
                a, b = a - rate * grad_a, b - rate * grad_b
            else:
                c1, c2 = 1 - 0.9**(t + 1), math.sqrt(1 - 0.999**(t + 1))
                for place, grad in ((0, grad_a), (2, grad_b)):
                    moments[place] += 0.1 * (grad - moments[place])
                    moments[place + 1] = 0.999 * moments[place + 1] + 0.001 * (grad * grad)
                a = a - (rate / c1) * (moments[0] / (np.sqrt(moments[1]) / c2 + 1e-8))
                b = b - (rate / c1) * (moments[2] / (np.sqrt(moments[3]) / c2 + 1e-8))
            if t in AT:
                step = scale * (b @ a) - before
                size = np.sqrt(squares(step))
                gain = (row[1] - squares(rest - step) / 2) / (0.5 * total)
                cosine = np.einsum("lij,lij->l", step, rest) / (size * np.sqrt(2 * row[1]))
                rows.append((live.copy(), [*row, size / math.sqrt(total), cosine, gain]))
    return final, rows


errors, diverged, points = [], 0, 0
for seed in range(int(sys.argv[1])):
    for profile in ("style", "facts"):
        update = draw_update(np.random.RandomState(seed), 64, 64, profile, 0.01)
        for rank in RANKS:
            a0 = initial_a({**DEFAULTS, "seed": seed, "rank": rank})
            for optimizer in ("sgd", "adamw"):
                final, rows = train(update, a0, optimizer)
                points += sum(len(live) for live, _ in rows)
                diverged += int(np.isnan(final).sum())
                if optimizer == "sgd":
                    errors += list(final[~np.isnan(final)])
print(f"{math.fsum(errors) / len(errors)!r} {diverged} {points}")
