"""A web archive by warcio or FastWARC, bzip2 by bz2, xz by lzma; run by `deno task bench text --peers`.

Reads a JSON request from standard input: `path`, `peer`, `seconds`. Prints how many bytes came out and the CPU-seconds they
took; an archive's are those of the records' contents.
"""

import importlib
import json
import sys
import time

request = json.load(sys.stdin)
path, peer = request["path"], request["peer"]
module = importlib.import_module({"fastwarc": "fastwarc.warc", "warcio": "warcio.archiveiterator"}.get(peer, peer))


def pieces():
    if peer == "warcio":
        with open(path, "rb") as stream:
            for record in module.ArchiveIterator(stream, no_record_parse=True):
                yield record.raw_stream.read()
    elif peer == "fastwarc":
        with open(path, "rb") as stream:
            for record in module.ArchiveIterator(stream, parse_http=False):
                yield record.reader.read()
    else:
        with module.open(path, "rb") as stream:
            while part := stream.read(1 << 18):
                yield part


start = time.process_time()
total = 0
while True:
    total += sum(len(piece) for piece in pieces())
    if time.process_time() - start >= request["seconds"]:
        break
print(json.dumps({"bytes": total, "cpuSeconds": time.process_time() - start}))
