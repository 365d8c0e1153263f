import assert from "node:assert/strict";
import {
  forecastPlan,
  MissingShards,
  type Plan,
  planStatus,
  retryPlan,
  runPlan,
  whyShard,
} from "../../lib/run/mod.ts";
import { bytesOf, documents, filesOfDocuments, fresh, having, kind, plan } from "./_plan.ts";

const base = await filesOfDocuments();
const whole = await fresh();
const report = await runPlan(plan, { folder: whole, base, workers: 1 });
const stages = report.map(({ merged }) => merged);
const expected = await bytesOf(whole, stages);
const [first, second] = stages;

Deno.test("runPlan() works on every document once, in shards of about one size", async () => {
  const letters = documents.reduce((sum, { text }) => sum + text.length, 0);
  assert.deepEqual(first.counts, { documents: 400, letters });
  assert.deepEqual(second.counts, first.counts);
  assert.equal(first.shards, 7);
  const sizes = first.outputs.map(({ bytes }) => bytes);
  assert(Math.max(...sizes) < 1.5 * Math.min(...sizes), `${sizes}`);
  const made = (await Promise.all(
    first.outputs.map(({ shard }) =>
      Deno.readTextFile(`${whole}/${first.folder}/out/0000${shard}/documents.jsonl`)
    ),
  )).join("").trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(made.map(({ id }) => id).sort(), documents.map(({ id }) => id).sort());
});

Deno.test("runPlan() gives the same bytes on several workers, and makes nothing twice", async () => {
  const folder = await fresh();
  const again = await runPlan(plan, { folder, base, workers: 3 });
  assert.deepEqual(again.map(({ made }) => made), [7, 7]);
  assert.equal(await bytesOf(folder, stages), expected);
  const idle = await runPlan(plan, { folder, base, workers: 2 });
  assert.deepEqual(idle, again.map((stage) => ({ ...stage, made: 0 })));
});

Deno.test("runPlan() goes on to the same bytes where it was killed, with cut markers and half attempts", async () => {
  const folder = await fresh();
  const code = `
    import { runPlan } from ${JSON.stringify(import.meta.resolve("../../lib/run/mod.ts"))};
    let ended = 0;
    await runPlan(${JSON.stringify(plan)}, {
      folder: ${JSON.stringify(folder)}, base: ${JSON.stringify(base)}, workers: 2,
      onProgress: () => ++ended === Number(Deno.args[0]) && Deno.kill(Deno.pid, "SIGKILL"),
    });`;
  for (const until of ["1", "3", "5"]) {
    const args = ["eval", "--no-check", code, until];
    const killed = await new Deno.Command(Deno.execPath(), { args }).output();
    assert.equal(killed.signal, "SIGKILL");
  }
  const marker = `${folder}/${first.folder}/done/${
    (await Array.fromAsync(Deno.readDir(`${folder}/${first.folder}/done`)))[0].name
  }`;
  await Deno.truncate(marker, 40);
  await runPlan(plan, { folder, base, workers: 2 });
  assert.equal(await bytesOf(folder, stages), expected);
});

Deno.test("a process that is killed and a full disk are tried again, three times in all", async () => {
  const folder = await fresh();
  const once = `${await Deno.makeTempDir()}/once`;
  const faults = { LETTERS_DIES_AT: `2@${once}-dies`, LETTERS_FULL_AT: `4@${once}-full` };
  await having(faults, () => runPlan(plan, { folder, base, workers: 2 }));
  assert.equal(await bytesOf(folder, stages), expected);
  const never = await fresh();
  const failed = having({ LETTERS_DIES_AT: "2" }, () => runPlan(plan, { folder: never, base, workers: 2 }));
  await assert.rejects(failed, {
    name: "MissingShards",
    message:
      "Cannot merge first as 7 shards must be done: shard 2 is missing; shard 2: its process ended with SIGKILL",
  });
  const tries = await Array.fromAsync(Deno.readDir(`${never}/${first.folder}/failed`), ({ name }) => name);
  assert.deepEqual(tries.sort(), ["00002-1.json", "00002-2.json", "00002-3.json"]);
  const { stages: [status] } = await planStatus(never);
  assert.deepEqual([status.done, status.failed, status.merged], [
    6,
    [{ shard: 2, fault: "machine", reason: "its process ended with SIGKILL" }],
    false,
  ]);
  const { attempts, next } = await whyShard(never, { stage: "first", shard: 2 });
  assert.deepEqual(
    attempts.map(({ attempt, ended }) => [attempt, ended]),
    [1, 2, 3].map((attempt) => [
      attempt,
      "the machine failed it: its process ended with SIGKILL",
    ]),
  );
  assert.equal(next, "It is tried again when the plan is submitted again.");
  await runPlan(plan, { folder: never, base, workers: 2 });
  assert.equal(await bytesOf(never, stages), expected);
});

