import assert from "node:assert/strict";
import { runAllSandboxed, runSandboxed } from "../../lib/evaluate/mod.ts";
import { killParentOf } from "./_killed_parent.ts";

Deno.test("runSandboxed() kills a loop that never ends, and a program that sleeps", async () => {
  assert.equal((await runSandboxed("while (true);", { timeoutSeconds: 1 })).status, "timeout");
  assert.equal(
    (await runSandboxed("setInterval(() => {}, 1000);", { timeoutSeconds: 0.1 })).status,
    "timeout",
  );
});

Deno.test("runSandboxed() counts a program's own time, and not that for which it was not let run", async () => {
  const code = "await new Promise((resolve) => setTimeout(resolve, 1200)); console.log('done');";
  assert.equal((await runSandboxed(code, { timeoutSeconds: 1 })).stdout, "done\n");
});

Deno.test("runSandboxed() stops a program that prints without end", async () => {
  const { status, stdout } = await runSandboxed("const line = 'x'.repeat(1e5); for (;;) console.log(line);");
  assert.equal(status, "output");
  assert.ok(stdout.length <= 65536);
});

Deno.test("runSandboxed() stops a program that takes memory without end", async () => {
  const code = "const kept = []; for (;;) kept.push(new Uint8Array(1 << 20).fill(1));";
  const { status } = await runSandboxed(code, { memoryMegabytes: 64, timeoutSeconds: 20 });
  assert.equal(status, "memory");
});

const forbidden: [string, string][] = [
  ["read files", "Deno.readTextFileSync('/etc/hostname')"],
  ["write files", "Deno.writeTextFileSync('x', 'y')"],
  ["open sockets", "await Deno.connect({ hostname: '127.0.0.1', port: 1 })"],
  ["start processes", "new Deno.Command('true').outputSync()"],
  ["read the environment", "Deno.env.get('HOME')"],
  ["import remote modules", "await import('https://example.org/module.ts')"],
  ["import packages", "await import('npm:zod')"],
];

for (const [what, code] of forbidden) {
  Deno.test(`runSandboxed() does not let a program ${what}`, async () => {
    const { status, stdout } = await runSandboxed(`console.log(String(${code}))`);
    assert.equal(status, "error");
    assert.equal(stdout, "");
  });
}

Deno.test("runAllSandboxed() keeps the programs' order, ends with its signal, and refuses what parallel was", async () => {
  const sleepy = (n: number) =>
    `await new Promise((go) => setTimeout(go, ${300 - 100 * n})); console.log(${n});`;
  const results = await runAllSandboxed([0, 1, 2].map(sleepy), { workers: 2 });
  assert.deepEqual(results.map(({ stdout }) => stdout), ["0\n", "1\n", "2\n"]);
  const stop = AbortSignal.timeout(300);
  const endless = Array(3).fill("while (true);");
  await assert.rejects(runAllSandboxed(endless, { workers: 2, signal: stop }), { name: "TimeoutError" });
  await assert.rejects(
    runAllSandboxed([], { workers: 0 }),
    /workers must be a whole number >= 1: current value is 0/,
  );
  const before: object = { parallel: 2 };
  await assert.rejects(runAllSandboxed([], before), /the option parallel is called workers now/);
});

const wrong = "function add() { return 0; }";
const early: [string, string][] = [
  ["leaves with code 0", `${wrong}\nDeno.exit(0);`],
  ["leaves by Node's door", `import process from "node:process";\n${wrong}\nprocess.exit(0);`],
  ["leaves in a microtask", `${wrong}\nqueueMicrotask(() => Deno.exit(0));\nawait 0;`],
  ["leaves in the function that is tested", "function add() { Deno.exit(0); }"],
  [
    "prevents that its rejection is heard",
    `${wrong}
for (const type of ["error", "unhandledrejection"]) addEventListener(type, (event) => event.preventDefault());`,
  ],
  [
    "leaves when it should fail",
    `import process from "node:process";
${wrong}
for (const type of ["exit", "uncaughtException", "unhandledRejection"]) process.on(type, () => process.exit(0));`,
  ],
  [
    "has other promises and another output",
    `${wrong}
Promise.prototype.then = function (then) { then?.(); return this; };
const { prototype } = Deno.stdout.constructor;
const { writeSync } = prototype;
prototype.writeSync = function (bytes) { writeSync.call(this, bytes); return writeSync.call(this, bytes); };
export function then(resolve) { resolve(); }`,
  ],
  [
    "runs the main module again",
    `${wrong}\nawait import(Deno.mainModule.replace("await", "void"));\nDeno.exit(0);`,
  ],
  ["waits for ever", `${wrong}\nawait new Promise(() => {});`],
];

