"""Token ids by Python's tokenizers; run by `deno task bench tokenizers --peers`.

Reads a JSON request from standard input: `json` (the content of a tokenizer.json), `path` (texts as JSON lines), `rounds`.
Prints the CPU-seconds of each pass over all texts, and a hash of the ids of each text.
"""

import hashlib
import json
import sys
import time

from tokenizers import Tokenizer

request = json.load(sys.stdin)
tokenizer = Tokenizer.from_str(json.dumps(request["json"]))
tokenizer.no_truncation()
tokenizer.no_padding()
with open(request["path"], encoding="utf-8") as lines:
    texts = [json.loads(line)["text"] for line in lines]

spent = []
for _ in range(request["rounds"]):
    start = time.process_time()
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    spent.append(time.process_time() - start)
hashes = [hashlib.sha256(" ".join(map(str, of)).encode()).hexdigest() for of in ids]
print(json.dumps({"cpuSeconds": spent, "ids": hashes}))