Deno.test("the third shard that the program fails in the same way stops the stage; two are named", async () => {
  const folder = await fresh();
  const wrong = (shards: string) =>
    having({ LETTERS_WRONG_AT: shards }, () => runPlan(plan, { folder, base, workers: 1 }));
  await assert.rejects(wrong("1,3"), {
    message:
      "Cannot merge first as 7 shards must be done: shards 1, 3 are missing; shard 1: TypeError: x is undefined; shard 3: TypeError: x is undefined",
  });
  const other = await fresh();
  const stopped = having(
    { LETTERS_WRONG_AT: "0,1,2,3,4,5,6" },
    () => runPlan(plan, { folder: other, base, workers: 1 }),
  );
  await assert.rejects(stopped, {
    message: "Cannot go on with first as 3 shards failed by the same error: TypeError: x is undefined",
  });
  assert.equal((await Array.fromAsync(Deno.readDir(`${other}/${first.folder}/failed`))).length, 3);
});

Deno.test("a shard whose input cannot be read is put aside, where the plan allows it", async () => {
  const poisoned = await Deno.makeTempDir();
  for (const name of ["a", "b", "c"]) {
    await Deno.copyFile(`${base}/${name}.jsonl`, `${poisoned}/${name}.jsonl`);
  }
  await Deno.writeTextFile(`${poisoned}/d.jsonl`, '{"text": "sea"}\n{"text": \n'.repeat(300));
  const stage = { kind, from: ["*.jsonl"], shards: 4 };
  const strict: Plan = { name: "poison", stages: { first: stage, second: { kind, from: "first" } } };
  const folder = await fresh();
  const refused = await runPlan(strict, { folder, base: poisoned, workers: 2 }).catch((error) => error);
  assert(refused instanceof MissingShards);
  assert.match(
    refused.message,
    /^Cannot merge first as at most 0 shards may be put aside: shards? [\d, ]+ (is|are), the first by SyntaxError: Cannot read .* line 2 is not JSON/,
  );
  const lenient = { ...strict, quarantined: refused.shards.length };
  const [left, after] = await runPlan(lenient, { folder, base: poisoned, workers: 2 });
  assert.deepEqual(left.merged.quarantined.map(({ shard }) => shard), refused.shards);
  assert.deepEqual(after.merged.counts, left.merged.counts);
  assert.equal(after.merged.outputs.length, 4);
  const { stages: [status] } = await planStatus(folder);
  assert.deepEqual(status.quarantined, refused.shards);
  const why = await whyShard(folder, { stage: "first", shard: refused.shards[0] });
  assert.match(why.attempts[0].ended, /^it put the shard aside: SyntaxError: .*line 2 is not JSON/);
  assert.match(why.attempts[0].log[0], /^SyntaxError: /);
  // Mended in place, to the same length: another file is another stage.
  await Deno.writeTextFile(`${poisoned}/d.jsonl`, '{"text": "sea"}\n{"text":1}\n'.repeat(300));
  const retried = await retryPlan(folder);
  assert.deepEqual(retried.freed, { first: refused.shards.length });
  assert.deepEqual((await planStatus(folder)).stages.map(({ done, merged }) => [done, merged]), [
    [4 - refused.shards.length, false],
    [0, false],
  ]);
});

Deno.test("two workers on one shard: one wins, and the other leaves nothing behind", async () => {
  const folder = await fresh();
  const both = await Promise.all([1, 2].map((workers) => runPlan(plan, { folder, base, workers })));
  assert.equal(await bytesOf(folder, stages), expected);
  const made = both.map((report) => report.reduce((sum, { made }) => sum + made, 0));
  assert.equal(made[0] + made[1], 14);
});

Deno.test("a stage's folder changes with what decides its bytes, and forecastPlan() says why", async () => {
  const other = await Deno.makeTempDir();
  for (const name of ["a", "b", "c"]) await Deno.copyFile(`${base}/${name}.jsonl`, `${other}/${name}.jsonl`);
  const same = await forecastPlan(plan, { folder: whole, base: other });
  assert.deepEqual(same.map(({ merged, why }) => [merged, why]), [[true, []], [true, []]]);
  await Deno.writeTextFile(`${other}/c.jsonl`, '{"text":"sea"}\n');
  const [changed, after] = await forecastPlan(plan, { folder: whole, base: other });
  assert.match(changed.why[0], /^inputs\.documents\.2\.bytes is 15, was \d+$/);
  assert.match(after.why[0], /^inputs\.documents is "first-\w{12}", was "first-\w{12}"$/);
  const fewer = { ...plan, stages: { ...plan.stages, first: { ...plan.stages.first, shards: 3 } } };
  assert.deepEqual((await forecastPlan(fewer, { folder: whole, base }))[0].why, [
    "parameters.shards is 3, was 7",
  ]);
});

