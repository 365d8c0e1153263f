import assert from "node:assert/strict";
import { runPlan, submitToSlurm, whyShard } from "../../lib/run/mod.ts";
import {
  arrayScript,
  arraysOf,
  maxArraySizeOf,
  mergeScript,
  parseSacct,
  parseSqueue,
} from "../../lib/run/_slurm_script.ts";
import { submitted, todoOf } from "../../lib/run/submit.ts";
import { workerCommand } from "../../lib/run/_worker_command.ts";
import { bytesOf, filesOfDocuments, fresh, having, plan } from "./_plan.ts";

const base = await filesOfDocuments();

const job = {
  name: "web-pages-shards",
  asks: ["--partition=main", "--time=04:00:00"],
  output: "/runs/web/slurm/pages-%A_%a.log",
  setup: "module load deno",
  worker: "'deno' 'run' 'worker.ts' '/runs/it''\\''s'",
};

Deno.test("arraysOf() gives every shard to one task, in arrays that are no larger than Slurm takes", () => {
  const shards = Array.from({ length: 23 }, (_, i) => i);
  const arrays = arraysOf(shards, { shardsPerTask: 2, maxArraySize: 5 });
  assert.deepEqual(arrays.map((tasks) => tasks.length), [5, 5, 2]);
  assert.deepEqual(arrays.flat(2).sort((a, b) => a - b), shards);
  assert(Math.max(...arrays.flat().map((task) => task.length)) === 2);
  assert.deepEqual(arraysOf([], { shardsPerTask: 3, maxArraySize: 5 }), []);
});

Deno.test("the scripts say to Slurm what is asked, and are bash", async () => {
  const array = arrayScript(job, "pages-0123", [[4, 1], [3]]);
  for (
    const line of [
      "#SBATCH --kill-on-invalid-dep=yes",
      "#SBATCH --time=04:00:00",
      "#SBATCH --array=0-1",
      "#SBATCH --signal=B:USR1@120",
      "#SBATCH --requeue",
      'SHARDS=(\n  "4 1"\n  "3"\n)',
    ]
  ) assert(array.includes(line), line);
  assert.match(mergeScript(job, "pages-0123"), /\nexec 'deno' .* merge 'pages-0123'\n$/);
  for (const script of [array, mergeScript(job, "pages-0123")]) {
    const bash = new Deno.Command("bash", { args: ["-n"], stdin: "piped" }).spawn();
    await new Blob([script]).stream().pipeTo(bash.stdin);
    assert.equal((await bash.status).code, 0);
  }
});

Deno.test("a task that is told that its time is up goes back into the queue once its worker has ended", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(
    `${folder}/worker.sh`,
    `trap 'echo stopped >> ${folder}/said; exit 75' USR1\necho "$@" >> ${folder}/said\nfor i in {1..200}; do sleep 0.05; done\n`,
  );
  await Deno.writeTextFile(`${folder}/scontrol`, `#!/bin/bash\necho scontrol "$@" >> ${folder}/said\n`);
  await Deno.chmod(`${folder}/scontrol`, 0o755);
  const script = arrayScript({ ...job, setup: "", worker: `bash ${folder}/worker.sh` }, "pages-0123", [[7], [
    4,
    1,
  ]]);
  const bash = new Deno.Command("bash", {
    args: ["-c", script],
    env: { PATH: `${folder}:${Deno.env.get("PATH")}`, SLURM_ARRAY_TASK_ID: "1", SLURM_JOB_ID: "9" },
  }).spawn();
  const said = () => Deno.readTextFile(`${folder}/said`).catch(() => "");
  while (!(await said()).includes("pages")) await new Promise((resolve) => setTimeout(resolve, 20));
  bash.kill("SIGUSR1");
  assert.equal((await bash.status).code, 0);
  assert.equal(await said(), "shards pages-0123 4 1\nstopped\nscontrol requeue 9\n");
});

