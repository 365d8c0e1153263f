import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { denoFinding, type Finding, table, typed } from "../../lib/task/doctor.ts";

const DOCTOR = fileURLToPath(new URL("../../lib/task/doctor.ts", import.meta.url));

async function doctor(args: string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", DOCTOR, ...args],
    env,
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("doctor names each missing thing with its one command, and exits with 0 unless --strict", async () => {
  // An empty cache and no programs: everything native is missing.
  const env = { MIDTRAIN_CACHE: await Deno.makeTempDir(), PATH: "/nowhere", CXX: "", MIDTRAIN_GPU: "0" };
  const { code, stdout, stderr } = await doctor(["--json"], env);
  assert.equal(code, 0, stderr);
  const findings = JSON.parse(stdout) as Finding[];
  const missing = findings.filter((finding) => finding.state === "missing").map((finding) => finding.name);
  for (const name of ["pip", "C++ compiler", "smollm2", "tensor backend"]) {
    assert.ok(missing.includes(name), name);
  }
  for (const { state, name, command } of findings) if (state === "missing") assert.ok(command, name);
  assert.equal((await doctor(["--strict"], env)).code, 1);
});

Deno.test("doctor tells the endpoint and keeps the key", async () => {
  const { stdout } = await doctor([], {
    MIDTRAIN_BACKEND: "cpu",
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    OPENAI_API_KEY: "secret",
  });
  assert.match(stdout, /✓ language model +http:\/\/127\.0\.0\.1:9\/v1 \(OPENAI_BASE_URL\), with a key/);
  assert.doesNotMatch(stdout, /secret/);
});

Deno.test("doctor's table aligns the findings and puts a command below its own", () => {
  const text = table([
    { name: "pip", state: "ok", detail: "26.1" },
    { name: "smollm2", state: "missing", detail: "the model", command: "deno task setup" },
  ]);
  assert.equal(text, "✓ pip      26.1\n✗ smollm2  the model\n           → deno task setup");
});

Deno.test("doctor names the least Deno where this one is older", () => {
  const of = (deno: string) => denoFinding({ deno, v8: "", typescript: "6.0.0" });
  for (const deno of ["2.9.5", "2.9.6", "2.10.0", "3.0.0", "2.9.6+abc"]) {
    assert.equal(of(deno).state, "ok", deno);
  }
  const { state, detail, command } = of("2.5.0");
  assert.equal(state, "missing");
  assert.match(detail, /^must be 2\.9\.5 or newer: current value is 2\.5\.0/);
  assert.match(command!, /^npx --yes deno@\S+ task doctor$/);
});

Deno.test("doctor's commands start with npx where deno is not on the path but by npx itself", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/_npx/1/bin`, { recursive: true });
  for (const place of [folder, `${folder}/_npx/1/bin`]) await Deno.writeTextFile(`${place}/deno`, "");
  assert.equal(typed("deno task setup", folder), "deno task setup");
  for (const path of ["", "/nowhere", `${folder}/_npx/1/bin:/nowhere`]) {
    assert.match(typed("deno task setup", path), /^npx --yes deno@[\d.]+ task setup$/);
    assert.equal(typed("apt-get install g++", path), "apt-get install g++");
  }
});
