import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { runPythonSandboxed } from "../../../lib/evaluate/mod.ts";
import type { Document } from "../../../lib/synthesize/mod.ts";

/** The packages of CPython's own library as they lie in pyodide's archive, and which of its files each file imports, as its `ast` reads them. */
export interface Library {
  files: Document[];
  imports: Map<string, string[]>;
}

const program = `
import ast, base64, json, sys, zipfile, zlib

archive = zipfile.ZipFile(next(path for path in sys.path if path.endswith(".zip")))
files = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".py") and "/" in name}

def module(names, base=""):
    name = base + "/".join(names)
    candidates = [base + "__init__.py"] if not names else [name + ".py", name + "/__init__.py"]
    return next((one for one in candidates if one in files), None)

def bases(path):
    parts = path.split("/")[:-1]
    folders = ["/".join(parts[:n]) + "/" if n else "" for n in range(len(parts), -1, -1)]
    return [one for one in folders if one + "__init__.py" not in files]

def absolute(names, path):
    return next((one for base in bases(path) if (one := module(names, base))), None)

imports = {}
for path, text in files.items():
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [absolute(alias.name.split("."), path) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = node.module.split(".") if node.module else []
            def find(one):
                if node.level == 0:
                    return absolute(one, path)
                return module(one, "".join(part + "/" for part in path.split("/")[:-node.level]))
            inside = [find(names + [alias.name]) for alias in node.names]
            found += inside if all(inside) else [*inside, find(names)]
    imports[path] = sorted({one for one in found if one and one != path})
print(base64.b64encode(zlib.compress(json.dumps({"files": files, "imports": imports}).encode())).decode())
`;

/** CPython's own library, read once a process. */
export function readLibrary(): Promise<Library> {
  return library ??= readAnew();
}

let library: Promise<Library> | undefined;

async function readAnew(): Promise<Library> {
  const limits = { maxOutputBytes: 2 ** 21 - 1, timeoutSeconds: 60, memoryMegabytes: 512 };
  const { status, stdout, stderr } = await runPythonSandboxed(program, limits);
  if (status !== "ok") throw new Error(`${status}: ${stderr}`);
  const { files, imports } = JSON.parse(inflateSync(Buffer.from(stdout, "base64")).toString()) as {
    files: Record<string, string>;
    imports: Record<string, string[]>;
  };
  return {
    files: Object.entries(files).map(([path, text]) => ({
      id: path,
      text,
      source: "cpython",
      meta: { path },
    })),
    imports: new Map(Object.entries(imports)),
  };
}