Deno.test("a folder of another plan, another stage's manifest and a changed file are refused", async () => {
  await assert.rejects(runPlan({ ...plan, name: "whisper" }, { folder: whole, base }), {
    message: `Cannot submit whisper to ${whole} as it holds another plan: shout`,
  });
  const folder = await fresh();
  await runPlan({ ...plan, stages: { first: plan.stages.first } }, { folder, base });
  const manifest = await Deno.readTextFile(`${folder}/${first.folder}/manifest.json`);
  await Deno.mkdir(`${folder}/${second.folder}`);
  const { stageWorker } = await import("../../lib/run/work_shard.ts");
  const { folderStore } = await import("../../lib/run/mod.ts");
  await Deno.writeTextFile(`${folder}/${second.folder}/manifest.json`, manifest);
  await assert.rejects(stageWorker(folderStore(folder), second.folder), {
    message:
      `Cannot work on ${second.folder} of ${folder} as its manifest.json belongs to ${first.folder} of the plan shout`,
  });
});

Deno.test("shards that other code has made are told of, and kept where that is adopted", async () => {
  const mine = await Deno.makeTempDir();
  const write = (letters: string) =>
    Deno.writeTextFile(
      `${mine}/mine.ts`,
      `import { letters } from "./letters.ts";
       export default { name: "mine", version: "1", parts: () => 2, async work({ index, out }) {
         await Deno.writeTextFile(out + "/text", letters + index);
         return {};
       } };`,
    ).then(() => Deno.writeTextFile(`${mine}/letters.ts`, `export const letters = "${letters}";`));
  const own: Plan = { name: "own", stages: { one: { kind: "./mine.ts" } } };
  const folder = await fresh();
  await write("a");
  const [{ merged }] = await runPlan(own, { folder, base: mine, workers: 1 });
  await Deno.remove(`${folder}/${merged.folder}/done/00001.json`);
  await Deno.remove(`${folder}/${merged.folder}/merged.json`);
  await write("b");
  const { stageWorker } = await import("../../lib/run/work_shard.ts");
  const { folderStore } = await import("../../lib/run/mod.ts");
  await assert.rejects(stageWorker(folderStore(folder), merged.folder), {
    message:
      `Cannot work on ${merged.folder} of ${folder} as its code must be what it was when the plan was submitted: ` +
      "letters.ts changed; submit the plan again",
  });
  await assert.rejects(runPlan(own, { folder, base: mine, workers: 1 }), {
    message: `Cannot submit own to ${folder} as other code has made 1 shards of one: letters.ts changed; ` +
      "raise the version of mine, or keep them with adopt",
  });
  await runPlan(own, { folder, base: mine, workers: 1, adopt: true });
  const texts = await Promise.all(
    [0, 1].map((shard) => Deno.readTextFile(`${folder}/${merged.folder}/out/0000${shard}/text`)),
  );
  assert.deepEqual(texts, ["a0", "b1"]);
});

Deno.test("what is no folder, no module and no count is told in a sentence", async () => {
  const folder = await Deno.makeTempDir();
  const run = async (code: string, at = `${folder}/run`) => {
    const kind = `data:text/javascript,${encodeURIComponent(code)}`;
    const error = await runPlan({ name: "odd", stages: { one: { kind } } }, { folder: at, workers: 1 }).then(
      () => new Error("nothing"),
      (error) => error as Error,
    );
    return error.message.replaceAll(folder, "FOLDER").replace(/data:\S+/, "MODULE");
  };
  const work = (returned: string) =>
    `export default { name: "odd", version: "1", work: () => Promise.resolve(${returned}) }`;
  await Deno.writeTextFile(`${folder}/file`, "");
  assert.equal(
    await run(work("{}"), `${folder}/file`),
    "Cannot use FOLDER/file as it must be a folder: a file stands there",
  );
  const missing = "Cannot merge one as 1 shards must be done: shard 0 is missing; shard 0: ";
  assert.equal(
    await run(work("undefined")),
    `${missing}TypeError: Cannot count what odd made as what its work returns must be an object: current value is undefined`,
  );
  assert.equal(
    await run(work('{ words: "three" }')),
    `${missing}RangeError: Cannot count what odd made as words must be finite and >= 0: current value is the text "three"`,
  );
  assert.match(await run("export default {"), /^Cannot lay out odd at one as MODULE cannot be loaded: .*$/);
  assert.equal(
    await run("export const work = 1"),
    "Cannot lay out odd at one as the default export of MODULE must have a name, a version and work: it has not",
  );
});
