import assert from "node:assert/strict";
import { runAllPythonSandboxed, runPythonSandboxed } from "../../lib/evaluate/mod.ts";
import { forgers } from "./_forgers.ts";
import { cacheDir } from "../../lib/base/mod.ts";
import { killParentOf } from "./_killed_parent.ts";

const wrong = "def add(a, b):\n    return a - b\n";
const tests = "\nassert add(1, 2) == 3\nprint('held')\n";

Deno.test(`the sandbox of Python calls none of ${Object.keys(forgers).length} programs ok that are wrong and do not want to be`, async () => {
  // Those that let their process live are followed by others in it.
  const programs = Object.values(forgers).map((code, at) => ({
    code: wrong + code,
    tests,
    group: `${at % 2}`,
  }));
  const results = await runAllPythonSandboxed(programs, {
    workers: 2,
    timeoutSeconds: 2,
    maxOutputBytes: 1e5,
  });
  const through = Object.keys(forgers).filter((_, at) =>
    results[at].status === "ok" || results[at].stdout.includes("held")
  );
  assert.deepEqual(through, []);
});

Deno.test("runPythonSandboxed() shows a program nothing of this machine: files, environment, network, state of another", async () => {
  Deno.env.set("MIDTRAIN_SECRET", "s3cret");
  await runPythonSandboxed("import builtins\nbuiltins.left = 1\nopen('/tmp/left', 'w').write('x')");
  const probe = `
import os, socket, urllib.request, builtins
def tried(work):
    try: return work()
    except BaseException as error: return type(error).__name__
print(tried(lambda: open("/etc/hostname").read()))
print(tried(lambda: open("/proc/self/environ").read()))
print("MIDTRAIN_SECRET" in os.environ, "s3cret" in str(os.environ))
print(tried(lambda: socket.create_connection(("127.0.0.1", 1), timeout=1)))
print(tried(lambda: urllib.request.urlopen("http://127.0.0.1:1/").read()))
print(tried(lambda: input()))
print(hasattr(builtins, "left"), os.path.exists("/tmp/left"))
`;
  const { status, stdout, stderr } = await runPythonSandboxed(probe);
  Deno.env.delete("MIDTRAIN_SECRET");
  assert.equal(status, "ok", stderr);
  const lines = stdout.trim().split("\n");
  assert.deepEqual([lines[2], lines[6]], ["False False", "False False"]);
  for (const at of [0, 1, 3, 4, 5]) assert.match(lines[at], /Error$/, stdout);
});

Deno.test("runPythonSandboxed() gives a program the standard library, the same each time, and its tests its names", async () => {
  const code = `
import json, re, random, itertools, hashlib, decimal, dataclasses
from typing import List
@dataclasses.dataclass
class Point:
    x: int
def area(points: List[Point]) -> int:
    return sum(point.x for point in points)
print(json.dumps({"a": [1, 2.5]}), hashlib.sha256(b"x").hexdigest()[:8], hash("text"), random.random())
`;
  const tests = "assert area([Point(2), Point(3)]) == 5\nassert __name__ == '__main__'\nprint('é 🐋')";
  // What is not there is an ImportError, as programs expect that can do without.
  const missing = "try: import ctypes\nexcept ImportError: print('none')";
  assert.equal((await runPythonSandboxed(missing)).stdout, "none\n");
  const [first, second] = await Promise.all([1, 2].map(() => runPythonSandboxed(code, { tests })));
  assert.equal(first.status, "ok", first.stderr);
  assert.match(first.stdout, /^\{"a": \[1, 2\.5\]\} 2d711642 .*\né 🐋\n$/);
  assert.deepEqual(second, first);
});

Deno.test("runPythonSandboxed() tells what is wrong, where, and out of what a program ran", async () => {
  const raised = await runPythonSandboxed("x = 1", { tests: "\nassert x == 2, 'no'" });
  assert.equal(raised.status, "error");
  assert.match(raised.stderr, /File "tests", line 2[^]*AssertionError: no\n$/);
  assert.match((await runPythonSandboxed("def f(:")).stderr, /File "program", line 1[^]*SyntaxError/);
  const ends = await Promise.all([
    runPythonSandboxed("while True: pass", { timeoutSeconds: 1 }),
    runPythonSandboxed("x = bytearray(10**9)"),
    runPythonSandboxed("while True: print('x' * 1000)", { maxOutputBytes: 1000 }),
  ]);
  assert.deepEqual(ends.map(({ status }) => status), ["timeout", "memory", "output"]);
  assert.equal(
    (await runPythonSandboxed("import sys\nsys.exit(0)")).stderr,
    "The program left before its end\n",
  );
  const options: object = { test: "" };
  await assert.rejects(runPythonSandboxed("1", options), /tests/);
});

Deno.test({
  name:
    "runPythonSandboxed() leaves no process and no file behind when its own is killed as the program computes",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    killParentOf('runPythonSandboxed("while True: pass", { timeoutSeconds: 60 })', { afterSeconds: 2 }),
});

Deno.test("runPythonSandboxed() makes its snapshot anew where the file is damaged; two that make it at once agree", async () => {
  const program = "import random\nprint(hash('x'), random.random())";
  const { stdout: good } = await runPythonSandboxed(program);
  assert.match(good, /^-?\d+ 0\.\d+\n$/);
  const cache = await Deno.makeTempDir();
  await Deno.mkdir(`${cache}/python`);
  const damaged = new Map<string, Uint8Array>();
  for await (const { name } of Deno.readDir(cacheDir("python"))) {
    if (!name.endsWith(".snapshot")) continue;
    const bytes = await Deno.readFile(cacheDir("python", name));
    bytes[bytes.length >> 1] ^= 255;
    damaged.set(name, bytes);
    await Deno.writeFile(`${cache}/python/${name}`, bytes);
  }
  const module = new URL("../../lib/evaluate/mod.ts", import.meta.url).href;
  const script = `import { runPythonSandboxed } from ${JSON.stringify(module)};
Deno.stdout.writeSync(new TextEncoder().encode((await runPythonSandboxed(${
    JSON.stringify(program)
  })).stdout));`;
  const run = async () => {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--frozen", script],
      env: { MIDTRAIN_CACHE: cache },
    }).output();
    return new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr);
  };
  assert.deepEqual(await Promise.all([run(), run()]), [good, good]);
  const names = await Array.fromAsync(Deno.readDir(`${cache}/python`), ({ name }) => name);
  assert.deepEqual(names.toSorted(), [...damaged.keys()].toSorted());
  const mended = await Promise.all(names.map(async (name) => {
    const [before, after] = [damaged.get(name)!, await Deno.readFile(`${cache}/python/${name}`)];
    return before[before.length >> 1] !== after[before.length >> 1];
  }));
  assert(mended.includes(true));
  await Deno.remove(cache, { recursive: true });
});
