"""n-gram decontamination with datatrove's filter; run by `deno task bench decontamination --peers`.

Reads a JSON request from standard input: `path` (documents as JSON lines), `n`, `questions` (what must not be in them), `hosts`
(ids of the documents that hold a copy). Prints the CPU-seconds of the reading and judging, and which hosts were called.
The index is made from datatrove's own parts, as its indexing step wants lighteval and a network.
"""

import json
import os
import sys
import tempfile
import time

import numpy as np
from datatrove.data import Document
from datatrove.pipeline.decont.n_grams import NGramsDecontConfig, NGramsDecontFilter, ngrams, simplify_text

request = json.load(sys.stdin)


def main():
    config = NGramsDecontConfig(n_grams=request["n"], find_query_ngrams=True)
    with tempfile.TemporaryDirectory() as folder:
        judge = NGramsDecontFilter(folder, config)
        hashes = set()
        for question in request["questions"]:
            words = judge.tokenizer.word_tokenize(simplify_text(question, config.norm_config))
            hashes.update(judge.hash_func(" ".join(gram)) for gram in ngrams(words, request["n"]))
        np.array(list(hashes), dtype=config.hash_config.np_descr).tofile(os.path.join(folder, "planted.index.hashes"))
        judge.load_index_hashes()
        start = time.process_time()
        called = set()
        with open(request["path"], encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if judge.filter(Document(text=record["text"], id=record["id"])) is not True:
                    called.add(record["id"])
        seconds = time.process_time() - start
    print(json.dumps({"cpuSeconds": seconds, "found": [host in called for host in request["hosts"]]}))


main()
