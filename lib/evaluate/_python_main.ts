/** The exit code of a program that a MemoryError ended. */
export const OUT_OF_MEMORY = 101;

/**
 * What a program need not wait for, and all that is built in but what writes to the interpreter's own memory (`_ctypes`, CPython's
 * tests, debuggers): no program can load one of those later.
 */
const importedBefore = `
import bisect, collections, copy, datetime, decimal, fractions, functools, heapq, itertools, json, math
import operator, random, re, statistics, string, sys, traceback, typing
for name in sys.builtin_module_names:
    if not name.startswith(("_ctypes", "_test", "_xxtest", "_remote", "xxsub")):
        __import__(name)
`;

/**
 * What leads to JavaScript is taken from Python; so is what loads a module that is not loaded yet and is no Python, and what jumps
 * over lines that run: out of every dictionary, as the collector shows them all.
 */
const takenAway = `
import _imp, gc, importlib.machinery, sys
for name in list(sys.modules):
    if name.split(".")[0] in ("js", "pyodide", "_pyodide", "_pyodide_core", "pyodide_js"):
        del sys.modules[name]
sys.meta_path[:] = importlib.machinery.FrozenImporter, importlib.machinery.PathFinder
tracing = ("settrace", "setprofile", "_settraceallthreads", "_setprofileallthreads")
for owner, names in ((_imp, ("create_builtin", "create_dynamic")), (sys, tracing)):
    for name in names:
        for holder in gc.get_referrers(getattr(owner, name)):
            if isinstance(holder, dict):
                holder.pop(name, None)
`;

/** How a program ended that did not take its process along, as the process says it. */
export const VERDICTS = { ok: 0, error: 1, left: 2 };

/**
 * The main module of a process that runs Python programs one after another by pyodide, which it is given on its standard input: it
 * has no permission to read it. The same for every program.
 *
 * Input: the lengths of six parts (32 bits each, little-endian), then those parts: `pyodide.mjs`, `pyodide.asm.mjs`,
 * `pyodide.asm.wasm`, `python_stdlib.zip`, `pyodide-lock.json`, a snapshot of the started interpreter (empty: write one and end).
 * Then, for each program, its mark, the lengths of program and tests, and these two.
 *
 * Output, for each program: the mark, what it prints, the mark, a byte of {@linkcode VERDICTS}; on standard error what it prints
 * there and the mark. A process that ends, ended a program: it could not go on.
 *
 * Every program has an interpreter of its own, of the one compiled module and the snapshot: memory, files and all that Python and
 * its glue keep are new. What is left of the one before is never entered again (JavaScript has no timers and no finalizers here),
 * and its output leads nowhere.
 *
 * The Python side never sees JavaScript: the modules that lead there are gone, `js` stands for an empty object, texts are never
 * compiled as JavaScript, and what the language itself provides is frozen. The tests are compiled before the program begins,
 * and both run by functions of CPython that no Python code can change. The tests have names of their own, those of the program among
 * them, and the builtins as they were before it.
 */
