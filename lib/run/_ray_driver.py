"""Works on a plan's stages on Ray, a task for some shards, each a Deno of its own. MIDTRAIN_PLAN says what is to be done."""
import json
import os
import shutil
import subprocess
import sys

import ray

PLAN = json.loads(os.environ["MIDTRAIN_PLAN"])


def worker(stage, *words):
    """Run this stage's worker here, and say how it ended."""
    deno = PLAN["deno"] or shutil.which("deno")
    if deno is None:
        from deno import find_deno_bin  # PyPI's wheel

        deno = find_deno_bin()
    command = [deno, *stage["worker"], *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})


@ray.remote(num_cpus=PLAN["cores"], max_retries=3)
def work(stage, shards):
    """Some shards. A node that is lost takes its tasks along, and Ray begins them elsewhere."""
    for attempt in range(3):
        done = worker(stage, "shards", stage["folder"], *shards)
        # A worker that a signal ended says nothing: the machine took it.
        if done.returncode >= 0:
            break
    return done.returncode, done.stdout.splitlines(), done.stderr.strip().splitlines()[-3:]


def main():
    ray.init(address="auto", log_to_driver=False)
    for stage in PLAN["stages"]:
        listed = worker(stage, "todo", stage["folder"])
        if listed.returncode != 0:
            sys.exit(f"{stage['name']}: {listed.stderr.strip()}")
        todo = json.loads(listed.stdout)
        size = PLAN["shardsPerTask"]
        count = -(-len(todo) // size)
        running = [work.remote(stage, todo[task::count]) for task in range(count)]
        while running:
            [ready], running = ray.wait(running)
            code, said, errors = ray.get(ready)
            for line in said + (errors if code != 0 else []):
                print(f"{stage['name']}: {line}", flush=True)
        merged = worker(stage, "merge", stage["folder"])
        if merged.returncode != 0:
            print(merged.stderr.strip(), flush=True)
            sys.exit(merged.returncode)
        print(f"{stage['name']}: merged", flush=True)


main()
