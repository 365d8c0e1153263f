import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { cacheDir, exists } from "../../lib/base/mod.ts";
import { freePort, kernelDescription } from "../../lib/task/lab.ts";
import { answers, runCell } from "../../lib/task/verify/_jupyter_client.ts";

const script = fileURLToPath(new URL("../../lib/task/lab.ts", import.meta.url));

async function lab(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; said: string }> {
  const run = new Deno.Command(Deno.execPath(), { args: ["run", "-A", script, ...args], env, stdin: "null" });
  const { code, stdout, stderr } = await run.output();
  return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("lab describes a kernel of this Deno that is stopped by SIGINT", () => {
  const description = kernelDescription("/opt/deno");
  assert.deepEqual(description.argv, ["/opt/deno", "jupyter", "--kernel", "--conn", "{connection_file}"]);
  assert.equal(description.interrupt_mode, undefined);
});

Deno.test("lab takes the next free port, or says that the one asked for is in use", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  assert(freePort(port, 50) > port);
  assert.throws(() => freePort(port, 1), { message: new RegExp(`port ${port} is in use`) });
});

Deno.test("lab names what is missing when there is no Python, and leaves nothing half-made", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const { code, said } = await lab(["--install-only"], { MIDTRAIN_CACHE: cache, PATH: cache });
    assert.equal(code, 1);
    assert.match(
      said,
      /Cannot install JupyterLab as python3 is missing: it needs Python 3 with venv and pip/,
    );
    assert.deepEqual(await Array.fromAsync(Deno.readDir(cache)), []);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test({
  name:
    "lab opens where one stands, a folder with a space and an accent, and runs a cell there (needs JupyterLab)",
  ignore: !await exists(cacheDir("jupyter", "venv", "midtrain-installed")),
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "lab é " });
    const [token, port] = ["a-token", freePort(18788, 100)];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", script, "--no-browser", "--port", `${port}`],
      env: { JUPYTER_TOKEN: token, INIT_CWD: folder },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      const server = { address: `http://127.0.0.1:${port}`, token };
      await answers(server, 60);
      assert.equal(await runCell(server, "a notebook.ipynb", "console.log(Deno.cwd())"), folder);
    } finally {
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("lab rejects a port that is none, and a folder that is none", async () => {
  const port = await lab(["--port", "70000"]);
  assert.equal(port.code, 2);
  assert.match(port.said, /port must be a whole number in \[1, 65535\]: current value is 70000/);
  const folder = await lab(["/nothing é"]);
  assert.equal(folder.code, 2);
  assert.match(folder.said, /DIR must be a folder: current value is \/nothing é\n$/);
  assert.equal((await lab(["a", "b"])).code, 2);
});

Deno.test("lab's requirements name one version and the SHA-256 of each package, and nowhere to get them", async () => {
  const text = await Deno.readTextFile(new URL("../../lib/task/lab_requirements.txt", import.meta.url));
  const packages = text.trimEnd().split(/\n(?! )/);
  assert(packages.length > 90);
  assert(packages.some((one) => one.startsWith("jupyterlab==")));
  for (const one of packages) {
    const [line, ...hashes] = one.split(" \\\n    ");
    assert.match(line, /^[a-z0-9.-]+==[\w.]+(?: ; [\w.' <>=!()-]+)?$/);
    assert(hashes.length > 0, line);
    for (const hash of hashes) assert.match(hash, /^--hash=sha256:[0-9a-f]{64}$/);
  }
});
