"""A table of documents grouped by domain by Python's Polars: what `bench mix` holds `scanPools` against.

It prints its version and the memory that it holds; then for each line on its standard input it groups the table that its
argument names, and prints seconds, CPU-seconds, the most memory it has held so far (not getrusage's, which begins with that of
the process it was forked from), and the sums of tokens.
"""

import json
import re
import sys
import time

import polars
from polars import col


def peak_bytes():
    with open("/proc/self/status") as file:
        return 1024 * int(re.search(r"VmHWM:\s*(\d+)", file.read())[1])


print(json.dumps({"version": polars.__version__, "peakBytes": peak_bytes()}), flush=True)
for _ in sys.stdin:
    begin, cpu = time.perf_counter(), time.process_time()
    table = (
        polars.scan_parquet(sys.argv[1])
        .group_by("domain")
        .agg(
            col("tokens").count().alias("documents"),
            col("tokens").sum(),
            col("tokens").min().alias("least"),
            col("tokens").null_count().alias("missing"),
        )
        .sort("domain")
        .collect(engine="streaming")
    )
    measured = {"seconds": time.perf_counter() - begin, "cpuSeconds": time.process_time() - cpu}
    print(json.dumps({**measured, "peakBytes": peak_bytes(), "tokens": table["tokens"].to_list()}), flush=True)
