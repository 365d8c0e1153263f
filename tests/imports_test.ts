import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";

const LIB = fileURLToPath(new URL("../lib/", import.meta.url));

/** Which rooms a room imports from, besides itself. */
const ARROWS: Record<string, readonly string[]> = {
  "base": [],
  "schedule": ["base"],
  "rope": ["base"],
  "run": ["base"],
  "laws": ["base", "schedule", "run"],
  "figure": ["base"],
  "native": ["base"],
  "data": ["base", "schedule"],
  "llm": ["base", "data", "native", "run"],
  "evaluate": ["base", "llm", "run", "sets"],
  "collect": ["base", "data"],
  "sets": ["base", "data", "collect"],
  "synthesize": ["base", "data", "llm", "evaluate", "run"],
  "select": ["base", "data", "llm", "run", "synthesize"],
  "decontaminate": ["base", "data", "synthesize"],
  "mix": ["base", "data", "native", "laws"],
  "anneal": ["base", "data", "native", "llm", "schedule", "rope", "mix", "run"],
  "notebook": ["base", "figure"],
  "recipe": ["base", "data", "sets", "select", "schedule", "mix", "anneal", "evaluate"],
};

/** The only rooms that may name a heavy dependency, and the packages that it comes in. */
const DOORS: Record<string, readonly string[]> = {
  "@tensorflow/": ["anneal"],
  "openai": ["llm"],
  "node-llama-cpp": ["llm"],
  "onnxruntime-node": ["llm"],
  "nodejs-polars": ["mix"],
  "vega": ["figure"],
  "@resvg/resvg-js": ["figure"],
  "aws4fetch": ["run"],
  "@astral-sh/": ["synthesize"],
};

/** The first folder of a path below lib, or "" for a file in lib itself. */
function roomOf(path: string): string {
  const parts = path.slice(LIB.length).split("/");
  return parts.length > 1 ? parts[0] : "";
}

const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bexport\s+\*\s+from\s*)["']([^"']+)["']/g;

function* modules(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* modules(`${path}/`);
    else if (path.endsWith(".ts")) yield path;
  }
}

