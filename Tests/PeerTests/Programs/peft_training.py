"""Trains PEFT's own LoRA layer with torch.optim from the draws of exported trainings, and compares every recorded step.

peft_training.py TRAININGS.csv CURVES.csv      square or not, white inputs, population loss; prints how many numbers it
compared and the largest relative difference
"""
import csv
import pathlib
import sys
from collections import defaultdict

import numpy as np
import torch
from peft import LoraConfig, get_peft_model

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Fixtures"))
from make_reference import draw_update  # noqa: E402
from train_reference import DEFAULTS, initial_a  # noqa: E402

torch.set_default_dtype(torch.float64)
COLUMNS = ("loss", "error", "grad_norm_a", "grad_norm_b", "norm_a", "norm_b", "adapter_norm")


def adapter_layer(run, a):
    d, k = int(run["d"]), int(run["k"])
    model = torch.nn.Sequential(torch.nn.Linear(k, d, bias=False))
    model[0].weight.data.zero_()
    config = LoraConfig(
        r=int(run["rank"]), lora_alpha=float(run["alpha"]), use_rslora=run["rule"] == "rslora", target_modules=["0"])
    layer = get_peft_model(model, config).base_model.model[0]
    layer.lora_A["default"].weight.data = torch.from_numpy(a.copy())
    assert not layer.lora_B["default"].weight.data.any()
    return layer


def optimizer(run, a, b):
    rate = float(run["learning_rate"])
    groups = [{"params": [a], "lr": rate}, {"params": [b], "lr": rate * float(run["lr_ratio"])}]
    if run["optimizer"] == "sgd":
        return torch.optim.SGD(
            groups, momentum=float(run["momentum"]), nesterov=run["nesterov"] == "1",
            weight_decay=float(run["weight_decay"]))
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[run["optimizer"]]
    return kind(
        groups, betas=(float(run["beta1"]), float(run["beta2"])), eps=float(run["eps"]),
        weight_decay=float(run["weight_decay"]))


def curve(run, delta):
    """One row a step: the state before each update, and after the last."""
    settings = {**DEFAULTS, "seed": int(run["seed"]), "k": int(run["k"]), "rank": int(run["rank"]), "init": run["init"]}
    layer = adapter_layer(run, initial_a(settings))
    a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    steps, inputs, target = optimizer(run, a, b), torch.eye(int(run["k"])), torch.from_numpy(delta)
    size = torch.linalg.norm(target)
    for _ in range(int(run["steps"]) + 1):
        steps.zero_grad()
        added = layer(inputs).T
        rest = target - added
        loss = 0.5 * (rest ** 2).sum()
        loss.backward()
        yield [float(x.detach()) for x in (
            loss, torch.linalg.norm(rest) / size, torch.linalg.norm(a.grad), torch.linalg.norm(b.grad),
            torch.linalg.norm(a), torch.linalg.norm(b), torch.linalg.norm(added) / size)]
        steps.step()


recorded = defaultdict(dict)
with open(sys.argv[2], newline="") as file:
    for row in csv.DictReader(file):
        recorded[row["run_id"]][int(row["step"])] = row
compared, worst = 0, 0.0
with open(sys.argv[1], newline="") as file:
    runs = list(csv.DictReader(file))
for run in runs:
    stream = np.random.RandomState(int(run["seed"]))
    delta = draw_update(stream, int(run["d"]), int(run["k"]), run["profile"], float(run["noise"]))
    known = recorded[run["run_id"]]
    largest = {name: max(abs(float(row[name])) for row in known.values()) for name in COLUMNS}
    for step, found in enumerate(curve(run, delta)):
        if step not in known:
            continue
        for name, value in zip(COLUMNS, found):
            expected = float(known[step][name])
            distance = abs(value - expected) / max(abs(expected), 1e-3 * largest[name], 1e-300)
            if not distance <= 1e-9:
                sys.exit(f"run {run['run_id']}, step {step}: {name} is {expected!r}, and PEFT's layer has {value!r}")
            compared, worst = compared + 1, max(worst, distance)
print(f"{compared} numbers, largest difference {worst:.1e}")