Deno.test("a worker that is told to stop leaves its shard, says so, and keeps those before it", async () => {
  const module = `${await Deno.makeTempDir()}/waits.ts`;
  await Deno.writeTextFile(
    module,
    `export default {
  name: "waits", version: "1", parts: () => 3,
  async work({ index, out }) {
    if (index === 1) {
      console.error("waits");
      await Deno.writeTextFile(out + "/half", "");
      await Deno.writeTextFile(${JSON.stringify(`${module}.begun`)}, "");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
    await Deno.writeTextFile(out + "/whole", String(index));
    return { n: 1 };
  },
};`,
  );
  const waits = { name: "waits", stages: { only: { kind: module } } };
  const folder = await fresh();
  const { store, manifests: [manifest] } = await submitted(waits, { folder, base }, "Cannot submit");
  const [deno, ...words] = workerCommand(module, { deno: Deno.execPath(), address: folder });
  const child = new Deno.Command(deno, {
    args: [...words, "shards", manifest.folder, "0", "1", "2"],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const begun = () => Deno.stat(`${module}.begun`).then(() => true, () => false);
  while (!await begun()) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGTERM");
  const { code, stderr } = await child.output();
  assert.equal(code, 75);
  assert.match(
    new TextDecoder().decode(stderr),
    /Stopped by SIGTERM: shard 1 is left, to be begun anew; those before it are done\n$/,
  );
  assert.deepEqual((await todoOf(store, manifest)).toSorted(), [1, 2]);
});

Deno.test("maxArraySizeOf(), parseSqueue() and parseSacct() read what Slurm prints", () => {
  assert.equal(maxArraySizeOf("MaxArrayJobs = 5\nMaxArraySize            = 1001\n"), 1001);
  assert.equal(maxArraySizeOf(""), undefined);
  assert.deepEqual(
    parseSqueue(
      "11_[0-3,7%2]|PENDING|Dependency\n11_4|RUNNING|None\n12|PENDING|DependencyNeverSatisfied\n\n",
    ),
    [
      { id: "11", state: "PENDING", reason: "Dependency", tasks: 5 },
      { id: "11", state: "RUNNING", reason: "None", tasks: 1 },
      { id: "12", state: "PENDING", reason: "DependencyNeverSatisfied", tasks: 1 },
    ],
  );
  assert.deepEqual(parseSacct("41|COMPLETED|0:0\n42|CANCELLED by 0|0:0\n43|NODE_FAIL|1:0\n"), [
    { id: "41", state: "COMPLETED", exitCode: "0:0" },
    { id: "42", state: "CANCELLED", exitCode: "0:0" },
    { id: "43", state: "NODE_FAIL", exitCode: "1:0" },
  ]);
});

Deno.test("whyShard() says what Slurm's accounting knows of an attempt that left no word", async () => {
  const folder = await fresh();
  const [{ merged }] = await runPlan({ ...plan, stages: { first: plan.stages.first } }, {
    folder,
    base,
    workers: 2,
  });
  await Deno.remove(`${folder}/${merged.folder}/done/00003.json`);
  const begun = JSON.stringify({ host: "n7", pid: 1, at: "2026-01-01T00:00:00.000Z", slurm: "41" });
  await Deno.writeTextFile(`${folder}/${merged.folder}/shards/00003/1/begun.json`, begun);
  const bin = await Deno.makeTempDir();
  await Deno.writeTextFile(`${bin}/sacct`, `#!/bin/bash\necho "41|OUT_OF_MEMORY|0:125"\n`);
  await Deno.chmod(`${bin}/sacct`, 0o755);
  const ask = () => whyShard(folder, { stage: "first", shard: 3 });
  const known = await having({ PATH: `${bin}:${Deno.env.get("PATH")}` }, ask);
  assert.equal(
    known.attempts[0].ended,
    "it has not ended; Slurm says of its job 41: OUT_OF_MEMORY, exit code 0:125",
  );
  const alone = await having({ PATH: await Deno.makeTempDir() }, ask);
  assert.equal(alone.attempts[0].ended, "it has not ended: it is at work, or its process was killed");
});

/** A folder with an `sbatch` that runs what it is given at once, array by array, and a `scontrol` of a small cluster. */
async function cluster(): Promise<string> {
  const folder = await Deno.makeTempDir();
  const programs = {
    scontrol: `echo "MaxArraySize = 3"`,
    sbatch:
      `n=$(($(cat ${folder}/n 2>/dev/null || echo 0) + 1)); echo $n > ${folder}/n; echo "$@" >> ${folder}/asked
script=$(cat)
if [[ "$script" == *poor* ]]; then echo "sbatch: error: invalid partition specified: poor" >&2; exit 1; fi
tasks=$(sed -n 's/^#SBATCH --array=0-\\([0-9]*\\).*/\\1/p' <<< "$script")
for task in $(seq 0 \${tasks:-0}); do SLURM_ARRAY_TASK_ID=$task SLURM_JOB_ID=$n bash -c "$script" >> ${folder}/out 2>&1 </dev/null; done
echo "$n"`,
    scancel: `echo cancelled "$@" >> ${folder}/asked`,
  };
  for (const [name, text] of Object.entries(programs)) {
    await Deno.writeTextFile(`${folder}/${name}`, `#!/bin/bash\n${text}\n`);
    await Deno.chmod(`${folder}/${name}`, 0o755);
  }
  return folder;
}

Deno.test("submitToSlurm() chunks arrays and chains merges behind them, to the bytes of this machine", async () => {
  const [bin, here, there] = [await cluster(), await fresh(), await fresh()];
  const stages = (await runPlan(plan, { folder: here, base, workers: 2 })).map(({ merged }) => merged);
  const jobs = await having(
    { PATH: `${bin}:${Deno.env.get("PATH")}` },
    () => submitToSlurm(plan, { folder: there, base, shardsPerTask: 1, partition: "main" }),
  );
  assert.deepEqual(jobs.map(({ id, stage, does, shards }) => `${id} ${stage} ${does} ${shards}`), [
    ...["1 first shards 3", "2 first shards 3", "3 first shards 1", "4 first merge 7"],
    ...["5 second shards 3", "6 second shards 3", "7 second shards 1", "8 second merge 7"],
  ]);
  const asked = (await Deno.readTextFile(`${bin}/asked`)).trim().split("\n");
  assert.deepEqual(asked, [
    ...["--parsable", "--parsable", "--parsable", "--parsable --dependency=afterany:1:2:3"],
    ...Array.from({ length: 3 }, () => "--parsable --dependency=afterok:4"),
    "--parsable --dependency=afterany:5:6:7,afterok:4",
  ]);
  assert.equal(await bytesOf(there, stages), await bytesOf(here, stages));
  const again = await having(
    { PATH: `${bin}:${Deno.env.get("PATH")}` },
    () => submitToSlurm(plan, { folder: there, base }),
  );
  assert.deepEqual([...again], []);
});

Deno.test("submitToSlurm() says that there is no sbatch, and what Slurm refuses", async () => {
  const bin = await cluster();
  const folder = await fresh();
  await assert.rejects(
    having({ PATH: await Deno.makeTempDir() }, () => submitToSlurm(plan, { folder, base, deno: "deno" })),
    {
      message:
        "Cannot submit to Slurm as there is no scontrol here: run it where jobs of the cluster are submitted",
    },
  );
  await assert.rejects(
    having(
      { PATH: `${bin}:${Deno.env.get("PATH")}` },
      () => submitToSlurm(plan, { folder, base, partition: "poor" }),
    ),
    { message: "Cannot submit to Slurm as sbatch says: sbatch: error: invalid partition specified: poor" },
  );
});