for (const [what, candidate] of early) {
  Deno.test(`runSandboxed() does not call it ok when a program ${what} before its tests`, async () => {
    const test = "\nif (add(1, 2) !== 3) throw new Error('wrong');";
    assert.notEqual((await runSandboxed(candidate + test, { timeoutSeconds: 1 })).status, "ok");
  });
}

Deno.test("runSandboxed() shows its mark nowhere: not in the source, the heap, the stack, the input", async () => {
  const code = `import v8 from "node:v8";
let heap = "";
for await (const part of v8.getHeapSnapshot()) heap += part;
const { default: source } = await import(Deno.mainModule, { with: { type: "text" } });
console.log(heap.length > 1e5, source.includes("mark"), Deno.stdin.readSync(new Uint8Array(16)));
console.log(typeof mark, typeof write, Deno[Deno.internal]);`;
  const { status, stdout } = await runSandboxed(code);
  assert.equal(status, "ok");
  assert.equal(stdout, "true true null\nundefined undefined undefined\n");
});

Deno.test("runSandboxed() kills a program that catches the signal of its processor time", async () => {
  const code = "Deno.addSignalListener('SIGXCPU', () => {}); while (true);";
  assert.equal((await runSandboxed(code, { timeoutSeconds: 1 })).status, "timeout");
});

Deno.test("runSandboxed() tells a program that ends itself from one that is out of time or memory", async () => {
  const itself = ["abort()", "kill(process.pid, 'SIGTRAP')", "kill(process.pid, 'SIGKILL')", "exit(137)"];
  const programs = itself.map((how) => `import process from "node:process"; process.${how};`);
  const results = await runAllSandboxed(programs);
  assert.deepEqual(results.map(({ status }) => status), itself.map(() => "error"));
  const heap = "const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length + 0.5));";
  assert.equal((await runSandboxed(heap, { memoryMegabytes: 32 })).status, "memory");
});

Deno.test("runSandboxed() gives a program no storage, no graphics card and no path, nor its workers", async () => {
  const probe = `const said = [Deno.execPath()];
try { said.push(await navigator.gpu?.requestAdapter() ?? "none"); } catch { said.push("none"); }
try { await (await caches.open("x")).put("http://x/", new Response("y")); said.push("kept"); } catch { said.push("none"); }`;
  const code = `${probe}
console.log(said.join(" "));
for (const name of ["caches", "localStorage", "sessionStorage"]) console.log(typeof globalThis[name]);
console.log(typeof navigator.gpu, typeof Deno.openKv);
const text = ${JSON.stringify(`${probe}\npostMessage(said.join(" "));`)};
const worker = new Worker(URL.createObjectURL(new Blob([text])), { type: "module" });
console.log(await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data)));
worker.terminate();`;
  const { stdout, stderr } = await runSandboxed(code);
  const none = "undefined\n";
  assert.equal(
    stdout,
    `deno none none\n${none}${none}${none}undefined undefined\ndeno none none\n`,
    stderr,
  );
});

for (const [what, code] of [["sleeps", "setInterval(() => {}, 1000);"], ["computes", "while (true);"]]) {
  Deno.test({
    name: `runSandboxed() leaves no process behind when its own is killed while the program ${what}`,
    ignore: Deno.build.os !== "linux",
    fn: () => killParentOf(`runSandboxed(${JSON.stringify(code)}, { timeoutSeconds: 60 })`),
  });
}
