"""Scores of the standard library's files by pylint as it comes, each by itself."""

import glob
import json
import os
import sys
import sysconfig

from pylint.lint import Run
from pylint.reporters.text import TextReporter

wanted = json.load(sys.stdin)["files"]
folder = sysconfig.get_path("stdlib")
paths = sorted(
    path
    for path in glob.glob(folder + "/*.py") + glob.glob(folder + "/*/*.py")
    if 1500 < os.path.getsize(path) < 25000 and "site-packages" not in path and "/test" not in path
)
rows = []
for path in paths[:: max(1, len(paths) // wanted)]:
    with open(os.devnull, "w") as nowhere:
        run = Run(["--persistent=n", path], reporter=TextReporter(nowhere), exit=False)
    with open(path, encoding="utf-8") as file:
        rows.append({"text": file.read(), "score": max(0, run.linter.stats.global_note)})
print(json.dumps(rows))
