"""What `deno task verify transformers` asks Python's transformers: logits of a checkpoint folder, and counts of a configuration.

Each line on standard input is a JSON question, each line on standard output its answer. Logits go to a file as float32.
"""

import json
import sys

import torch
import transformers
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoConfig, AutoModelForCausalLM


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


print(json.dumps({"library": f"transformers {transformers.__version__} on PyTorch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"logits": logits, "counts": counts}[question["what"]](question)), flush=True)
