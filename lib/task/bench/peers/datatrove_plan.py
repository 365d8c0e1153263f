"""datatrove's local executor: a file a task, documents of at least twenty words stay."""
import json
import os
import sys


def run(files, out, tasks, workers):
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.filters import LambdaFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    LocalPipelineExecutor(
        pipeline=[
            JsonlReader(files, glob_pattern="*.jsonl"),
            LambdaFilter(lambda document: len(document.text.split()) >= 20),
            JsonlWriter(out, output_filename="${rank}.jsonl", compression=None),
        ],
        tasks=tasks,
        workers=workers,
        logging_dir=f"{out}-logs",
    ).run()


# Its workers load this file too.
if __name__ == "__main__":
    request = json.load(sys.stdin)
    # What it prints is no answer.
    said = os.dup(1)
    os.dup2(2, 1)
    run(**request)
    out = request["out"]
    documents = sum(1 for name in os.listdir(out) for _ in open(os.path.join(out, name)))
    os.dup2(said, 1)
    print(json.dumps({"documents": documents}))
