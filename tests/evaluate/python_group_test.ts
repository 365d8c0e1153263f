import assert from "node:assert/strict";
import { runAllPythonSandboxed } from "../../lib/evaluate/mod.ts";
import { PythonProcess } from "../../lib/evaluate/_python_process.ts";

const limits = { timeoutSeconds: 5, memoryMegabytes: 128, maxOutputBytes: 65536, signal: undefined };

/** Programs that leave something behind for the next of their process. */
const leavers: Record<string, string> = {
  "poisons the builtins":
    "import builtins\nbuiltins.len = builtins.sorted = lambda *a: 7\nbuiltins.AssertionError = SystemExit",
  "empties the builtins": "import builtins\nfor name in list(vars(builtins)): delattr(builtins, name)",
  "puts other modules in sys.modules":
    "import sys\nsys.modules['json'] = sys.modules['colorsys'] = sys\nsys.path[:] = ['/tmp']",
  "writes modules and files":
    "for path in ('/tmp/left', 'json.py', 'colorsys.py', 'sitecustomize.py'): open(path, 'w').write('raise SystemExit')",
  "writes over the standard library": "open('/lib/python314.zip', 'r+b').write(bytes(1 << 21))",
  "removes all files":
    "import shutil\nfor path in ('/lib', '/home', '/tmp'): shutil.rmtree(path, ignore_errors=True)",
  "starts threads, and leaves at its end":
    "import atexit, os, threading\natexit.register(os._exit, 0)\ntry: threading.Thread(target=lambda: print('late')).start()\nexcept RuntimeError: pass",
  "has finalizers that print and never end":
    "import weakref\nclass X:\n    def __del__(self):\n        print('late', flush=True)\n        while True: pass\nkept = [X() for _ in range(9)]\nweakref.finalize(kept[0], print, 'late')",
  "patches json and print":
    "import builtins, json\njson.dumps = json.JSONEncoder.encode = lambda *a, **k: 'late'\nbuiltins.print = lambda *a: None",
  "changes the environment and the folder":
    "import os\nos.environ['PYTHONPATH'] = os.environ['LEFT'] = '/tmp'\nos.putenv('LEFT', '1')\nos.chdir('/tmp')",
  "leaves timers and tasks in the loop of events":
    "import asyncio\nasync def late():\n    while True: print('late', flush=True)\ntry: loop = asyncio.get_event_loop()\nexcept Exception: loop = asyncio.new_event_loop()\nfor call in (lambda: loop.call_later(0, print, 'late'), lambda: loop.call_soon(print, 'late'), lambda: loop.create_task(late())):\n    try: call()\n    except BaseException: pass",
  "leaves a timer by the class of the browser's loop":
    "import gc, sys\nfor kind in gc.get_objects():\n    if isinstance(kind, type) and kind.__name__ in ('WebLoop', 'PyodideTask', 'PyodideFuture'):\n        try: kind().call_later(0, print, 'late')\n        except BaseException: pass",
  "hooks the collector":
    "import gc\ngc.callbacks.append(lambda *a: print('late', flush=True))\ngc.set_threshold(1)",
  "takes signals":
    "import signal\nfor number in range(1, 32):\n    try: signal.signal(number, lambda *a: print('late'))\n    except (OSError, ValueError): pass\ntry: signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\nexcept BaseException: pass",
  "listens to the interpreter":
    "import sys\ndef no(event, args):\n    if event in ('exec', 'compile'): raise SystemExit\nsys.addaudithook(no)",
  "changes what numbers have":
    "import gc\nd = gc.get_referents(int.__dict__)[0]\nd.update(__eq__=lambda *a: True, __repr__=lambda a: 'late')",
  "changes settings":
    "import codecs, decimal, random, sys, warnings\nrandom.seed(1)\nsys.setrecursionlimit(50)\ndecimal.getcontext().prec = 2\nwarnings.simplefilter('error')\ncodecs.register(lambda name: codecs.lookup('utf8') if name == 'left' else None)\nsys.set_int_max_str_digits(640)",
  "closes and turns its outputs":
    "import os, sys\nsys.stdout.close()\nos.dup2(2, 1)\nos.close(2)\nos.close(0)",
  "leaves output unwritten, and fails": "print('late', end='')\nraise ValueError('late')",
  "hooks imports":
    "import sys, zipimport\nclass Finder:\n    @staticmethod\n    def find_spec(*a): raise SystemExit\nsys.meta_path.insert(0, Finder)\nsys.path_importer_cache.clear()\nzipimport._zip_directory_cache.clear()",
  "keeps memory": "kept = [bytearray(10**7) for _ in range(9)]",
  "leaves": "import sys\nsys.exit(0)",
  "stops in a generator":
    "def f():\n    try: yield\n    finally: print('late', flush=True)\ng = f()\nnext(g)\nassert False",
};

