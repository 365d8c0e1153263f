"""The training step of `bench training` in JAX: the same Llama, batch, AdamW and clipping, one jitted function.

The step is compiled as a whole and its state donated, so XLA updates it in place; attention is jax.nn's own. It starts from the
weights of a checkpoint folder, so its losses can be held against ours. Run by `deno task bench training --peers`; the questions
and answers are those of _training_worker.ts.
"""

import json
import os
import resource
import sys
import time

try:
    import jax
except ImportError:
    print(json.dumps({"skipped": "MIDTRAIN_PEER_PYTHON has no JAX (pip install jax)"}))
    sys.exit()
import jax.numpy as jnp
import numpy as np


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def load(folder):
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    tensors = read_safetensors(os.path.join(folder, "model.safetensors"))
    take = lambda *names: jnp.concatenate([tensors[f"{name}.weight"] for name in names])
    blocks = []
    for i in range(config["num_hidden_layers"]):
        at = f"model.layers.{i}"
        blocks.append({
            "attention_norm": take(f"{at}.input_layernorm"),
            "qkv": take(*(f"{at}.self_attn.{part}_proj" for part in "qkv")),
            "output": take(f"{at}.self_attn.o_proj"),
            "feed_norm": take(f"{at}.post_attention_layernorm"),
            "gate_up": take(f"{at}.mlp.gate_proj", f"{at}.mlp.up_proj"),
            "down": take(f"{at}.mlp.down_proj"),
        })
    return config, {"embedding": take("model.embed_tokens"), "norm": take("model.norm"), "blocks": blocks}


task = json.loads(sys.argv[1])
config, weights = load(task["checkpoint"])
batch, context, rate = task["batch"], task["context"], task["learningRate"]
heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
size = config["hidden_size"] // heads
factor = jnp.bfloat16 if task["precision"] == "bfloat16" else jnp.float32
angles = np.arange(context)[:, None] / config["rope_theta"] ** (np.arange(size // 2) / (size // 2))
cos, sin = (np.concatenate([f(angles)] * 2, 1).astype(np.float32)[:, None] for f in (np.cos, np.sin))
stream = np.frombuffer(open(task["tokens"], "rb").read(), np.int32)


def product(x, weight):
    return jnp.einsum("...i,oi->...o", x.astype(factor), weight.astype(factor), preferred_element_type=jnp.float32)


def norm(x, weight):
    return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + config["rms_norm_eps"]) * weight


def turn(x):
    a, b = jnp.split(x, 2, -1)
    return x * cos + jnp.concatenate([-b, a], -1) * sin


def loss_of(weights, tokens, targets):
    x = weights["embedding"][tokens]
    for block in weights["blocks"]:
        qkv = product(norm(x, block["attention_norm"]), block["qkv"]).reshape(batch, context, -1, size)
        q, k, v = jnp.split(qkv, [heads, heads + groups], 2)
        q, k, v = (t.astype(factor) for t in (turn(q), turn(k), v))
        mixed = jax.nn.dot_product_attention(q, k, v, is_causal=True).astype(jnp.float32)
        x = x + product(mixed.reshape(batch, context, -1), block["output"])
        gate, up = jnp.split(product(norm(x, block["feed_norm"]), block["gate_up"]), 2, -1)
        x = x + product(jax.nn.silu(gate) * up, block["down"])
    logits = product(norm(x, weights["norm"]), weights["embedding"])
    picked = jnp.take_along_axis(logits, targets[..., None], -1)[..., 0]
    return jnp.mean(jax.nn.logsumexp(logits, -1) - picked)


def update(state, tokens, targets):
    weights, first, second, count = state
    loss, gradients = jax.value_and_grad(loss_of)(weights, tokens, targets)
    total = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(gradients)))
    shrink, count = jnp.minimum(1, 1 / (total + 1e-6)), count + 1

    def one(weight, m, v, g):
        g = g * shrink
        m, v = 0.9 * m + 0.1 * g, 0.95 * v + 0.05 * g * g
        moved = rate * (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.95**count)) + 1e-8)
        return weight * (1 - rate * (0.1 if weight.ndim > 1 else 0)) - moved, m, v

    found = jax.tree.map(one, weights, first, second, gradients)
    part = lambda i: jax.tree.map(lambda _, three: three[i], weights, found)
    return (part(0), part(1), part(2), count), loss


step_of = jax.jit(update, donate_argnums=0)
zeros = lambda: jax.tree.map(jnp.zeros_like, weights)
state = (weights, zeros(), zeros(), jnp.zeros((), jnp.float32))
at = 0


def step():
    global at, state
    length = batch * context
    if at + length + 1 > len(stream):
        at = 0
    tokens, targets = (stream[at + i : at + i + length].reshape(batch, context) for i in (0, 1))
    at += length
    state, loss = step_of(state, tokens, targets)
    return float(loss)


def product_seconds(kind):
    """Seconds of the three products of a step, of 768 rows and columns each: forward, and backward by each factor."""
    a, total = jnp.ones((768, 768), kind), 0
    for form in map(jax.jit, [lambda a: a @ a, lambda a: a @ a.T, lambda a: a.T @ a]):
        times = []
        for _ in range(3):
            started = time.perf_counter()
            form(a).block_until_ready()
            times.append(time.perf_counter() - started)
        total += min(times)
    return total


def answer(enough):
    started, before, losses = time.perf_counter(), time.process_time(), []
    while not enough(len(losses), time.perf_counter() - started):
        losses.append(step())
    print(json.dumps({
        "library": f"JAX {jax.__version__}",
        "steps": len(losses),
        "seconds": time.perf_counter() - started,
        "cpuSeconds": time.process_time() - before,
        "losses": losses,
        "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }), flush=True)


if (jax.default_backend() == "gpu") != (task["device"] == "gpu"):
    print(json.dumps({"skipped": f"this JAX computes on the {jax.default_backend().upper()}"}))
    sys.exit()
if factor == jnp.bfloat16:
    slower = product_seconds(jnp.bfloat16) / product_seconds(jnp.float32)
    if slower > 1.5:
        print(json.dumps({"skipped": f"a product of bfloat16 takes {slower:.1f} times as long as one of float32"}))
        sys.exit()

answer(lambda steps, _: steps >= task["warmUpSteps"])
for line in sys.stdin:
    seconds = json.loads(line)["seconds"]
    answer(lambda steps, elapsed: steps >= task["leastSteps"] and elapsed >= seconds)
