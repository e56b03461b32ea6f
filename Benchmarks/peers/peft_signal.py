"""Trains a sample of the default `lorabook train` with PEFT's own LoRA layer and torch.optim, every recorded row of
every curve, and times the trainings alone.

peft_signal.py COUNT      prints the seconds, how many diverged, and the final error of each (nan where it diverged)
                          after its run: profile rank optimizer rule learning rate
"""
import math
import pathlib
import sys
import time

import numpy as np
import torch
from peft import LoraConfig, get_peft_model

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"))
from make_reference import draw_update  # noqa: E402
from train_reference import DEFAULTS, initial_a, record_steps  # noqa: E402

torch.set_default_dtype(torch.float64)
STEPS, SPAN, ALPHA = 300, 64, 16
RATES = ["0.001", "0.001778", "0.003162", "0.005623", "0.01", "0.01778", "0.03162", "0.05623", "0.1", "0.1778", "0.3162",
         "0.5623", "1"]
GRID = [(profile, rank, optimizer, rule, rate) for profile in ("style", "facts") for rank in (2, 4, 8, 16, 32, 64)
        for optimizer in ("sgd", "adamw") for rule in ("lora", "rslora") for rate in RATES]
AT = set(record_steps("octaves", STEPS))
OPTIMIZERS = {"sgd": torch.optim.SGD, "adamw": lambda p, lr: torch.optim.AdamW(p, lr=lr, weight_decay=0)}


def layer_of(rank, rule, factor):
    model = torch.nn.Sequential(torch.nn.Linear(SPAN, SPAN, bias=False))
    model[0].weight.data.zero_()
    config = LoraConfig(r=rank, lora_alpha=ALPHA, use_rslora=rule == "rslora", target_modules=["0"])
    layer = get_peft_model(model, config).base_model.model[0]
    layer.lora_A["default"].weight.data = torch.from_numpy(factor.copy())
    return layer


def share(factor, top):
    return float((top.T @ torch.linalg.qr(factor)[0]).square().sum()) / top.shape[1]


def train(target, top_out, top_in, layer, optimizer, rate):
    """The final error, nan where it diverged, and the rows of the curve."""
    a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    steps, inputs, size = OPTIMIZERS[optimizer]([a, b], lr=rate), torch.eye(SPAN), torch.linalg.norm(target)
    first, rows, kept = None, [], None
    for t in range(STEPS + 1):
        steps.zero_grad()
        added = layer(inputs).T
        rest = target - added
        loss = 0.5 * rest.square().sum()
        value = float(loss.detach())
        first = value if first is None else first
        if not math.isfinite(value) or value > 1e6 * first:
            return math.nan, rows
        with torch.no_grad():
            if kept is not None:
                change = added - kept[0]
                length = torch.linalg.norm(change)
                cosine = (change * kept[1]).sum() / (length * torch.linalg.norm(kept[1]))
                rows[-1] += [float(length / size), float(cosine), (kept[2] - value) / first]
                kept = None
        loss.backward()
        if t in AT:
            with torch.no_grad():
                norms = [float(torch.linalg.norm(x)) for x in (rest, a.grad, b.grad, a, b, added)]
                rows.append([t, rate, value, norms[0] / float(size), *norms[1:5], norms[5] / float(size),
                             share(b, top_out), share(a.T, top_in)])
                kept = (added, rest, value)
        if t < STEPS:
            steps.step()
    return rows[-1][3], rows


# Trainings all over the grid, the same for everyone who asks for as many.
sample = [GRID[index] for index in np.random.RandomState(0).permutation(len(GRID))[:int(sys.argv[1])]]
updates = {profile: draw_update(np.random.RandomState(0), SPAN, SPAN, profile, 0.01) for profile in ("style", "facts")}
vectors = {profile: np.linalg.svd(update) for profile, update in updates.items()}
lines, seconds = [], 0.0
for profile, rank, optimizer, rule, rate in sample:
    factor = initial_a({**DEFAULTS, "seed": 0, "k": SPAN, "rank": rank})
    u, _, vt = vectors[profile]
    layer = layer_of(rank, rule, factor)
    target = torch.from_numpy(updates[profile])
    top = torch.from_numpy(u[:, :rank].copy()), torch.from_numpy(vt[:rank].T.copy())
    begin = time.perf_counter()
    final, _ = train(target, *top, layer, optimizer, float(rate))
    seconds += time.perf_counter() - begin
    lines.append(f"{profile} {rank} {optimizer} {rule} {rate} {final!r}")
print(seconds)
print("\n".join(lines))
