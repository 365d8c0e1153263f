/** The exit code of a program that a MemoryError ended. */
export const OUT_OF_MEMORY = 101;

/**
 * What a program need not wait for, and all that is built in but what writes to the interpreter's own memory (`_ctypes`, CPython's
 * tests, debuggers): no program can load one of those later.
 */
const imported = `
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

/**
 * The main module of a process that runs Python by pyodide, which it is given on its standard input: it has no permission to
 * read it. The same for every program.
 *
 * Input: the mark, the lengths of eight parts (32 bits each, little-endian), then those parts: `pyodide.mjs`, `pyodide.asm.mjs`,
 * `pyodide.asm.wasm`, `python_stdlib.zip`, `pyodide-lock.json`, a snapshot of the started interpreter (empty: write one and end), the program, the tests.
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
const writer = (write) => (part) => {
  for (let n = 0; n < part.length;) n += write(part.subarray(n));
  return part.length;
};
const [out, err] = [writer(print), writer(complain)];
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const mark = bytes(16);
const sizes = new DataView(bytes(32).buffer);
const [loader, glue, wasm, library, lock, snapshot, program, tests] = Array.from({ length: 8 }, (_, at) => bytes(sizes.getUint32(4 * at, true)));

const fresh = snapshot.length === 0;
// The snapshot is the same on every machine, and so are the order of a set and what an unseeded generator gives.
const random = fresh ? (part) => part : crypto.getRandomValues.bind(crypto);
const files = { "pyodide.asm.wasm": wasm, "python_stdlib.zip": library };
// What pyodide looks for in a shell without files and network.
Object.assign(globalThis, {
  read() {},
  load() {},
  readbuffer: (path) => files[path.split("/").at(-1)],
  os: { system: (_, [, command]) => random(new Uint8Array(Number(/-c(\d+)/.exec(command)[1]))).toBase64() },
});
delete globalThis.process;
delete globalThis.Deno;
const module = (text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
const { loadPyodide } = await module(loader);
const { default: createPyodideModule } = await module(glue);
const pyodide = await loadPyodide({
  createPyodideModule,
  indexURL: "/",
  packageBaseUrl: "/",
  lockFileContents: { ...JSON.parse(decoder.decode(lock)), packages: {} },
  jsglobals: Object.create(null),
  ...(fresh ? { _makeSnapshot: true } : { _loadSnapshot: snapshot }),
});
if (fresh) {
  pyodide.runPython(${JSON.stringify(imported)});
  out(pyodide.makeMemorySnapshot());
  exit(0);
}
pyodide.setStdin({ stdin: () => null });
pyodide.setStdout({ write: out });
pyodide.setStderr({ write: err });
const python = pyodide.pyimport("builtins");
const sys = pyodide.pyimport("sys");
const { compile, exec } = python;
const flush = sys.stdout.flush;
const main = python.dict();
main.set("__name__", "__main__");
const builtins = python.dict(python.__dict__);
exec(compile(${JSON.stringify(takenAway)}, "setup", "exec"), python.dict());

/** Whether a text ran to its end; what it raises is told, and ends the process. */
const ended = (work) => {
  try {
    return work();
  } catch (error) {
    if (error?.type === "SystemExit") exit(0);
    err(encoder.encode(String(error?.message ?? error).trimEnd() + "\n"));
    exit(error?.type === "MemoryError" ? ${OUT_OF_MEMORY} : 1);
  }
};
const [programText, testsText] = [decoder.decode(program), decoder.decode(tests)];
for (const owner of [Object, Function, Array, String, Number, Boolean, Symbol, BigInt, Promise, Map, Set, WeakMap, WeakSet, WeakRef, RegExp, Date, Proxy, ArrayBuffer, DataView, Uint8Array, Object.getPrototypeOf(Uint8Array), Reflect, JSON, Math, Atomics, WebAssembly]) {
  Object.freeze(owner);
  if (owner.prototype) Object.freeze(owner.prototype);
}
out(mark);
const [body, checks] = ended(() => [compile(programText, "program", "exec"), compile(testsText, "tests", "exec")]);
ended(() => exec(body, main));
const seen = python.dict(main);
seen.set("__builtins__", builtins);
ended(() => exec(checks, seen));
try {
  flush();
} catch { /* The program closed it. */ }
out(mark);
exit(0);
`);
