import assert from "node:assert/strict";
import { formatNotebook } from "../../lib/notebook/mod.ts";
import { checkOne, missingData, runOne } from "../../lib/task/_notebooks.ts";
import { makeFolder, makeNotebook } from "../notebook/_make.ts";

/** A notebook with these cells that says what data it needs. */
function needing(needs: unknown, sources: readonly string[] = []) {
  return { ...makeNotebook(sources), metadata: { midtrain: { needs } } };
}

/** Run `body` where no mirror and no cache holds a data set. */
async function withoutData(body: (folder: string) => Promise<void>): Promise<void> {
  await using folder = await makeFolder();
  const before = ["MIDTRAIN_MIRROR", "MIDTRAIN_CACHE"].map((name) => [name, Deno.env.get(name)] as const);
  for (const [name] of before) Deno.env.set(name, `${folder.path}/none`);
  try {
    await body(folder.path);
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
}

Deno.test("missingData() names the data sets that are not on the machine", async () => {
  await withoutData(async () => {
    assert.deepEqual(await missingData(makeNotebook([])), []);
    assert.deepEqual(await missingData(needing([])), []);
    assert.deepEqual(await missingData(needing(["moby-dick", "gsm8k", "math"])), ["gsm8k", "math"]);
  });
});

Deno.test("the gate skips a notebook whose data are absent, says why, and does not run it", async () => {
  await withoutData(async (folder) => {
    const path = `${folder}/needing.ipynb`;
    await Deno.writeTextFile(path, formatNotebook(needing(["gsm8k"], ["throw new Error('it ran')"])));
    const { status, reason } = await runOne(path);
    assert.deepEqual([status, reason], ["skipped", "it needs gsm8k, not on this machine"]);
  });
});

Deno.test("the gate runs a notebook at its small setting, and fails one that throws", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/small.ipynb`;
  const sources = ["//parameters\nconst small = false;", "if (!small) throw new Error('it ran large');"];
  await Deno.writeTextFile(path, formatNotebook(makeNotebook(sources)));
  assert.equal((await runOne(path)).status, "passed");
  await Deno.writeTextFile(path, formatNotebook(makeNotebook(["throw new Error('bad')"])));
  const { status, reason } = await runOne(path);
  assert.equal(status, "failed");
  assert.match(reason!, /Cell 1 of small\.ipynb failed: Error: bad/);
});

Deno.test("the gate refuses a notebook that needs a data set that there is not", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/wrong.ipynb`;
  await Deno.writeTextFile(path, formatNotebook(needing(["gsm9k"])));
  await assert.rejects(checkOne(path), {
    name: "RangeError",
    message: /must be one of .*\barc, article-extraction, .*: current value is "gsm9k"/,
  });
  await Deno.writeTextFile(path, formatNotebook(needing("gsm8k")));
  await assert.rejects(checkOne(path), { name: "TypeError", message: /must be a list of data sets/ });
});
