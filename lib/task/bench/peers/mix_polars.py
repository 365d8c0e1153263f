"""A table of documents grouped by domain by Python's Polars: what `bench mix` holds `scanPools` against.

Reads the file's path and the number of rounds as JSON; prints for each round the seconds and CPU-seconds, and the greatest memory.
"""

import json
import resource
import sys
import time

import polars
from polars import col

request = json.load(sys.stdin)
measured = []
for _ in range(request["rounds"]):
    begin, cpu = time.perf_counter(), time.process_time()
    table = (
        polars.scan_parquet(request["path"])
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
    measured.append({"seconds": time.perf_counter() - begin, "cpuSeconds": time.process_time() - cpu})
print(
    json.dumps(
        {
            "version": polars.__version__,
            "rounds": measured,
            "peakBytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            "tokens": table["tokens"].to_list(),
        }
    )
)
