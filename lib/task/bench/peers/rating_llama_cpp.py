"""Choices rated by llama.cpp's own server, in this process by xllamacpp: one thread, one slot, its cache of prompts on.

Argument: the GGUF file. The first line of output names the library. Each line of input is
{"items": [{"context": [tokens], "choices": [[tokens], ...]}, ...]}, its answer {"ratings": [[nats, ...], ...], "cpu": seconds}.
The server echoes no prompt, so each token of a choice is asked for as the next one; the first tokens of an item's choices in one
request. Of most tokens the list of the likeliest holds the one that is wanted; else the whole vocabulary is asked for.
"""

import importlib.metadata
import json
import os
import sys
import time

import xllamacpp

LISTED = 1000

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx = 2304
params.n_parallel = 1
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
params.n_gpu_layers = 0
params.verbosity = -1
server = xllamacpp.Server(params)


def next_of(prompt, wanted):
    """Log-probabilities of the tokens that are wanted, as the next one."""
    for listed in (LISTED, 1 << 20):
        answer = server.handle_completions(
            {"prompt": prompt, "n_predict": 1, "n_probs": listed, "temperature": 0, "cache_prompt": True}
        )
        [first] = answer["choices"][0]["logprobs"]["content"]
        known = {entry["id"]: entry["logprob"] for entry in first["top_logprobs"]}
        if all(token in known for token in wanted):
            return [known[token] for token in wanted]
    raise ValueError(f"no log-probability of {wanted}")


def rate(item):
    context, choices = item["context"], item["choices"]
    firsts = next_of(context, [choice[0] for choice in choices])
    ratings = []
    for choice, first in zip(choices, firsts):
        total = first
        for at in range(1, len(choice)):
            total += next_of(context + choice[:at], [choice[at]])[0]
        ratings.append(total)
    return ratings


def say(answer):
    os.write(OUT, (json.dumps(answer) + "\n").encode())


# The library writes where it likes.
OUT = os.dup(1)
os.dup2(2, 1)
say({"library": f"llama.cpp's server (xllamacpp {importlib.metadata.version('xllamacpp')})"})
for line in sys.stdin:
    start = time.process_time()
    ratings = [rate(item) for item in json.loads(line)["items"]]
    say({"ratings": ratings, "cpu": time.process_time() - start})
# Its threads need not be waited for.
os._exit(0)
