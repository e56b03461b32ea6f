"""Writes story/: the small adapter and checkpoints of Examples/adapter.md. `python3 make_story.py` needs no package.

The adapter has r = 8 in four modules. The updates of the attention's modules have rank 2 and 3, those of the MLP's have
8, and all have a little of the rest. The tuned checkpoint adds updates of rank 2 and 5 and noise to the base.
"""
import json
import pathlib
import random
import struct

here = pathlib.Path(__file__).parent / "story"
draw = random.Random(7)
hidden, inner, rank = 32, 48, 8


def normal(rows, columns, scale=1.0):
    return [[draw.gauss(0, scale) for _ in range(columns)] for _ in range(rows)]


def save(path, tensors):
    header, blob = {}, b""
    for name, matrix in tensors.items():
        rows = matrix if isinstance(matrix[0], list) else [matrix]
        piece = b"".join(struct.pack(f"<{len(row)}f", *row) for row in rows)
        shape = [len(matrix), len(matrix[0])] if isinstance(matrix[0], list) else [len(matrix)]
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(blob), len(blob) + len(piece)]}
        blob += piece
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + blob)


def factors(d, k, strengths):
    """B of d x r with columns of the given lengths, A of r x k."""
    left = normal(d, rank, d**-0.5)
    return [[value * strength for value, strength in zip(row, strengths)] for row in left], normal(rank, k, k**-0.5)


adapter = {}
for layer in range(2):
    for name, d, k, kept in [
        ("self_attn.q_proj", hidden, hidden, 2 + layer),
        ("mlp.up_proj", inner, hidden, 8),
    ]:
        left, right = factors(d, k, [1.0 if index < kept else 0.02 for index in range(rank)])
        module = f"base_model.model.model.layers.{layer}.{name}"
        adapter[f"{module}.lora_A.weight"] = right
        adapter[f"{module}.lora_B.weight"] = left
folder = here / "my-adapter"
folder.mkdir(parents=True, exist_ok=True)
save(folder / "adapter_model.safetensors", adapter)
settings = {"peft_type": "LORA", "r": rank, "lora_alpha": 16, "target_modules": ["q_proj", "up_proj"]}
(folder / "adapter_config.json").write_text(json.dumps(settings, indent=2) + "\n")

base, tuned = {}, {}
for layer in range(2):
    for name, d, k, kept in [("self_attn.q_proj", hidden, hidden, 2), ("mlp.up_proj", inner, hidden, 5)]:
        weight = normal(d, k, k**-0.5)
        left, right = normal(d, kept, d**-0.5), normal(kept, k, k**-0.5)
        noise = normal(d, k, 0.002)
        key = f"model.layers.{layer}.{name}.weight"
        base[key] = weight
        tuned[key] = [
            [
                weight[i][j] + noise[i][j] + sum(left[i][m] * right[m][j] for m in range(kept))
                for j in range(k)
            ]
            for i in range(d)
        ]
    key = f"model.layers.{layer}.norm.weight"
    base[key] = tuned[key] = [1.0] * hidden
save(here / "base.safetensors", base)
save(here / "tuned.safetensors", tuned)