export const pythonMain = "data:text/javascript," + encodeURIComponent(String.raw`
const { stdin, stdout, stderr, exit } = Deno;
const [read, print, complain] = [stdin.readSync.bind(stdin), stdout.writeSync.bind(stdout), stderr.writeSync.bind(stderr)];
const bytes = (size) => {
  const part = new Uint8Array(size);
  for (let n = 0; n < size;) n += read(part.subarray(n)) ?? exit(1);
  return part;
};
const parts = (count) => {
  const sizes = new DataView(bytes(4 * count).buffer);
  return Array.from({ length: count }, (_, at) => bytes(sizes.getUint32(4 * at, true)));
};
const writer = (write) => (part) => {
  for (let n = 0; n < part.length;) n += write(part.subarray(n));
  return part.length;
};
const [out, err] = [writer(print), writer(complain)];
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const [loader, glue, wasm, library, lock, snapshot] = parts(6);

const fresh = snapshot.length === 0;
// The snapshot is the same on every machine, and so are the order of a set and what an unseeded generator gives.
const random = fresh ? (part) => part : crypto.getRandomValues.bind(crypto);
const files = { "pyodide.asm.wasm": new Uint8Array(0), "python_stdlib.zip": library };
const never = () => 0;
// What pyodide looks for in a shell without files and network; nothing that calls an interpreter back later.
Object.assign(globalThis, {
  read() {},
  load() {},
  readbuffer: (path) => files[path.split("/").at(-1)].slice(),
  os: { system: (_, [, command]) => random(new Uint8Array(Number(/-c(\d+)/.exec(command)[1]))).toBase64() },
  ...{ setTimeout: never, setInterval: never, setImmediate: never, queueMicrotask: never },
  FinalizationRegistry: class { register() {} unregister() {} },
});
delete globalThis.MessageChannel;
delete globalThis.process;
delete globalThis.Deno;
// The one module of bytes is the interpreter: it is compiled once.
const { instantiate } = WebAssembly;
const module = await WebAssembly.compile(wasm);
WebAssembly.instantiate = async (source, imports) =>
  source instanceof WebAssembly.Module ? instantiate(source, imports) : { module, instance: await instantiate(module, imports) };
// What the language provides stays as it is, for each interpreter the same; an object may still have a property of the same name.
const { defineProperty, getOwnPropertyDescriptors } = Object;
for (const owner of [Object.prototype, Function.prototype]) {
  for (const [name, { value, configurable }] of Object.entries(getOwnPropertyDescriptors(owner))) {
    if (value === undefined || !configurable) continue;
    const set = function (value) {
      if (this === owner) throw new TypeError(name + " cannot be changed");
      defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
    };
    defineProperty(owner, name, { get: () => value, set, enumerable: false, configurable: false });
  }
}
for (const owner of [Object, Function, Array, String, Number, Boolean, Symbol, BigInt, Promise, Map, Set, WeakMap, WeakSet, WeakRef, RegExp, Date, Proxy, ArrayBuffer, DataView, Uint8Array, Object.getPrototypeOf(Uint8Array), Reflect, JSON, Math, Atomics, WebAssembly]) {
  Object.freeze(owner);
  if (owner.prototype) Object.freeze(owner.prototype);
}
const imported = (text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
const { loadPyodide } = await imported(loader);
const { default: createPyodideModule } = await imported(glue);
const interpreter = (from) => loadPyodide({
  createPyodideModule,
  indexURL: "/",
  packageBaseUrl: "/",
  lockFileContents: { ...JSON.parse(decoder.decode(lock)), packages: {} },
  jsglobals: Object.create(null),
  ...from,
});
if (fresh) {
  const pyodide = await interpreter({ _makeSnapshot: true });
  pyodide.runPython(${JSON.stringify(importedBefore)});
  out(pyodide.makeMemorySnapshot());
  exit(0);
}

const { ok, error, left } = ${JSON.stringify(VERDICTS)};
const ended = async (mark, programText, testsText) => {
  const pyodide = await interpreter({ _loadSnapshot: snapshot });
  let over = false;
  const own = (write) => (part) => over ? part.length : write(part);
  pyodide.setStdin({ stdin: () => null });
  pyodide.setStdout({ write: own(out) });
  pyodide.setStderr({ write: own(err) });
  const python = pyodide.pyimport("builtins");
  const sys = pyodide.pyimport("sys");
  const { compile, exec } = python;
  const flush = sys.stdout.flush;
  const main = python.dict();
  main.set("__name__", "__main__");
  const builtins = python.dict(python.__dict__);
  exec(compile(${JSON.stringify(takenAway)}, "setup", "exec"), python.dict());
  out(mark);
  try {
    const body = compile(programText, "program", "exec");
    const checks = compile(testsText, "tests", "exec");
    exec(body, main);
    const seen = python.dict(main);
    seen.set("__builtins__", builtins);
    exec(checks, seen);
  } catch (raised) {
    over = true;
    if (raised?.type === "SystemExit") return left;
    err(encoder.encode(String(raised?.message ?? raised).trimEnd() + "\n"));
    if (raised?.type === "MemoryError") exit(${OUT_OF_MEMORY});
    // What is no error of Python's ended its interpreter, and who knows what else.
    return typeof raised?.type === "string" ? error : exit(1);
  }
  try {
    flush();
  } catch { /* The program closed it. */ }
  over = true;
  return ok;
};
const collect = globalThis.gc;
for (let before = 0;; before++) {
  const mark = bytes(16);
  // Each interpreter leaves tens of megabytes, of which V8 takes no notice by itself.
  if (before % 3 === 2) collect();
  const verdict = await ended(mark, ...parts(2).map((part) => decoder.decode(part)));
  out(mark);
  out(new Uint8Array([verdict]));
  err(mark);
}
`);
