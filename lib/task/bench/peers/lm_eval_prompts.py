"""What lm-eval asks: the requests of tasks over local files, as JSON lines.

Standard input holds {"tasks": [{"config": CONFIG, "shots": N}], "limit": N}; a CONFIG is what stands in a task's YAML.
Of each item a line is written: {"task": name, "pairs": [[context, continuation], ...]}, or "prompt" where a text is asked for.
"""

import json
import sys

from lm_eval.api.task import ConfigurableTask

given = json.load(sys.stdin)
out = sys.stdout
# lm-eval prints what it does.
sys.stdout = sys.stderr
for entry in given["tasks"]:
    task = ConfigurableTask(config=entry["config"])
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
