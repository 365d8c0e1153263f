/** Makes a trace function that jumps over the tests. */
const jump = `
import gc, sys
def trace(frame, event, arg):
    if frame.f_code.co_filename == "tests" and event == "line": frame.f_lineno = 3
    return trace
def anywhere(*_):
    frame = sys._getframe()
    while frame:
        frame.f_trace = trace
        frame = frame.f_back
    sys.settrace(trace)
`;

/** Programs whose `add` is wrong, and which try to be called right all the same. */
export const forgers: Record<string, string> = {
  "leaves": "import sys\nsys.exit(0)",
  "leaves by raising": "raise SystemExit",
  "leaves without a word": "import os\nos._exit(0)",
  "kills itself": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
  "aborts": "import os\nos.abort()",
  "leaves at its end": "import atexit, os\natexit.register(os._exit, 0)",
  "hides the tests in an open block": "if False:",
  "hides the tests in an open string": 'x = """',
  "ends its text": "\x00",
  "replaces exec and compile":
    "import builtins\nbuiltins.exec = builtins.eval = builtins.compile = lambda *a, **k: None",
  "replaces AssertionError":
    "import builtins\nclass Quiet(BaseException):\n    def __new__(cls, *a): raise SystemExit(0)\nbuiltins.AssertionError = AssertionError = Quiet",
  "jumps over the tests by a trace":
    "import sys\ndef trace(frame, event, arg):\n    if frame.f_code.co_filename == 'tests' and event == 'line': frame.f_lineno = 3\n    return trace\nsys.settrace(trace)",
  "jumps by a trace that an audit of exec sets": `${jump}\nsys.addaudithook(anywhere)`,
  "jumps by a trace that the collector sets": `${jump}\ngc.callbacks.append(anywhere)\ngc.set_threshold(1)`,
  "jumps by a trace that the tested function sets": `${jump}\ndef add(a, b):\n    anywhere()\n    return 0`,
  "traces by threading":
    "import threading, sys\nthreading.settrace_all_threads(lambda f, e, a: None)\nsys.setprofile(lambda f, e, a: sys.exit(0))",
  "watches by sys.monitoring":
    "import sys\nm = sys.monitoring\nm.use_tool_id(0, 'x')\nm.register_callback(0, m.events.LINE, lambda *a: sys.exit(0))\nm.set_events(0, m.events.LINE)",
  "swallows what is raised": "import sys\nsys.excepthook = sys.unraisablehook = lambda *a: None",
  "breaks the telling of what is raised":
    "import traceback, sys\nfor name in dir(traceback):\n    try: setattr(traceback, name, lambda *a, **k: [])\n    except Exception: pass\ntraceback.TracebackException = None",
  "spoils the modules": "import sys\nfor name in list(sys.modules): sys.modules[name] = None",
  "empties the builtins": "import builtins\nfor name in list(vars(builtins)): delattr(builtins, name)",
  "changes the frame below":
    "import sys\nf = sys._getframe()\nwhile f:\n    f.f_globals['add'] = None\n    f.f_builtins['AssertionError'] = SystemExit\n    f = f.f_back",
  "looks for the tests' code and its owners":
    "import gc, types\nfor o in gc.get_objects():\n    if isinstance(o, types.CodeType) or isinstance(o, types.FunctionType):\n        try: o.__code__ = (lambda *a, **k: None).__code__\n        except Exception: pass",
  "imports js": "import js\njs.Deno.exit(0)",
  "imports pyodide_js": "import pyodide_js\npyodide_js._module._exit(0)",
  "imports pyodide's code": "from pyodide.code import run_js\nrun_js('globalThis.close()')",
  "imports its core": "import _pyodide_core\n_pyodide_core.run_js('1')",
  "asks the importers for js":
    "import importlib, sys, gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'JsFinder':\n        sys.meta_path.append(o)\nimport js",
  "changes JavaScript by what the heap holds":
    "import gc\nfor o in gc.get_objects():\n    if 'Js' in type(o).__name__:\n        try:\n            f = o.constructor\n            f.constructor.prototype.apply = f.constructor.prototype.call = None\n            f('return globalThis')().close()\n        except BaseException: pass",
  "looks for proxies among all referents":
    "import gc\nseen = set()\ntodo = gc.get_objects()\nfor _ in range(3):\n    todo = [x for x in gc.get_referents(*todo) if id(x) not in seen]\n    seen |= set(map(id, todo))\n    for o in todo:\n        if type(o).__name__.startswith('Js'):\n            try: o.constructor.constructor('globalThis.x = 1')()\n            except BaseException: pass",
  "writes to the interpreter's memory": "import ctypes\nctypes.memset(0, 0, 1 << 20)",
  "makes exec another function":
    "import ctypes\ndef word(at): return ctypes.c_uint32.from_address(at)\nword(id(exec) + 8).value = word(id(print) + 8).value",
  "loads by the importer what writes to memory":
    "import importlib.machinery as m, importlib.util as u\nfor name in ('_ctypes', '_testcapi', '_pyodide_core'):\n    u.module_from_spec(m.ModuleSpec(name, m.BuiltinImporter, origin='built-in'))",
  "loads machine code from a file":
    "import importlib.machinery as m, importlib.util as u\nopen('/tmp/x.so', 'wb').write(b'\\0asm\\1\\0\\0\\0')\nu.module_from_spec(m.ModuleSpec('x', m.ExtensionFileLoader('x', '/tmp/x.so'), origin='/tmp/x.so'))",
  "begins another interpreter": "import concurrent.interpreters as i\ni.create().exec('import js')",
  "changes what numbers and errors have":
    "import gc\nfor t in (int, bool, BaseException, AssertionError):\n    d = gc.get_referents(t.__dict__)[0]\n    d.update(__eq__=lambda *a: True, __bool__=lambda a: True, __init__=lambda *a: None)",
  "has builtins of its own":
    "__builtins__ = {'print': lambda *a: None, 'AssertionError': SystemExit, '__debug__': False}",
  "leaves when it is collected":
    "import os\nclass X:\n    def __del__(self): os._exit(0)\nx = X()\nx.me = x\ndel x",
  "leaves when its error is told":
    "class E(Exception):\n    def __str__(self):\n        import os\n        os._exit(0)\nraise E",
  "leaves by a pickle": "import pickle\npickle.loads(b'cos\\n_exit\\n(I0\\ntR.')",
  "runs a loop of events": "import asyncio\nasync def main(): raise SystemExit(0)\nasyncio.run(main())",
  "is too deep to parse": "compile('(' * 10**6, 'x', 'eval')",
  "is too deep to write": "x = []\nfor _ in range(10**6): x = [x]\nrepr(x)",
  "fills the disk": "for n in range(10**9): open(f'/tmp/{n}', 'wb').write(bytes(10**7))",
  "makes a file of holes": "f = open('/tmp/x', 'wb')\nf.truncate(1 << 40)\nf.seek(1 << 33)\nf.write(b'x')",
  "closes its output": "import os, sys\nsys.stdout.close()\nsys.stderr.close()\nos.close(1)\nos.close(2)",
  "prints what may be the mark": "import os\nfor _ in range(3000): os.write(1, os.urandom(16))",
  "changes what files the interpreter has":
    "import os, shutil\nfor path in ('/lib', '/home', '/tmp'): shutil.rmtree(path, ignore_errors=True)",
  "recurses without end": "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()",
  "starts a thread": "import threading, os\nthreading.Thread(target=lambda: os._exit(0)).start()",
  "starts a process": "import subprocess\nsubprocess.run(['/bin/true'], check=True)",
  "runs a shell": "import os\nassert os.system('true') == 0",
  "takes a signal": "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass",
  "sleeps for ever": "import time\ntime.sleep(10**6)",
  "takes all memory": "x = []\nwhile True: x.append(bytearray(10**7))",
  "takes all memory and goes on":
    "x = []\nwhile True:\n    try: x.append(bytearray(10**7))\n    except MemoryError: pass",
  "prints without end": "while True: print('x' * 1000)",
};
