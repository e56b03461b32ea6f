"""Whether PEFT takes the advice of lorabook as it is: `peft_advice.py lora.json advice.csv LAYER`.

LAYER is `linear`, or `conv1d` for GPT-2's. The model has the modules of the file and, beside each, others whose names end
alike. It prints the number of modules that got the advised rank and scale; every warning is an error.
"""

import csv
import json
import sys
import warnings

import torch
from peft import LoraConfig, get_peft_model
from transformers.pytorch_utils import Conv1D

warnings.simplefilter("error")
file, advice, kind = sys.argv[1:]
with open(advice, newline="") as rows:
    advised = list(csv.DictReader(rows))


def layer(d, k):
    return Conv1D(d, k) if kind == "conv1d" else torch.nn.Linear(k, d)


def put(model, name, module):
    *path, last = name.split(".")
    for part in path:
        if not hasattr(model, part):
            model.add_module(part, torch.nn.Module())
        model = getattr(model, part)
    model.add_module(last, module)


class Model(torch.nn.Module):
    def forward(self, inputs):
        return inputs


model = Model()
for row in advised:
    put(model, row["module"], layer(int(row["d"]), int(row["k"])))
    # A suffix alone must not be enough.
    *path, last = row["module"].split(".")
    put(model, ".".join([*path, "x" + last]), layer(4, 4))

with open(file) as text:
    config = LoraConfig(**json.load(text))
adapted = get_peft_model(model, config)
found = {
    name.removeprefix("base_model.model."): (module.r["default"], module.scaling["default"])
    for name, module in adapted.named_modules()
    if hasattr(module, "lora_A")
}
expected = {row["module"]: (int(row["rank"]), float(row["scale"])) for row in advised if int(row["rank"]) > 0}
assert found == expected, (found, expected)
print(len(found))
