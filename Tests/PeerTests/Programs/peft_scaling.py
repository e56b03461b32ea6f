"""Puts the best rank-r factors of each update into PEFT's own LoRA layer, and compares the remaining difference
from the update after its forward pass with the `error` of the exported runs.

peft_scaling.py RUNS.csv      shapes, profiles and noise as in the article's sweep; prints the deviations
"""
import csv
import pathlib
import sys

import numpy as np
import torch
from peft import LoraConfig, get_peft_model

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Fixtures"))
from make_reference import draw_update  # noqa: E402

torch.set_default_dtype(torch.float64)


def layer_error(delta, rank, alpha, is_rank_stabilised):
    """‖ΔW − what the layer adds‖ / ‖ΔW‖, with the layer's own scaling."""
    d, k = delta.shape
    model = torch.nn.Sequential(torch.nn.Linear(k, d, bias=False))
    model[0].weight.data.zero_()
    config = LoraConfig(r=rank, lora_alpha=alpha, use_rslora=is_rank_stabilised, target_modules=["0"])
    layer = get_peft_model(model, config).base_model.model[0]
    u, s, vt = np.linalg.svd(delta)
    layer.lora_B["default"].weight.data = torch.from_numpy(u[:, :rank] * s[:rank])
    layer.lora_A["default"].weight.data = torch.from_numpy(vt[:rank].copy())
    with torch.no_grad():
        added = layer(torch.eye(k)).T.numpy()
    return np.linalg.norm(delta - added) / np.linalg.norm(delta)


compared = 0
with open(sys.argv[1], newline="") as file:
    runs = list(csv.DictReader(file))
stream, deltas = np.random.RandomState(int(runs[0]["seed"])), {}
for profile in dict.fromkeys(run["profile"] for run in runs):
    first = next(run for run in runs if run["profile"] == profile)
    deltas[profile] = draw_update(stream, int(first["d"]), int(first["k"]), profile, float(first["noise"]))
for run in runs:
    found = layer_error(deltas[run["profile"]], int(run["rank"]), int(float(run["alpha"])), run["rule"] == "rslora")
    recorded = float(run["error"])
    if not abs(found - recorded) <= 1e-10 * max(1, recorded):
        sys.exit(f"{run}: PEFT's layer leaves {found!r}")
    compared += 1
print(compared)
