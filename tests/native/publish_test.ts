import assert from "node:assert/strict";
import { join } from "node:path";
import { exists } from "../../lib/base/mod.ts";
import { publish } from "../../lib/native/_publish.ts";

const whole = (folder: string) => exists(join(folder, "part"));
const write = (folder: string) => Deno.writeTextFile(join(folder, "part"), "done");

Deno.test("publish() makes a folder once for all who ask at once, and the others wait", async () => {
  const folder = join(await Deno.makeTempDir(), "made");
  let made = 0;
  let waited = 0;
  const ask = () =>
    publish(folder, {
      whole,
      make: async (staging) => {
        made++;
        // Until the others stand at the lock.
        while (waited < 2) await new Promise((resolve) => setTimeout(resolve, 1));
        await write(staging);
      },
      onWait: () => waited++,
    });
  await Promise.all([ask(), ask(), ask()]);
  assert.equal(made, 1);
  assert.equal(waited, 2);
});

Deno.test("publish() keeps what stands there when the making fails, and removes what was begun", async () => {
  const parent = await Deno.makeTempDir();
  const folder = join(parent, "made");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "old"), "");
  const make = async (staging: string) => {
    await write(staging);
    throw new Error("the network went away");
  };
  await assert.rejects(publish(folder, { whole, make }), /the network went away/);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(parent))).map((entry) => entry.name).sort(), [
    "made",
    "made.lock",
  ]);
  assert.ok(await exists(join(folder, "old")));

  // The lock is free again, and what was not whole gives way.
  await publish(folder, { whole, make: write });
  assert.ok(!await exists(join(folder, "old")));
});

Deno.test("publish() removes what dead processes left of this folder, and nothing else", async () => {
  const parent = await Deno.makeTempDir();
  const folder = join(parent, "made");
  for (const name of ["made.1.partial", "made-2.0.7.partial"]) await Deno.mkdir(join(parent, name));
  await publish(folder, { whole, make: write });
  const names = (await Array.fromAsync(Deno.readDir(parent))).map((entry) => entry.name).sort();
  assert.deepEqual(names, ["made", "made-2.0.7.partial", "made.lock"]);
});

Deno.test("publish() stops waiting when told to", async () => {
  const folder = join(await Deno.makeTempDir(), "made");
  using holder = await Deno.open(`${folder}.lock`, { write: true, create: true });
  await holder.lock(true);
  const controller = new AbortController();
  const onWait = () => controller.abort(new Error("stopped"));
  await assert.rejects(publish(folder, { whole, make: write, onWait, signal: controller.signal }), /stopped/);
});
