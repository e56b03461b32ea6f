"""Singular values of real updates in NumPy: `weights.py adapter FOLDER` or `weights.py pair BASE TUNED`.

Of an adapter those of s·B·A from the QR factors of B and Aᵀ and the small matrix between them; of two checkpoints those
of each difference, in double, values alone. It prints the numbers of modules and of values, and the sum of all values.
"""
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file


def adapter(folder):
    config = json.loads((Path(folder) / "adapter_config.json").read_text())
    scale = config["lora_alpha"] / config["r"]
    tensors = load_file(Path(folder) / "adapter_model.safetensors")
    for name in tensors:
        if name.endswith(".lora_A.weight"):
            a, b = (tensors[name.replace(".lora_A.", f".lora_{x}.")].astype(np.float64) for x in "AB")
            core = np.linalg.qr(b, mode="r") @ np.linalg.qr(a.T, mode="r").T
            yield scale * np.linalg.svd(core, compute_uv=False)


def pair(base, tuned):
    before, after = load_file(base), load_file(tuned)
    for name in before:
        if name in after and before[name].ndim > 1 and before[name].shape == after[name].shape:
            x, y = (tensors[name].reshape(len(tensors[name]), -1).astype(np.float64) for tensors in (before, after))
            if (x != y).any():
                yield np.linalg.svd(y - x, compute_uv=False)


spectra = list({"adapter": adapter, "pair": pair}[sys.argv[1]](*sys.argv[2:]))
print(len(spectra), sum(map(len, spectra)), repr(float(sum(values.sum() for values in spectra))))
