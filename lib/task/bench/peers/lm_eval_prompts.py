"""What lm-eval asks: the requests of tasks over local files, as JSON lines.

Standard input holds {"tasks": [{"config": CONFIG, "shots": N}], "limit": N}; a CONFIG is what stands in a task's YAML. Where it
has "include", the prompts of that YAML of lm-eval's own are under it.
Of each item a line is written: {"task": name, "pairs": [[context, continuation], ...]}, or "prompt" where a text is asked for.
"""

import ast
import json
import sys
from pathlib import Path

import lm_eval.tasks
import yaml
from lm_eval.api.task import ConfigurableTask

FOLDER = Path(lm_eval.tasks.__file__).parent


class Loader(yaml.SafeLoader):
    """Functions of a YAML by their names."""


Loader.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))


def prompts_of(name):
    """What a task of lm-eval's own asks; the module beside it is not imported, as it asks the network for a metric."""
    path = FOLDER / name
    own = yaml.load(path.read_text(), Loader)
    kept = ("output_type", "doc_to_text", "doc_to_target", "target_delimiter", "generation_kwargs", "fewshot_config")
    config = {key: own[key] for key in kept if key in own}
    samples = config.get("fewshot_config", {}).get("samples")
    if samples is not None:
        module, function = samples.split(".")
        tree = ast.parse((path.parent / f"{module}.py").read_text())
        tree.body = [part for part in tree.body if getattr(part, "name", None) == function]
        names = {}
        exec(compile(tree, module, "exec"), names)
        config["fewshot_config"]["samples"] = names[function]
    return config


given = json.load(sys.stdin)
out = sys.stdout
# lm-eval prints what it does.
sys.stdout = sys.stderr
for entry in given["tasks"]:
    included = entry["config"].pop("include", None)
    if included is not None:
        entry["config"] = {**prompts_of(included), **entry["config"]}
    task = ConfigurableTask(config=dict(entry["config"]))
    task.set_config(key="num_fewshot", value=entry["shots"])
    task.set_fewshot_seed(seed=1234)
    task.build_all_requests(limit=given["limit"], rank=0, world_size=1)
    found = {}
    for instance in task.instances:
        found.setdefault(instance.doc_id, []).append(instance.args)
    for doc_id in sorted(found):
        args = found[doc_id]
        line = {"task": entry["config"]["task"]}
        if entry["config"]["output_type"] == "generate_until":
            line["prompt"] = args[0][0]
        else:
            line["pairs"] = [list(pair) for pair in args]
        out.write(json.dumps(line) + "\n")
