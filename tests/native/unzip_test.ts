import assert from "node:assert/strict";
import { join } from "node:path";
import { exists, Random, sha256 } from "../../lib/base/mod.ts";
import { unzip } from "../../lib/native/_unzip.ts";
import { bytesOf, zip } from "./_wheels.ts";

/** Three megabytes, half of them noise: several pieces on either side of the inflater. */
function large(): Uint8Array<ArrayBuffer> {
  const random = new Random(1);
  const content = new Uint8Array(3 << 20);
  for (let i = 0; i < content.length; i += 2) content[i] = random.uint32() & 255;
  return content;
}

async function archived(archive: Uint8Array): Promise<{ path: string; folder: string }> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "archive.zip");
  await Deno.writeFile(path, archive);
  return { path, folder };
}

Deno.test("unzip() unpacks stored and deflated members, and only those named", async () => {
  const content = large();
  const { path, folder } = await archived(zip([
    { name: "a/deflated.bin", content },
    { name: "a/stored.bin", content, stored: true },
    { name: "unwanted", content: bytesOf("x") },
  ], "a comment at the end"));
  let written = 0;
  const members = ["a/stored.bin", "a/deflated.bin"];
  const unpacked = await unzip(path, folder, { members, onBytes: (bytes) => written += bytes });
  assert.deepEqual(
    unpacked,
    members.map((path) => ({ path, bytes: content.length, sha256: sha256(content) })),
  );
  assert.equal(written, 2 * content.length);
  for (const member of members) assert.deepEqual(await Deno.readFile(join(folder, member)), content);
  assert.ok(!await exists(join(folder, "unwanted")));
});

Deno.test("unzip() finds one of ten thousand members, and an empty one", async () => {
  const parts = Array.from(
    { length: 10_000 },
    (_, i) => ({ name: `m${i}`, content: bytesOf(`${i}`), stored: true }),
  );
  const { path, folder } = await archived(zip([...parts, { name: "empty", content: bytesOf("") }]));
  await unzip(path, folder, { members: ["m9876", "empty"] });
  assert.equal(await Deno.readTextFile(join(folder, "m9876")), "9876");
  assert.equal(await Deno.readTextFile(join(folder, "empty")), "");
});

Deno.test("unzip() stops at the size that the archive names, whatever inflates", async () => {
  const { path, folder } = await archived(
    zip([{ name: "bomb", content: new Uint8Array(50e6), claimed: 10 }]),
  );
  let written = 0;
  await assert.rejects(
    unzip(path, folder, { members: ["bomb"], onBytes: (bytes) => written += bytes }),
    /^SyntaxError: .*damaged: bomb inflates beyond its 10 bytes$/,
  );
  assert.equal(written, 0);
});

Deno.test("unzip() keeps the executable bit", async () => {
  const content = bytesOf("#!/bin/sh\n");
  const { path, folder } = await archived(
    zip([{ name: "run", content, executable: true }, { name: "read", content }]),
  );
  await unzip(path, folder, { members: ["run", "read"] });
  assert.equal((await Deno.stat(join(folder, "run"))).mode! & 0o100, 0o100);
  assert.equal((await Deno.stat(join(folder, "read"))).mode! & 0o100, 0);
});

Deno.test("unzip() reads what another program wrote (needs python3)", {
  ignore:
    !(await new Deno.Command("python3", { args: ["--version"] }).output().catch(() => ({ success: false })))
      .success,
}, async () => {
  const { path, folder } = await archived(bytesOf("hello"));
  await Deno.rename(path, join(folder, "hello.txt"));
  const args = ["-m", "zipfile", "-c", path, join(folder, "hello.txt")];
  assert.ok((await new Deno.Command("python3", { args }).output()).success);
  await unzip(path, join(folder, "out"), { members: ["hello.txt"] });
  assert.equal(await Deno.readTextFile(join(folder, "out", "hello.txt")), "hello");
});

Deno.test("unzip() refuses every truncation of an archive", async () => {
  const archive = zip([{ name: "a", content: bytesOf("hello ".repeat(50)) }]);
  for (let bytes = 0; bytes < archive.length; bytes += 7) {
    const { path, folder } = await archived(archive.subarray(0, bytes));
    await assert.rejects(unzip(path, folder, { members: ["a"] }), SyntaxError, `${bytes} bytes`);
    assert.ok(!await exists(join(folder, "a")));
  }
});

Deno.test("unzip() finds a flipped bit anywhere in the data, and leaves no file", async () => {
  for (const stored of [true, false]) {
    const archive = zip([{ name: "a", content: bytesOf("hello ".repeat(50)), stored }]);
    const dataStart = 30 + 1;
    const dataEnd = archive.length - 22 - 47;
    for (let at = dataStart; at < dataEnd; at += 5) {
      const damaged = archive.slice();
      damaged[at] ^= 4;
      const { path, folder } = await archived(damaged);
      await assert.rejects(unzip(path, folder, { members: ["a"] }), /^SyntaxError: .*damaged: a /);
      assert.ok(!await exists(join(folder, "a")));
    }
  }
});

Deno.test("unzip() names a member that is not there, and one that leads out of the folder", async () => {
  const { path, folder } = await archived(zip([{ name: "../out", content: bytesOf("x") }]));
  await assert.rejects(
    unzip(path, folder, { members: ["b"] }),
    /^RangeError: Cannot unzip b as .* no such member$/,
  );
  await assert.rejects(
    unzip(path, folder, { members: ["../out"] }),
    /^RangeError: .*leads out of the folder$/,
  );
});

Deno.test("unzip() says what it does not support: encryption, other methods, ZIP64", async () => {
  const archive = zip([{ name: "a", content: bytesOf("x"), stored: true }]);
  const entry = archive.length - 22 - 47;
  const cases: [at: number, bytes: number[], message: RegExp][] = [
    [entry + 8, [1], /is encrypted$/],
    [entry + 10, [12], /method must be 0 or 8: current value is 12$/],
    [entry + 20, [255, 255, 255, 255], /ZIP64/],
    [archive.length - 6, [255, 255, 255, 255], /ZIP64/],
  ];
  for (const [at, bytes, message] of cases) {
    const changed = archive.slice();
    changed.set(bytes, at);
    const { path, folder } = await archived(changed);
    await assert.rejects(unzip(path, folder, { members: ["a"] }), message);
  }
});

Deno.test("unzip() stops when told to", async () => {
  const { path, folder } = await archived(zip([{ name: "a", content: large() }]));
  const controller = new AbortController();
  const onBytes = () => controller.abort(new Error("stopped"));
  await assert.rejects(
    unzip(path, folder, { members: ["a"], onBytes, signal: controller.signal }),
    /stopped/,
  );
  assert.ok(!await exists(join(folder, "a")));
});
