import assert from "node:assert/strict";
import { runAllSandboxed, runSandboxed } from "../../lib/evaluate/mod.ts";

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
