import assert from "node:assert/strict";

for (const task of ["tour", "test", "ok", "bench", "doctor", "lab", "serve"]) {
  Deno.test(`${task} refuses a flag that it does not have, and does nothing`, async () => {
    const path = new URL(`../../lib/task/${task}.ts`, import.meta.url).pathname;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", path, "--nonsense"],
      stdout: "piped",
      stderr: "piped",
    });
    const { code, stdout, stderr } = await child.output();
    assert.equal(code, 2);
    assert.equal(new TextDecoder().decode(stdout), "");
    assert.match(new TextDecoder().decode(stderr), /no flag --nonsense: see --help/);
  });
}
