import assert from "node:assert/strict";
import {
  type Benchmark,
  benchmarks,
  evaluate,
  PythonGroup,
  runPythonSandboxed,
} from "../../lib/evaluate/mod.ts";
import { inLanes } from "../../lib/run/mod.ts";
import { forgers } from "./_forgers.ts";
import { killParentOf } from "./_killed_parent.ts";

const engine = "bwrap";
const refused = await runPythonSandboxed("1", { engine }).then(
  () => undefined,
  (error: Error) => error.message,
);
const ignore = refused !== undefined;

/** What is in reach of a program only where the harness is Python itself. */
const insiders: Record<string, string> = {
  "looks for the mark in the frames below": `
import os, sys
frame = sys._getframe()
while frame:
    for value in [*frame.f_locals.values(), *frame.f_globals.values()]:
        for value in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(value, bytes) and len(value) == 16: os.write(1, value); os._exit(0)
    frame = frame.f_back`,
  "looks for the mark on the heap": `
import gc, os
gc.unfreeze()
for o in gc.get_objects():
    for value in gc.get_referents(o):
        if isinstance(value, bytes) and len(value) == 16: os.write(1, value); os._exit(0)`,
  "looks for the heap elsewhere": `
import sys, importlib, threading, traceback
del sys.modules["gc"]
importlib.import_module("gc").get_objects()`,
  "reads its own memory": "open('/proc/self/mem', 'rb').seek(1 << 20)",
  "reads the input once more": "import os\nos.write(1, os.read(0, 16)); os._exit(0)",
  "goes below by a signal": `
import os, signal
def handler(number, frame):
    while frame:
        if "mark" in frame.f_locals: os.write(1, frame.f_locals["mark"]); os._exit(0)
        if "given" in frame.f_locals: os._exit(0)
        frame = frame.f_back
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)`,
  "audits the tests' start": `
import os, sys
def audit(event, args):
    if event == "exec":
        frame = sys._getframe()
        while frame:
            frame.f_locals.clear()
            frame.f_globals.update(deque=lambda *a: None, os=None, MemoryError=Exception, Exception=SystemExit)
            frame = frame.f_back
        os._exit(0)
sys.addaudithook(audit)`,
  "changes what runs it": `
import os, sys, collections, functools, operator
frame = sys._getframe().f_back
frame.f_globals.clear()
for owner, name in ((os, "write"), (os, "_exit"), (functools, "partial"), (collections, "deque")): setattr(owner, name, lambda *a: None)`,
  "becomes another process": "import os\nos.execv('/usr/bin/python3', ['python3', '-c', 'print(1)'])",
  "becomes two": "import os\nif os.fork(): os._exit(0)",
  "becomes two by a terminal": "import pty\npty.fork()",
  "starts a thread by the module below": "import _thread, os\n_thread.start_new_thread(os._exit, (0,))",
  "raises its limits":
    "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\nresource.setrlimit(resource.RLIMIT_CPU, (-1, -1))\nwhile True: pass",
  "writes to the system": "open('/usr/lib/x', 'w').write('x')",
  "kills its neighbours": "import os, signal\nos.kill(-1, signal.SIGKILL)\nos.kill(1, signal.SIGKILL)",
};

const wrong = "def add(a, b):\n    return a - b\n";
const tests = "\nassert add(1, 2) == 3\nprint('held')\n";
const attacks = { ...forgers, ...insiders };

Deno.test({
  name: `under bubblewrap none of ${
    Object.keys(attacks).length
  } programs passes that is wrong and does not want to be`,
  ignore,
  async fn() {
    const through: string[] = [];
    const work = (name: keyof typeof attacks) =>
      runPythonSandboxed(wrong + attacks[name], { engine, tests, timeoutSeconds: 1, maxOutputBytes: 1e5 });
    const names = Object.keys(attacks);
    for await (const { at, result } of inLanes(names, () => ({ work }), { workers: 2 })) {
      if (result.status === "ok" || result.stdout.includes("held")) through.push(names[at]);
    }
    assert.deepEqual(through, []);
  },
});

