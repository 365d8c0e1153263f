"""The text of wikitext by mwparserfromhell's strip_code(); run by `deno task bench text --peers`.

Reads a JSON request from standard input: `path` (documents as JSON lines). Prints the CPU-seconds from the first document
read to the last text made, and the texts.
"""

import json
import sys
import time

import mwparserfromhell

request = json.load(sys.stdin)
start = time.process_time()
texts = []
with open(request["path"], encoding="utf-8") as lines:
    for line in lines:
        texts.append(str(mwparserfromhell.parse(json.loads(line)["text"]).strip_code()))
print(json.dumps({"cpuSeconds": time.process_time() - start, "version": mwparserfromhell.__version__, "texts": texts}))
