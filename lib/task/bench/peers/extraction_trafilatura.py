"""The main text of pages by Trafilatura; run by `deno task bench text --peers` and `deno task verify extraction`.

Reads a JSON request from standard input: `pages` (HTML), `seconds` (how long to repeat them). Prints the texts, how many pages
were read, and the CPU-seconds they took.
"""

import json
import sys
import time

import trafilatura

request = json.load(sys.stdin)
texts = []
count = 0
start = time.process_time()
wall = time.monotonic()
while True:
    texts = [trafilatura.extract(page) or "" for page in request["pages"]]
    count += len(texts)
    if time.monotonic() - wall >= request["seconds"]:
        break
print(json.dumps({"cpuSeconds": time.process_time() - start, "count": count, "texts": texts}))