function specifiersOf(path: string): string[] {
  // Examples in comments import public names; only real imports count.
  const code = Deno.readTextFileSync(path).replace(/\/\*[\s\S]*?\*\//g, "");
  return [...code.matchAll(SPECIFIER)].map((match) => match[1]);
}

const all = [...modules(LIB)];
const files = all.filter((path) => !["task", "std-cli", ""].includes(roomOf(path)));

/** The files that a file imports by relative paths, types and dynamic imports included. */
const imports = new Map(
  all.map((path) => [
    path,
    specifiersOf(path).filter((name) => name.startsWith("."))
      .map((name) => fileURLToPath(new URL(name, pathToFileURL(path)))),
  ]),
);

Deno.test("every room imports only from the rooms that its arrows name, and from each of them", () => {
  const used = new Set<string>();
  for (const path of files) {
    const room = roomOf(path);
    assert.ok(room in ARROWS, `${room} has no arrows in this test`);
    for (const target of imports.get(path)!) {
      assert.ok(target.startsWith(LIB), `${path} imports ${target}, which lies outside lib`);
      const other = roomOf(target);
      used.add(`${room} to ${other}`);
      assert.ok(
        other === room || ARROWS[room].includes(other),
        `${path.slice(LIB.length)} imports from ${other}; ${room} may import from ${
          ARROWS[room].join(", ") || "no room"
        }`,
      );
      assert.ok(
        other === room || target.endsWith("/mod.ts"),
        `${path.slice(LIB.length)} imports ${target}; another room is entered by its mod.ts`,
      );
    }
  }
  const arrows = Object.entries(ARROWS).flatMap(([room, others]) =>
    others.map((other) => `${room} to ${other}`)
  );
  const idle = arrows.filter((arrow) => !used.has(arrow));
  assert.deepEqual(idle, [], "arrows that nobody uses");
});

Deno.test("no files import each other in a circle", () => {
  const reached = new Map(all.map((path) => {
    const seen = new Set(imports.get(path));
    for (const other of seen) for (const next of imports.get(other) ?? []) seen.add(next);
    return [path, seen];
  }));
  const circles = all.filter((path) => reached.get(path)!.has(path)).map((path) =>
    all.filter((other) => reached.get(path)!.has(other) && reached.get(other)!.has(path))
      .map((other) => other.slice(LIB.length)).join(", ")
  );
  assert.deepEqual([...new Set(circles)], []);
});

Deno.test("a heavy dependency is named in one room only, and each door is used", () => {
  const used = new Set<string>();
  for (const path of files) {
    for (const specifier of specifiersOf(path)) {
      for (const [name, rooms] of Object.entries(DOORS)) {
        if (specifier !== name && !specifier.startsWith(name.endsWith("/") ? name : `${name}/`)) continue;
        assert.ok(rooms.includes(roomOf(path)), `${path.slice(LIB.length)} imports ${specifier}`);
        used.add(`${name} in ${roomOf(path)}`);
      }
    }
  }
  const doors = Object.entries(DOORS).flatMap(([name, rooms]) => rooms.map((room) => `${name} in ${room}`));
  const idle = doors.filter((door) => !used.has(door));
  assert.deepEqual(idle, [], "doors that nobody uses");
});

Deno.test("Deno.jupyter is named in notebook/ only, and Deno.dlopen in native/, mix/ and llm/ only", () => {
  for (const path of files) {
    const code = Deno.readTextFileSync(path);
    const room = roomOf(path);
    assert.ok(!code.includes("Deno.jupyter") || room === "notebook", path);
    assert.ok(!code.includes("Deno.dlopen") || ["native", "mix", "llm"].includes(room), path);
  }
});

Deno.test("nothing draws from Math.random", () => {
  for (const path of files) assert.ok(!Deno.readTextFileSync(path).includes("Math.random("), path);
});

Deno.test("a clone's folder may hold spaces and any letter: no path is taken from a URL as it is written there", () => {
  const tests = fileURLToPath(new URL("./", import.meta.url));
  for (const path of [...all, ...modules(tests)]) {
    const code = Deno.readTextFileSync(path);
    assert.doesNotMatch(code, /import\.meta\.url[\s,)]*\.pathname/, `${path}: fileURLToPath`);
    assert.doesNotMatch(code, /`file:\/\/\$/, `${path}: pathToFileURL`);
  }
});

Deno.test("laws, schedule, rope and run load nothing but themselves and base", async () => {
  for (const room of ["laws", "schedule", "rope", "run"]) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", `${LIB}${room}/mod.ts`],
      stderr: "null",
    }).output();
    const graph = JSON.parse(new TextDecoder().decode(stdout)) as {
      roots: string[];
      modules: {
        specifier: string;
        dependencies?: { code?: { specifier: string }; type?: { specifier: string }; isDynamic?: boolean }[];
      }[];
    };
    // An object store's signatures are loaded by whoever opens one.
    const loaded = new Set(graph.roots);
    for (const specifier of loaded) {
      const { dependencies = [] } = graph.modules.find((module) => module.specifier === specifier) ?? {};
      for (const { code, type, isDynamic } of dependencies) {
        const next = (code ?? type)?.specifier;
        if (next !== undefined && !(isDynamic && next.endsWith("/run/_object_store.ts"))) loaded.add(next);
      }
    }
    assert.ok(loaded.size > 1, room);
    for (const specifier of loaded) {
      const light = specifier.startsWith("node:") ||
        specifier.startsWith("file:") &&
          ["laws", "schedule", "rope", "run", "base"].includes(roomOf(fileURLToPath(specifier)));
      assert.ok(light, `${room} loads ${specifier}`);
    }
  }
});

Deno.test("every mod.ts lists what it exports by name", () => {
  for (const path of modules(LIB)) {
    if (path.endsWith("/mod.ts")) assert.doesNotMatch(Deno.readTextFileSync(path), /^export \* from/m, path);
  }
});
