"""The training step of `bench training` in PyTorch: the same Llama, batch, AdamW and clipping, eager or by torch.compile.

Written as a careful PyTorch user would: scaled_dot_product_attention, RMSNorm and SwiGLU from torch.nn, one product for
query, key and value and one for gate and up, the fused AdamW. It starts from the weights of a checkpoint folder, so its losses can be held against
ours. Run by `deno task bench training --peers`; the questions and answers are those of _training_worker.ts.
"""

import json
import os
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, width, heads, groups, inner, eps):
        super().__init__()
        self.heads, self.groups, self.size = heads, groups, width // heads
        self.attention_norm, self.feed_norm = nn.RMSNorm(width, eps), nn.RMSNorm(width, eps)
        self.qkv = nn.Linear(width, (heads + 2 * groups) * self.size, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.gate_up = nn.Linear(width, 2 * inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)

    def forward(self, x, cos, sin):
        batch, length, width = x.shape
        heads = self.qkv(self.attention_norm(x)).view(batch, length, -1, self.size).transpose(1, 2)
        q, k, v = heads.split([self.heads, self.groups, self.groups], 1)
        turn = lambda t: t * cos + torch.cat([t[..., self.size // 2:], t[..., :self.size // 2]], -1) * sin
        mixed = F.scaled_dot_product_attention(
            turn(q), turn(k), v, is_causal=True, enable_gqa=self.heads != self.groups
        )
        x = x + self.output(mixed.transpose(1, 2).reshape(batch, length, width))
        gate, up = self.gate_up(self.feed_norm(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)


class Llama(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, eps = config["hidden_size"], config["rms_norm_eps"]
        heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
        self.embedding = nn.Embedding(config["vocab_size"], width)
        self.blocks = nn.ModuleList(
            Block(width, heads, groups, config["intermediate_size"], eps) for _ in range(config["num_hidden_layers"])
        )
        self.norm = nn.RMSNorm(width, eps)
        half = width // heads // 2
        angles = torch.arange(config["max_position_embeddings"])[:, None] / config["rope_theta"] ** (
            torch.arange(half) / half
        )
        self.register_buffer("cos", torch.cat([angles.cos(), angles.cos()], 1))
        self.register_buffer("sin", torch.cat([-angles.sin(), angles.sin()], 1))

    def forward(self, tokens, targets):
        cos, sin = self.cos[: tokens.shape[1]], self.sin[: tokens.shape[1]]
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x, cos, sin)
        logits = F.linear(self.norm(x), self.embedding.weight)
        return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    return {
        name: torch.frombuffer(data, dtype=torch.float32)[entry["data_offsets"][0] // 4 : entry["data_offsets"][1] // 4]
        .view(entry["shape"])
        .clone()
        for name, entry in header.items()
        if name != "__metadata__"
    }


def load(folder):
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    model, tensors = Llama(config), read_safetensors(os.path.join(folder, "model.safetensors"))
    take = lambda *names: torch.cat([tensors[f"{name}.weight"] for name in names])
    with torch.no_grad():
        model.embedding.weight.copy_(take("model.embed_tokens"))
        model.norm.weight.copy_(take("model.norm"))
        for i, block in enumerate(model.blocks):
            at = f"model.layers.{i}"
            block.attention_norm.weight.copy_(take(f"{at}.input_layernorm"))
            block.qkv.weight.copy_(take(*(f"{at}.self_attn.{part}_proj" for part in "qkv")))
            block.output.weight.copy_(take(f"{at}.self_attn.o_proj"))
            block.feed_norm.weight.copy_(take(f"{at}.post_attention_layernorm"))
            block.gate_up.weight.copy_(take(f"{at}.mlp.gate_proj", f"{at}.mlp.up_proj"))
            block.down.weight.copy_(take(f"{at}.mlp.down_proj"))
    return model


task = json.loads(sys.argv[1])
torch.set_num_threads(task["threads"])
device = "cuda" if task["device"] == "gpu" else "cpu"
model = load(task["checkpoint"]).to(device)
batch, context = task["batch"], task["context"]
stream = torch.frombuffer(bytearray(open(task["tokens"], "rb").read()), dtype=torch.int32).long().to(device)
matrices = [p for p in model.parameters() if p.dim() > 1]
norms = [p for p in model.parameters() if p.dim() == 1]
optimizer = torch.optim.AdamW(
    [{"params": matrices, "weight_decay": 0.1}, {"params": norms, "weight_decay": 0.0}],
    lr=task["learningRate"], betas=(0.9, 0.95), eps=1e-8, fused=True,
)
compute = torch.compile(model) if task["engine"] == "compile" else model
low = task["precision"] == "bfloat16"
at = 0


def step():
    global at
    size = batch * context
    if at + size + 1 > len(stream):
        at = 0
    tokens, targets = (stream[at + i : at + i + size].view(batch, context) for i in (0, 1))
    at += size
    optimizer.zero_grad()
    with torch.autocast(device, torch.bfloat16, enabled=low):
        loss = compute(tokens, targets)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def product_seconds(kind):
    """Seconds of the three products of a step, of 768 rows and columns each: forward, and backward by each factor."""
    a, total = torch.ones(768, 768, dtype=kind), 0
    for form in [lambda a: a @ a, lambda a: a @ a.T, lambda a: a.T @ a]:
        times = []
        for _ in range(3):
            started = time.perf_counter()
            form(a)
            times.append(time.perf_counter() - started)
        total += min(times)
    return total


def answer(enough):
    started, before, losses = time.perf_counter(), time.process_time(), []
    while not enough(len(losses), time.perf_counter() - started):
        losses.append(step())
    print(json.dumps({
        "library": f"PyTorch {torch.__version__}",
        "steps": len(losses),
        "seconds": time.perf_counter() - started,
        "cpuSeconds": time.process_time() - before,
        "losses": losses,
        "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }), flush=True)


if low and device == "cpu":
    # Without instructions for it a product is written out in loops, and one step takes minutes.
    slower = product_seconds(torch.bfloat16) / product_seconds(torch.float32)
    if slower > 1.5:
        print(json.dumps({"skipped": f"a product of bfloat16 takes {slower:.1f} times as long as one of float32"}))
        sys.exit()

answer(lambda steps, _: steps >= task["warmUpSteps"])
for line in sys.stdin:
    seconds = json.loads(line)["seconds"]
    answer(lambda steps, elapsed: steps >= task["leastSteps"] and elapsed >= seconds)
