"""Whether PEFT takes the advice of lorabook as it is: `peft_advice.py lora.json advice.csv LAYER`.

LAYER is `linear`, or `conv1d` for GPT-2's: then the model has the modules of the file and, beside each, others whose names
end alike. `t5-large` and `minilm` are the real architectures, without numbers. It prints the number of modules that got the advised rank and scale; every warning is an error.
"""

import csv
import json
import sys
import warnings

import torch
from peft import LoraConfig, get_peft_model
from transformers import BertConfig, BertModel, T5Config, T5ForConditionalGeneration
from transformers.pytorch_utils import Conv1D

warnings.simplefilter("error")
# PEFT 0.21.2 asks for an attribute that transformers has renamed, whatever the configuration.
warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated")
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


def with_modules():
    model = Model()
    for row in advised:
        put(model, row["module"], layer(int(row["d"]), int(row["k"])))
        # A suffix alone must not be enough.
        *path, last = row["module"].split(".")
        put(model, ".".join([*path, "x" + last]), layer(4, 4))
    return model


def t5_large():
    return T5ForConditionalGeneration(
        T5Config(d_model=1024, d_kv=64, d_ff=4096, num_heads=16, num_layers=24, num_decoder_layers=24))


def minilm():
    return BertModel(BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536))


if kind in ("linear", "conv1d"):
    model = with_modules()
else:
    with torch.device("meta"):
        model = {"t5-large": t5_large, "minilm": minilm}[kind]()
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