Deno.test({
  name: "under bubblewrap a program sees no file of its user, no environment, no network, and leaves nothing",
  ignore,
  async fn() {
    const home = await Deno.makeTempDir();
    await Deno.writeTextFile(`${home}/secret`, "s3cret");
    Deno.env.set("MIDTRAIN_SECRET", "s3cret");
    const probe = `
import os
def tried(work):
    try: return work()
    except BaseException as error: return type(error).__name__
def connected():
    import socket
    socket.create_connection(("127.0.0.1", 1), timeout=1)
print("s3cret" in str(os.environ))
for path in (${
      JSON.stringify(`${home}/secret`)
    }, "/etc/passwd", "/proc/self/environ", "/sys/kernel", "/root", "/home"):
    print(os.path.exists(path))
for work in (connected, input, lambda: open("left", "wb", 0).write(b"x"), lambda: open("/dev/null")): print(tried(work))
print(sorted(os.listdir("/")), os.getuid())
`;
    const { status, stdout, stderr } = await runPythonSandboxed(probe, { engine });
    Deno.env.delete("MIDTRAIN_SECRET");
    await Deno.remove(home, { recursive: true });
    assert.equal(status, "ok", stderr);
    const lines = stdout.trim().split("\n");
    assert.deepEqual(lines.slice(0, 7), Array(7).fill("False"));
    for (const line of lines.slice(7, 11)) assert.match(line, /Error$/, stdout);
    assert.match(lines[11], /^\[('(bin|lib|lib64|tmp|usr)'(, )?)+\] 65534$/);
  },
});

Deno.test({
  name: "under bubblewrap programs get verdicts, messages and names as under pyodide",
  ignore,
  async fn() {
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
    const [first, second] = await Promise.all([1, 2].map(() => runPythonSandboxed(code, { engine, tests })));
    assert.match(first.stdout, /^\{"a": \[1, 2\.5\]\} 2d711642 .*\né 🐋\n$/, first.stderr);
    assert.deepEqual([first.status, second], ["ok", first]);
    const ended = async (code: string, options: object = {}) => {
      const { status, stderr } = await runPythonSandboxed(code, { engine, ...options });
      return [status, stderr.trim().split("\n").at(-1)];
    };
    assert.deepEqual(await ended("x = 1", { tests: "\nassert x == 2, 'no'" }), [
      "error",
      "AssertionError: no",
    ]);
    assert.deepEqual(await ended("def f(:"), ["error", "SyntaxError: invalid syntax"]);
    assert.deepEqual(await ended("import sys\nsys.exit(0)"), ["error", "The program left before its end"]);
    assert.deepEqual(await ended("while True: pass", { timeoutSeconds: 1 }), ["timeout", ""]);
    assert.deepEqual(await ended("x = bytearray(10**9)"), ["memory", ""]);
    assert.equal((await ended("while True: print('x' * 1000)", { maxOutputBytes: 1000 }))[0], "output");
  },
});

Deno.test({
  name: "under bubblewrap no process stays behind when the caller is killed as the program computes",
  ignore,
  fn: () =>
    killParentOf('runPythonSandboxed("while True: pass", { timeoutSeconds: 60, engine: "bwrap" })', {
      afterSeconds: 0.5,
    }),
});

Deno.test("where bubblewrap, Python or namespaces are missing, one sentence says so", () => {
  if (refused) assert.match(refused, /^Cannot run a Python program by engine bwrap as [^\n]+$/);
});

Deno.test({
  name:
    "evaluate() and PythonGroup run programs under bubblewrap where it is asked for, to the same verdicts",
  ignore,
  async fn() {
    type Task = { id: string; tests: string };
    const sees: string[] = [];
    const tasks: Benchmark<Task> = {
      ...{ name: "tasks", title: "Tasks", source: "this test", version: 1 },
      async *items() {
        yield { id: "right", tests: "assert f(2) == 4" };
        yield { id: "wrong", tests: "assert f(2) == 5" };
      },
      forms: {
        plain: {
          ...{ source: "this test", shots: 0, draw: "first" },
          ask: ({ id }) => ({ prompt: id, stop: [], maxTokens: 9, gold: "def" }),
        },
      },
      rules: {
        passes: {
          ...{ source: "this test", version: 1 },
          async grade({ tests }, text, group) {
            const { status, stdout } = await group!.run({
              code: `${text}\nimport sys`,
              tests: tests + where,
            });
            if (stdout !== "") sees.push(stdout.trim());
            return { score: Number(status === "ok"), extracted: text };
          },
        },
      },
      leak: ({ id }) => ({ question: id, answer: "" }),
    };
    const where = "\nprint(sys.platform)";
    const usage = { promptTokens: 1, completionTokens: 1 };
    const model = {
      complete: () =>
        Promise.resolve({
          text: "def f(n): return 2 * n",
          finishReason: "stop" as const,
          usage,
          cached: false,
        }),
    };
    for (const engine of ["pyodide", "bwrap"] as const) {
      const { items } = await evaluate(model, tasks, { engine });
      assert.deepEqual(items.map(({ scores }) => scores.passes), [1, 0], engine);
    }
    assert.deepEqual(sees, ["emscripten", "linux"]);
  },
});

Deno.test("an engine that there is not is refused with those that there are", async () => {
  const engine = "docker" as never;
  const message = /as engine must be one of pyodide, bwrap: current value is docker/;
  assert.throws(() => new PythonGroup({ engine }), message);
  const { gsm8k } = benchmarks;
  await assert.rejects(evaluate({}, { ...gsm8k, async *items() {} }, { engine }), message);
});