/** Looks at all of that. */
const probe = `
import codecs, decimal, gc, os, random, signal, sys, threading, warnings
import json, colorsys
print(len("ab"), sorted("ba"), json.dumps({"a": [1, 2]}), colorsys.__file__, 1 == 2, 7)
print(sorted(os.environ.items()), os.getcwd(), os.listdir("."), sorted(os.listdir("/tmp")), os.path.getsize("/lib/python314.zip"))
print(len(gc.callbacks), gc.get_threshold(), gc.collect() >= 0, threading.active_count())
print([str(signal.getsignal(number)) for number in range(1, 16)])
print(sys.path, [str(finder) for finder in sys.meta_path], sys.getrecursionlimit(), sys.get_int_max_str_digits())
print(random.random(), hash("x"), decimal.getcontext().prec, warnings.filters)
try: print(codecs.lookup("left"))
except LookupError: print("no codec")
kept = [bytearray(10**7) for _ in range(9)]
try:
    assert len(kept) == 8
except AssertionError: print("asserts")
exec(compile("print('executes')", "x", "exec"))
`;
const tests = "assert len(kept) == 9 and print is not None";

Deno.test(`nothing of ${Object.keys(leavers).length} programs that leave something behind reaches the next of their process`, async () => {
  let process = await PythonProcess.start(limits, { shared: true });
  const run = (code: string, tests = "") => process.run({ code, tests }, 5);
  const renew = async () => {
    await process.close();
    process = await PythonProcess.start(limits, { shared: true });
  };
  const alone = await run(probe, tests);
  assert(alone);
  assert.equal(alone.status, "ok", alone.stderr);
  assert.match(alone.stdout, /^2 \['a', 'b'\] \{"a": \[1, 2\]\} [^]*no codec\nasserts\nexecutes\n$/);
  for (const [name, code] of Object.entries(leavers)) {
    if (!process.takes(5)) await renew();
    let left = await run(code);
    // Interpreters that nobody has collected yet may have used its memory up.
    if (!process.takes(5)) {
      await renew();
      left = await run(code);
    }
    assert(left?.status === "ok" || left?.status === "error", `${name}: ${left?.status}`);
    assert(process.takes(5), `${name} took its process along: ${left.stderr}`);
    assert.deepEqual(await run(probe, tests), alone, name);
  }
  await process.close();
});

Deno.test("a program that does not end cleanly takes its process along, and the next of its group has its own verdict", async () => {
  const right = "print('right')";
  const endings: Record<string, string> = {
    timeout: "while True: pass",
    output: "print('x' * 10**6)",
    memory: "x = bytearray(10**9)",
    error: "import os\nos._exit(0)",
  };
  const programs = Object.values(endings).flatMap((code) => [code, right]);
  const results = await runAllPythonSandboxed(programs.map((code) => ({ code, group: "one" })), {
    timeoutSeconds: 1,
  });
  assert.deepEqual(
    results.map(({ status }) => status),
    Object.keys(endings).flatMap((status) => [status, "ok"]),
  );
  for (const [at, { stdout }] of results.entries()) if (at % 2 === 1) assert.equal(stdout, "right\n");
});

Deno.test("runAllPythonSandboxed() gives results in the programs' order, groups apart, and ends with its signal", async () => {
  const groups = ["a", "b", "a", "c", "b", "a"];
  const programs = groups.map((group, at) => ({ code: `x = ${at}`, tests: "print(x)", group }));
  const results = await runAllPythonSandboxed(programs, { workers: 2 });
  assert.deepEqual(results.map(({ stdout }) => stdout), ["0\n", "1\n", "2\n", "3\n", "4\n", "5\n"]);
  const endless = [{ code: "while True: pass", group: "a" }];
  const signal = AbortSignal.timeout(500);
  await assert.rejects(runAllPythonSandboxed(endless, { signal }), { name: "TimeoutError" });
  await assert.rejects(runAllPythonSandboxed([{ code: "1" } as never]), /group/);
});
