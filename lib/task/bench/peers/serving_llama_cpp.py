"""llama.cpp's own server, in this process by xllamacpp, until standard input ends.

Arguments: the GGUF file, threads, how many requests are decoded together, tokens that each may hold.
One line of output names the library and the address.
"""

import importlib.metadata
import json
import os
import sys

import xllamacpp

path, threads, parallel, context = sys.argv[1], *map(int, sys.argv[2:])
params = xllamacpp.CommonParams()
params.model.path = path
params.n_ctx = context * parallel
params.n_parallel = parallel
params.cpuparams.n_threads = threads
params.cpuparams_batch.n_threads = threads
params.n_gpu_layers = 0
params.verbosity = -1
# The library writes where it likes.
out = os.dup(1)
os.dup2(2, 1)
server = xllamacpp.Server(params)
library = f"llama.cpp's server (xllamacpp {importlib.metadata.version('xllamacpp')})"
ready = {"library": library, "url": f"{server.listening_address}/v1"}
os.write(out, (json.dumps(ready) + "\n").encode())
sys.stdin.read()
# Its threads need not be waited for.
os._exit(0)
