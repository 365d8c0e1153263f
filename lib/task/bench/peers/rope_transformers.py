"""Rotary embeddings as the modules of transformers make them: JSON cases in, frequencies and factors out."""

import importlib
import inspect
import json
import sys
import warnings

warnings.filterwarnings("ignore")

import torch
import transformers
from transformers import AutoConfig

transformers.logging.set_verbosity_error()


def rotary(case):
    fields = dict(case["config"])
    kind = fields.pop("model_type")
    config = AutoConfig.for_model(kind, **fields)
    folder = kind.removesuffix("_text")
    module = importlib.import_module(f"transformers.models.{folder}.modeling_{folder}")
    made = [
        cls
        for name, cls in vars(module).items()
        if inspect.isclass(cls) and name.endswith("RotaryEmbedding") and "Vision" not in name
    ]
    embedding = made[0](config)
    layer = case.get("layerType")
    if case.get("length"):
        position = torch.tensor([[case["length"] - 1]])
        embedding(torch.zeros(1), position, *([layer] if layer else []))
    prefix = f"{layer}_" if layer and hasattr(embedding, f"{layer}_inv_freq") else ""
    scale = None
    if hasattr(config, "qk_rope_head_dim"):
        attention = next(cls for name, cls in vars(module).items() if name.endswith("Attention") and inspect.isclass(cls))
        with torch.device("meta"):
            scale = attention(config, 0).scaling
    return {
        "frequencies": getattr(embedding, f"{prefix}inv_freq").tolist(),
        "attentionFactor": getattr(embedding, f"{prefix}attention_scaling"),
        "softmaxScale": scale,
    }


json.dump([rotary(case) for case in json.load(sys.stdin)], sys.stdout)
