import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type Finding, table } from "../../lib/task/doctor.ts";

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
