import assert from "node:assert/strict";
import { readLog, type Run, train, type TrainOptions } from "../../lib/anneal/mod.ts";
import { grammar, NEEDS, needsTensorflow, smallestConfig } from "./_models.ts";

const source = await grammar("web");
const held = await grammar("held");

const options = (folder?: string, changes: Partial<TrainOptions> = {}): TrainOptions => ({
  config: smallestConfig(),
  sources: [source],
  schedule: () => 3e-3,
  steps: 12,
  batch: 2,
  backend: "cpu",
  checkpointEverySteps: 3,
  evaluate: { everySteps: 5, sources: [held], windows: 2 },
  ...(folder !== undefined && { folder }),
  ...changes,
});

const losses = ({ log }: Pick<Run, "log">) => log.map(({ tokensPerSecond: _, ...record }) => record);
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** The training of these tests in a process of its own, for killing; it says when step 7 is done, and stands still. */
function child(folder: string, backend: string): Deno.ChildProcess {
  const code = `
    import { train } from "${new URL("../../lib/anneal/mod.ts", import.meta.url)}";
    import { grammar, smallestConfig } from "${new URL("./_models.ts", import.meta.url)}";
    await train({
      config: smallestConfig(), sources: [await grammar("web")], schedule: () => 3e-3, steps: 12, batch: 2,
      backend: ${
    JSON.stringify(backend)
  }, checkpointEverySteps: 3, evaluate: { everySteps: 5, sources: [await grammar("held")], windows: 2 },
      folder: ${JSON.stringify(folder)}, onStep: ({ step }) => {
        if (step !== 7) return;
        console.log("reached");
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      },
    });`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

for (const backend of ["cpu", "node-gpu"] as const) {
  const [test, note] = backend === "cpu" ? [{}, ""] : [needsTensorflow, ` ${NEEDS}`];
  Deno.test(
    `train() in a folder goes on after kill -9 to bit-identical losses: ${backend}${note}`,
    test,
    async () => {
      const folder = `${await Deno.makeTempDir()}/run`;
      const expected = await train(options(undefined, { backend }));
      const process = child(folder, backend);
      const said = await process.stdout.getReader().read();
      assert.equal(new TextDecoder().decode(said.value), "reached\n");
      process.kill("SIGKILL");
      await process.status;
      // What a kill in the middle of a write would leave.
      await Deno.writeTextFile(`${folder}/log.jsonl`, '{"step":99,"tok', { append: true });
      await Deno.mkdir(`${folder}/step-9.1.partial`);
      const run = await train(options(folder, { backend }));
      assert.deepEqual(losses(run), losses(expected));
      assert.deepEqual(run.checkpoint, expected.checkpoint);
      assert.deepEqual(run.evaluations, expected.evaluations);
      assert.deepEqual(names(folder), ["evaluations.jsonl", "lock", "log.jsonl", "run.json", "step-12"]);
      assert.deepEqual(losses({ log: await readLog(`${folder}/log.jsonl`) }), losses(expected));
    },
  );
}

Deno.test("train() in a folder that is done gives the finished run again", async () => {
  const folder = await Deno.makeTempDir();
  const first = await train(options(folder));
  const again = await train(options(folder, {
    onStep: () => assert.fail("no step is left to take"),
  }));
  assert.deepEqual([again.log, again.checkpoint, again.evaluations, again.stopped], [
    first.log,
    first.checkpoint,
    first.evaluations,
    "done",
  ]);
});

Deno.test("train() does not touch a folder that holds another run, and names the difference", async () => {
  const folder = await Deno.makeTempDir();
  await train(options(folder, { steps: 3 }));
  const before = names(folder);
  const log = await Deno.readTextFile(`${folder}/log.jsonl`);
  const refuses = (changes: Partial<TrainOptions>, message: RegExp) =>
    assert.rejects(train(options(folder, { steps: 3, ...changes })), message);
  await refuses({ seed: 2 }, /holds another run: its seed is 1, this one's is 2/);
  await refuses({ steps: 4 }, /its steps is 3, this one's is 4/);
  await refuses({ schedule: () => 1e-3 }, /its schedule is/);
  await refuses({ sources: [{ ...held, name: "web" }] }, /its sources is/);
  await refuses({ clip: Infinity }, /its optimizer is/);
  await refuses({ maskDocuments: true }, /its maskDocuments is false, this one.s is true/);
  assert.deepEqual(names(folder), before);
  assert.equal(await Deno.readTextFile(`${folder}/log.jsonl`), log);
});

Deno.test("train() goes on in a masked folder from before its targets were left out, when it is told to", async () => {
  const folder = await Deno.makeTempDir();
  const masked = { maskDocuments: true, steps: 3 };
  await train(options(folder, { ...masked, crossDocumentTargets: true }));
  const identity = JSON.parse(await Deno.readTextFile(`${folder}/run.json`));
  assert(!("crossDocumentTargets" in identity), "a folder from before has no word for it");
  await assert.rejects(
    train(options(folder, masked)),
    /its crossDocumentTargets is undefined, this one's is false/,
  );
  assert.equal(
    (await train(options(folder, { ...masked, crossDocumentTargets: true }))).checkpoint.step,
    3,
  );
});

Deno.test("train() makes no folder for a run that cannot begin", async () => {
  const folder = `${await Deno.makeTempDir()}/run`;
  for (
    const bad of [{ sources: [] }, { weights: { web: 0 } }, { schedule: () => NaN }] as Partial<
      TrainOptions
    >[]
  ) {
    await assert.rejects(train(options(folder, bad)), RangeError);
  }
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});

Deno.test("train() refuses a folder in which another run is at work", async () => {
  const folder = await Deno.makeTempDir();
  let refused: Promise<void> | undefined;
  await train(options(folder, {
    onStep: () =>
      refused ??= assert.rejects(train(options(folder)), /one run must own it: another is at work there/),
  }));
  await refused;
});

Deno.test("train() on a full disk says so, and goes on when there is room (needs root for a small tmpfs)", {
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
}, async () => {
  const mounted = await Deno.makeTempDir();
  const folder = `${mounted}/run`;
  const args = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mounted];
  assert((await new Deno.Command("mount", { args }).output()).success, "tmpfs must be mountable");
  try {
    const changes = {
      steps: 8,
      checkpointEverySteps: 2,
      evaluate: { everySteps: 5, sources: [held], windows: 1 },
    };
    const expected = await train(options(undefined, changes));
    const fill = ({ step }: { step: number }) => {
      if (step !== 2) return;
      using file = Deno.openSync(`${mounted}/filler`, { create: true, write: true });
      assert.throws(() => {
        for (;;) file.writeSync(new Uint8Array(4096));
      });
    };
    await assert.rejects(
      train(options(folder, { ...changes, onStep: fill })),
      /Cannot .* as the disk is full/,
    );
    assert(names(folder).includes("step-2") && !names(folder).some((name) => name.endsWith(".partial")));
    await assert.rejects(train(options(`${mounted}/other`, changes)), /Cannot .* as the disk is full/);
    await Deno.remove(`${mounted}/filler`);
    const run = await train(options(folder, changes));
    assert.deepEqual([losses(run), run.evaluations], [losses(expected), expected.evaluations]);
    assert.deepEqual(run.checkpoint, expected.checkpoint);
  } finally {
    await new Deno.Command("umount", { args: [mounted] }).output();
  }
});

Deno.test("readLog() names the line that is not JSON", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, '{"step":0}\nstep 1\n{"step":2}\n');
  await assert.rejects(readLog(path), /every line must be JSON: line 2 is step 1/);
  await Deno.writeTextFile(path, "");
  assert.deepEqual(await readLog(path), []);
});
