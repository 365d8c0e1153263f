import assert from "node:assert/strict";
import { type Engine, local, runJob } from "../../lib/run/mod.ts";
import { filesOf } from "./_works.ts";

const module = import.meta.resolve("./_count_words.ts");
const fresh = async () => `${await Deno.makeTempDir()}/job`;
/** Everything but how long it took. */
const bytesOf = async (folder: string) => {
  const { "ends.jsonl": _, ...files } = await filesOf(folder);
  return files;
};
const lines = async (folder: string) =>
  (await Deno.readTextFile(`${folder}/ends.jsonl`)).trim().split("\n").map((line) => JSON.parse(line));

/** Run with a variable set that the job's processes see. */
async function having<T>(name: string, value: string, work: () => Promise<T>): Promise<T> {
  Deno.env.set(name, value);
  try {
    return await work();
  } finally {
    Deno.env.delete(name);
  }
}

const whole = await fresh();
const report = await runJob(module, { folder: whole, engine: local({ workers: 1 }) });

Deno.test("runJob() adds up its shards, and does not do again what is done", async () => {
  const { folders, counts, ...rest } = report;
  assert.deepEqual(rest, { done: 13, skipped: 0, failed: {}, left: 0 });
  // The novel has some 210,000 words.
  assert(counts.words > 200_000 && counts.words < 230_000 && counts.chapters === 130);
  assert.deepEqual([folders.length, folders[12]], [13, `${whole}/shards/00012`]);
  assert.match(await Deno.readTextFile(`${folders[13 - 1]}/words.tsv`), /^whale\t\d+$/m);
  assert.deepEqual(await runJob(module, { folder: whole }), { ...report, done: 0, skipped: 13 });
});

Deno.test("runJob() gives the same bytes on several processes, killed in the middle and resumed", async () => {
  const folder = await fresh();
  const code = `
    import { local, runJob } from ${JSON.stringify(import.meta.resolve("../../lib/run/mod.ts"))};
    await runJob(${JSON.stringify(module)}, {
      folder: ${JSON.stringify(folder)}, engine: local({ workers: 2 }),
      onProgress: ({ done }) => done === Number(Deno.args[0]) && Deno.kill(Deno.pid, "SIGKILL"),
    });`;
  for (const until of ["2", "7"]) {
    const args = ["eval", "--no-check", code, until];
    const killed = await new Deno.Command(Deno.execPath(), { args }).output();
    assert.equal(killed.signal, "SIGKILL");
  }
  // What a kill in the middle of a shard and of a line would leave.
  await Deno.mkdir(`${folder}/shards/00011.1.partial`);
  await Deno.writeTextFile(`${folder}/shards/00011.1.partial/words.tsv`, "a\t");
  await Deno.writeTextFile(`${folder}/ends.jsonl`, '{"index":3,"sec', { append: true });
  const { done, skipped, folders, counts } = await runJob(module, { folder, engine: local({ workers: 3 }) });
  assert.equal(done + skipped, 13);
  assert(skipped >= 7);
  assert.deepEqual([folders.length, counts], [13, report.counts]);
  assert.deepEqual(await bytesOf(folder), await bytesOf(whole));
});

Deno.test("runJob() lets a shard fail, by an error or by its process's end, and tries it again when told", async () => {
  const folder = await fresh();
  const engine = local({ workers: 2 });
  const died = await having("COUNT_WORDS_DIES_AT", "4", () => runJob(module, { folder, engine }));
  assert.deepEqual([died.done, died.failed], [12, { "its process ended with SIGKILL": 1 }]);
  assert.deepEqual((await runJob(module, { folder, engine })).failed, died.failed);
  const retryFailed = true;
  const failed = await having(
    "COUNT_WORDS_FAILS_AT",
    "4",
    () => runJob(module, { folder, engine, retryFailed }),
  );
  assert.deepEqual([failed.done, failed.skipped, failed.failed], [0, 12, {
    "RangeError: no such chapter": 1,
  }]);
  const ends = (await lines(folder)).filter(({ index }) => index === 4).map(({ status }) => status);
  assert.deepEqual(ends, ["failed", "failed"]);
  const mended = await runJob(module, { folder, engine, retryFailed });
  assert.deepEqual([mended.done, mended.failed, mended.counts], [1, {}, report.counts]);
  assert.deepEqual(await bytesOf(folder), await bytesOf(whole));
});

Deno.test("runJob() stopped by its signal leaves what is not done, and goes on later", async () => {
  const folder = await fresh();
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  const first = await runJob(module, {
    folder,
    engine: local({ workers: 2 }),
    signal: stop.signal,
    onProgress,
  });
  assert(first.done >= 1 && first.done <= 2);
  assert.deepEqual([first.left, first.failed], [13 - first.done, {}]);
  const engine: Engine = {
    async *start(module, folder, shards) {
      assert.equal(shards.length, first.left);
      yield* local({ workers: 2 }).start(module, folder, shards.slice(0, 1), {});
    },
  };
  assert.deepEqual((await runJob(module, { folder, engine })).left, first.left - 1);
});

Deno.test("runJob() refuses another job's folder, one that is at work, and what is no job", async () => {
  const folder = await fresh();
  const text = (version: string) =>
    `export default { name: "n", version: "${version}", shards: [1], work: () => Promise.resolve({ n: 1 }) }`;
  const job = (version: string) => `data:text/javascript,${encodeURIComponent(text(version))}`;
  const engine: Engine = {
    async *start(...given) {
      await assert.rejects(
        runJob(job("1"), { folder }),
        /as one process must own it: another is at work there$/,
      );
      yield* local().start(...given);
    },
  };
  assert.deepEqual((await runJob(job("1"), { folder, engine })).counts, { n: 1 });
  await assert.rejects(
    runJob(job("2"), { folder }),
    /as it holds another: its version is 1, this one's is 2$/,
  );
  await assert.rejects(
    runJob("data:text/javascript,export default {}", { folder }),
    { name: "TypeError", message: /must have a name, a version, shards and work: it has not$/ },
  );
  await Deno.writeTextFile(`${folder}/ends.jsonl`, "{}\n");
  await assert.rejects(runJob(job("1"), { folder }), /must be the end of a shard: line 1 is {}$/);
});
