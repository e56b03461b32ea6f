"""Writes adapters/bf16: a PEFT folder in BF16 with what PEFT makes of it. `python3 make_bf16_adapter.py` needs NumPy.

The values are those of adapters/rslora rounded to BF16 (to nearest, ties to even), as torch rounds them; the singular
values are those of s * B @ A in double, of the rounded factors.
"""
import json
import pathlib
import shutil
import struct

import numpy as np

here = pathlib.Path(__file__).parent / "adapters"
source, target = here / "rslora", here / "bf16"
target.mkdir(exist_ok=True)
shutil.copy(source / "adapter_config.json", target)


def read(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + begin : 8 + length + end], "<f4")
        yield name, values.reshape(entry["shape"])


def to_bf16(values):
    bits = values.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")


header, blob, widened = {"__metadata__": {"format": "pt"}}, b"", {}
for name, values in read(source / "adapter_model.safetensors"):
    rounded = to_bf16(np.ascontiguousarray(values))
    widened[name] = (rounded.astype(np.uint32) << 16).view(np.float32).astype(float)
    piece = rounded.tobytes()
    header[name] = {"dtype": "BF16", "shape": list(values.shape), "data_offsets": [len(blob), len(blob) + len(piece)]}
    blob += piece
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
(target / "adapter_model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + blob)

settings = json.loads((target / "adapter_config.json").read_text())
r, alpha = settings["r"], settings["lora_alpha"]
scale = alpha / np.sqrt(r)
expected = {}
for name, left in widened.items():
    if not name.endswith(".lora_B.weight"):
        continue
    right = widened[name.replace("lora_B", "lora_A")]
    update = scale * left @ right
    values = np.linalg.svd(update, compute_uv=False)
    module = name.removeprefix("base_model.model.").removesuffix(".lora_B.weight")
    expected[module] = {
        "r": r, "alpha": alpha, "scale": scale, "shape": list(update.shape),
        "sv": values[: r + 1].tolist(), "fro": float(np.linalg.norm(update)),
    }
(target / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
