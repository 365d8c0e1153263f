"""What `deno task verify transformers` asks Python's transformers: logits of a checkpoint folder, counts of a
configuration, what small decoders of every type compute, and a random model of 10M parameters.

Each line on standard input is a JSON question, each line on standard output its answer. Logits go to a file as float32.
"""

import json
import sys

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoConfig, AutoModelForCausalLM, Qwen2Config, Qwen2ForCausalLM


def logits(question):
    model, loading = AutoModelForCausalLM.from_pretrained(
        question["checkpoint"], dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    strange = {name: sorted(map(str, found)) for name, found in loading.items() if found}
    with torch.no_grad():
        found = model(torch.tensor([question["tokens"]])).logits[0]
    found.contiguous().numpy().tofile(question["file"])
    return {"strange": strange, "model": type(model).__name__}


def counts(question):
    """Parameters, and the floating-point operations of one forward and backward pass, counted product by product."""
    config = AutoConfig.from_pretrained(question["checkpoint"])
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, attn_implementation="eager")
        tokens = torch.zeros(1, question["context"], dtype=torch.long)
    # The rotary tables are one product of no weight; counted alone, to be left out.
    with FlopCounterMode(display=False) as tables, torch.no_grad():
        model.model.rotary_emb(torch.zeros(1, 1, 1, device="meta"), torch.arange(question["context"], device="meta")[None])
    with FlopCounterMode(display=False) as counter:
        model(tokens, labels=tokens).loss.backward()
    return {
        "parameters": model.num_parameters(),
        "flops": counter.get_total_flops() - tables.get_total_flops(),
    }


def qwen(question):
    """Write a random model of 10M parameters with Qwen 2.5's parts; its biases, which begin at zero, are drawn too."""
    config = Qwen2Config(
        vocab_size=8192, hidden_size=320, intermediate_size=864, num_hidden_layers=7, num_attention_heads=5,
        num_key_value_heads=1, max_position_embeddings=512, rms_norm_eps=1e-6, tie_word_embeddings=True,
        bos_token_id=256, eos_token_id=256,
    )
    torch.manual_seed(1)
    model = Qwen2ForCausalLM(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.1)
    model.save_pretrained(question["path"])
    return {"parameters": model.num_parameters()}


def uniform(name, seed, count):
    """Numbers in [-1, 1) as `_decoder_cases.ts` makes them: a hash of the name, counted on and mixed."""
    start = (0x811C9DC5 ^ seed) & 0xFFFFFFFF
    for byte in name.encode():
        start = ((start ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = np.arange(count, dtype=np.uint32) + np.uint32(start)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return (x ^ (x >> np.uint32(16))).astype(np.float64) / 2**31 - 1


def named(model):
    """Parameters by the names of their tensors in files, which GPT-NeoX's output layer does not have in memory."""
    neox = model.config.model_type == "gpt_neox"
    return [(name.replace("lm_head", "embed_out") if neox else name, p) for name, p in model.named_parameters()]


def decoder(question):
    """A model of a configuration with weights by the formula: its folder, logits, loss and gradients."""
    keys = dict(question["config"])
    config = AutoConfig.for_model(keys.pop("model_type"), **keys)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float()
    gemma = config.model_type.startswith("gemma")
    with torch.no_grad():
        for name, parameter in named(model):
            norm = "norm" in name
            size = 0.3 if norm else 0.4 if name.endswith(".bias") else 0.25
            around = 1 if norm and name.endswith(".weight") and not gemma else 0
            values = around + size * uniform(name, question["seed"], parameter.numel())
            parameter.copy_(torch.from_numpy(values).float().reshape(parameter.shape))
    model.save_pretrained(question["checkpoint"])
    tokens = torch.tensor([question["tokens"]])
    found = model(tokens[:, :-1]).logits[0]
    loss = torch.nn.functional.cross_entropy(found, tokens[0, 1:])
    loss.backward()
    found.detach().contiguous().numpy().tofile(question["file"])
    gradients = {name: parameter.grad.contiguous() for name, parameter in named(model)}
    save_file(gradients, question["gradients"])
    return {"model": type(model).__name__, "loss": loss.item()}


def difference(question):
    """Keys of two folders' configurations that differ, as transformers understands them."""
    one, other = (AutoConfig.from_pretrained(folder).to_dict() for folder in question["checkpoints"])
    return {"keys": sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key) and key != "_name_or_path")}


QUESTIONS = {"logits": logits, "counts": counts, "decoder": decoder, "difference": difference, "qwen": qwen}

print(json.dumps({"library": f"transformers {transformers.__version__} on PyTorch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps(QUESTIONS[question["what"]](question)), flush=True)
