"""lm-eval's own tasks over local files, asked of a server that completes texts.

Arguments: the server's address with its version, and its model's name. The first line of output names the library. Each line
of input is {"yaml": path below lm_eval/tasks, "data_files": {split: path}, "shots": N, "limit": N}; its answer is
{"samples": [...]}, one an item in their order: {"pairs": [[context, continuation], ...], "ratings": [[log-likelihood, greedy],
...], "tokens": [tokens of each continuation], "scores": {metric: value}}, or {"prompt", "text", "scores": {filter: value}}.
"""

import json
import os
import sys

import lm_eval
from lm_eval.models.openai_completions import LocalCompletionsAPI
from lm_eval.tasks._yaml_loader import load_yaml

out = sys.stdout
# lm-eval prints what it does.
sys.stdout = sys.stderr


def say(answer):
    out.write(json.dumps(answer) + "\n")
    out.flush()


address, name = sys.argv[1:]
model = LocalCompletionsAPI(
    base_url=f"{address}/completions", model=name, tokenizer_backend="remote", tokenized_requests=True
)
FOLDER = os.path.join(os.path.dirname(lm_eval.__file__), "tasks")


def config_of(asked):
    config = load_yaml(os.path.join(FOLDER, asked["yaml"]), resolve_func=True)
    config["dataset_path"] = "json"
    config["dataset_kwargs"] = {"data_files": asked["data_files"]}
    config.pop("dataset_name", None)
    for key in ("tag", "task_alias"):
        config.pop(key, None)
    # Splits that are not here.
    for key in ("training_split", "validation_split", "test_split", "fewshot_split"):
        if config.get(key) not in asked["data_files"]:
            config.pop(key, None)
    return config


def samples_of(found, choices):
    by_item = {}
    for sample in found:
        by_item.setdefault(sample["doc_id"], []).append(sample)
    for item in sorted(by_item):
        samples = by_item[item]
        args = [tuple(arg) for arg in samples[0]["arguments"]]
        if choices:
            pairs = [(context, continuation) for context, continuation in args]
            yield {
                "pairs": pairs,
                "ratings": [[float(value), bool(greedy)] for value, greedy in samples[0]["filtered_resps"]],
                "tokens": [len(model._encode_pair(*pair)[1]) for pair in pairs],
                "scores": {key: samples[0][key] for key in ("acc", "acc_norm") if key in samples[0]},
            }
        else:
            yield {
                "prompt": args[0][0],
                "text": samples[0]["resps"][0][0],
                "scores": {sample["filter"]: sample["exact_match"] for sample in samples},
            }


say({"library": f"lm-eval {lm_eval.__version__}"})
for line in sys.stdin:
    asked = json.loads(line)
    config = config_of(asked)
    results = lm_eval.simple_evaluate(
        model=model,
        tasks=[config],
        num_fewshot=asked["shots"],
        limit=asked["limit"],
        bootstrap_iters=0,
        fewshot_random_seed=1234,
    )
    [(_, found)] = results["samples"].items()
    say({"samples": list(samples_of(found, config["output_type"] == "multiple_choice"))})
