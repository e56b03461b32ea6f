"""Makes files of weights: `make_weights.py pair SPAN BASE TUNED`, two checkpoints of one F32 matrix each, or
`make_weights.py header TENSORS BYTES FILE`, so many matrices of 1x1 under a header of so many bytes."""
import json
import sys

import numpy as np
from safetensors.numpy import save_file


def pair(span, base, tuned):
    random = np.random.default_rng(0)
    before = random.standard_normal((int(span), int(span)), dtype=np.float32)
    save_file({"weight": before}, base)
    save_file({"weight": before + random.standard_normal(before.shape, dtype=np.float32) / 100}, tuned)


def header(tensors, size, file):
    tensors, size = int(tensors), int(size)

    def entry(number, width):
        offsets = [4 * number, 4 * number + 4]
        fields = json.dumps({"dtype": "F32", "shape": [1, 1], "data_offsets": offsets}, separators=(",", ":"))
        return f'"{number:0{width}}.weight":{fields}'

    shortest = sum(len(entry(number, 6)) + 1 for number in range(tensors)) + 1
    text = "{" + ",".join(entry(number, 6 + (size - shortest) // tensors) for number in range(tensors)) + "}"
    with open(file, "wb") as weights:
        weights.write(size.to_bytes(8, "little") + text.encode().ljust(size) + np.ones(tensors, "<f4").tobytes())


{"pair": pair, "header": header}[sys.argv[1]](*sys.argv[2:])
