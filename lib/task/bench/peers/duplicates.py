"""Near-duplicates by MinHash and banding with rensa or datasketch; run by `deno task bench duplicates --peers`.

Reads a JSON request from standard input: `peer`, `path` (documents as JSON lines), `shingleWords`, `bands`, `rows`, `copies`.
Prints the CPU-seconds from the first document read to the last cluster made, and which copies share their original's cluster.
"""

import json
import sys
import time

request = json.load(sys.stdin)
width, bands, rows = request["shingleWords"], request["bands"], request["rows"]
if request["peer"] == "rensa":
    from rensa import RMinHash, RMinHashLSH
else:
    from datasketch import MinHash, MinHashLSH


def shingles(text):
    words = text.lower().split()
    return {" ".join(words[i : i + width]) for i in range(max(1, len(words) - width + 1))} if words else set()


def documents():
    with open(request["path"], encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield record["id"], shingles(record["text"])


def proposals_of_rensa(ids):
    index = RMinHashLSH(threshold=0.7, num_perm=bands * rows, num_bands=bands)
    for key, parts in documents():
        if parts:
            signature = RMinHash(num_perm=bands * rows, seed=1)
            signature.update(list(parts))
            for other in index.query(signature):
                yield len(ids), other
            index.insert(len(ids), signature)
        ids.append(key)


def proposals_of_datasketch(ids):
    index = MinHashLSH(num_perm=bands * rows, params=(bands, rows))
    for key, parts in documents():
        if parts:
            signature = MinHash(num_perm=bands * rows, seed=1)
            signature.update_batch([part.encode() for part in parts])
            for other in index.query(signature):
                yield len(ids), other
            index.insert(len(ids), signature)
        ids.append(key)


def main():
    start = time.process_time()
    ids, parent = [], {}

    def root(node):
        while parent.get(node, node) != node:
            node = parent[node]
        return node

    propose = proposals_of_rensa if request["peer"] == "rensa" else proposals_of_datasketch
    for one, other in propose(ids):
        a, b = root(one), root(other)
        if a != b:
            parent[a] = b
    seconds = time.process_time() - start
    place = {key: at for at, key in enumerate(ids)}
    found = [root(place[copy["original"]]) == root(place[copy["copy"]]) for copy in request["copies"]]
    print(json.dumps({"cpuSeconds": seconds, "found": found}))


main()
