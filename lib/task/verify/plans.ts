/**
 * One plan over web archives, mails and made-up documents: the same bytes on one worker, on two, on a real Slurm, on a real Ray,
 * in an object store, and after fifty kills; and what becomes of it where something is wrong.
 * @module
 */
import { dirname, join } from "node:path";
import { Random } from "../../base/mod.ts";
import { dolmaSamples, spamAssassin } from "../../sets/mod.ts";
import { part } from "./_part.ts";
import { verifyFaults } from "./_plans_faults.ts";
import { begin, digestOf, leftovers, mergedOf, plan, writePlan } from "./_plans_work.ts";
import { startMoto } from "./_moto.ts";
import { startRay } from "./_ray.ts";
import { claim, same, skipped, type VerifyRow } from "./_row.ts";
import { type Slurm, startSlurm } from "./_slurm.ts";
import { descendants, kill } from "../_processes.ts";
import { until } from "./_venv.ts";

const KILLS = 50;

interface Work {
  /** Where all of it lies. */
  folder: string;
  /** The plan's file. */
  path: string;
  /** A run on one worker, and its hash. */
  whole: string;
  expected: string;
  say: (line: string) => void;
}

const PARTS: Record<string, (work: Work) => AsyncGenerator<VerifyRow>> = {
  workers: verifyWorkers,
  slurm: verifySlurm,
  ray: verifyRay,
  store: verifyStore,
  kills: verifyKills,
  faults: ({ folder, path, whole, expected }) => verifyFaults({ folder, path, whole, expected }),
};

export default part({
  help:
    `one plan on one worker, two, Slurm (Debian's), Ray (PyPI's), in moto's S3, after ${KILLS} kills, and what goes
wrong; downloads 200 MB the first time, takes about 15 minutes
NAMES           only these
--documents N   made-up documents among it; default 1000000`,
  flags: { documents: { min: 1 } },
  names: Object.keys(PARTS),
  async *verify({ documents = 1_000_000 }, names, say) {
    if (!await dolmaSamples.available() || !await spamAssassin.available()) {
      yield skipped("plans", "the web archives of dolmaSamples are not on this machine");
      return;
    }
    const folder = await Deno.makeTempDir({ prefix: "midtrain-plans-" });
    try {
      say(`${documents} documents are made up`);
      const { path } = await writePlan(folder, documents);
      const whole = join(folder, "whole");
      const began = performance.now();
      const { code, errors } = await plan(["submit", path, whole, "--workers", "1"]);
      if (code !== 0) throw new Error(errors);
      say(`one worker: ${seconds(began)} s`);
      const work = { folder, path, whole, expected: await digestOf(whole), say };
      yield* verifyCounts(work, documents);
      for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
        const began = performance.now();
        yield* PARTS[name](work);
        say(`${name}: ${seconds(began)} s`);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** The statistics of a run beside what its files hold, which is counted here by nobody's markers. */
async function* verifyCounts({ whole }: Work, documents: number): AsyncGenerator<VerifyRow> {
  const merged = await mergedOf(whole);
  yield same(
    "made-up documents read",
    "as many were made",
    `${documents}`,
    `${merged.records.counts.documents}`,
  );
  const { mails } = merged;
  yield same("mails read", "files of the set", "6046", `${mails.counts.files}`);
  for (const stage of ["pages", "good", "mails", "unique", "clean"]) {
    const { folder, outputs, counts } = merged[stage];
    let lines = 0;
    for (const { shard, name } of outputs) {
      if (name !== "documents.jsonl") continue;
      const path = join(whole, folder, "out", String(shard).padStart(5, "0"), name);
      for await (const chunk of (await Deno.open(path)).readable) {
        for (const byte of chunk) if (byte === 10) lines++;
      }
    }
    yield same(`documents of ${stage}`, "lines of its files", `${lines}`, `${counts.documents}`);
  }
}

async function* verifyWorkers({ folder, path, expected }: Work): AsyncGenerator<VerifyRow> {
  const run = join(folder, "two");
  await plan(["submit", path, run, "--workers", "2"]);
  yield same("SHA-256 on two workers", "on one worker", expected, await digestOf(run));
  const idle = await plan(["submit", path, run, "--dry-run"]);
  yield same(
    "stages that would run again",
    "",
    "0 of 10 stages would run.",
    idle.said.trim().split("\n").at(-1)!,
  );
  await Deno.remove(run, { recursive: true });
}

async function* verifySlurm({ folder, path, expected, say }: Work): AsyncGenerator<VerifyRow> {
  const slurm = await startSlurm();
  if (typeof slurm === "string") {
    yield skipped("Slurm", slurm);
    return;
  }
  try {
    const run = join(folder, "slurm");
    const submitted = await plan(["submit", path, run, "--engine", "slurm"], slurm.env);
    say(submitted.said + submitted.errors);
    const arrays = submitted.said.split("\n").filter((line) => /^\d+ +records +shards/.test(line)).length;
    yield same("arrays of 8 shards where MaxArraySize is 6", "", "2", `${arrays}`);
    await emptied(slurm);
    yield same("SHA-256 on Slurm", "on one worker", expected, await digestOf(run));
    await Deno.remove(run, { recursive: true });
    yield* verifyMissing(folder, slurm);
    yield* verifyTime(folder, slurm);
    yield* verifyLostNode(folder, slurm);
  } finally {
    await slurm[Symbol.asyncDispose]();
  }
}

/** A merge behind shards that fail ends, names them, and takes along what waits for it. */
async function* verifyMissing(folder: string, slurm: Slurm): AsyncGenerator<VerifyRow> {
  const bad = join(folder, "bad.jsonl");
  await Deno.writeTextFile(bad, '{"text":"sea"}\n{"text":\n');
  const path = join(folder, "bad.json");
  const stages = {
    records: { kind: "read", from: [bad], parameters: { as: "warc" } },
    good: rules("records"),
  };
  await Deno.writeTextFile(path, JSON.stringify({ name: "bad", stages }));
  const run = join(folder, "bad");
  await plan(["submit", path, run, "--engine", "slurm"], slurm.env);
  const ended = await emptied(slurm, 60);
  yield claim("jobs behind a merge that misses shards", "Slurm 22.05 holds them for ever after afterok", {
    ours: ended ? "none waits" : "they wait",
    allowed: "none waits",
    holds: ended,
  });
  const merge = await plan(["merge", run], slurm.env);
  yield same("exit code of that merge", "", "3", `${merge.code}`);
  yield claim("its word", "", {
    ours: merge.errors.trim().slice(0, 120),
    allowed: "names shard 0",
    holds: merge.errors.includes("shard 0"),
  });
}

/** A task whose time is up goes back into the queue, and does not do again what is done. */
async function* verifyTime(folder: string, slurm: Slurm): AsyncGenerator<VerifyRow> {
  const { path, run, expected } = await slowPlan(folder, "time", { shards: 8, seconds: 20 });
  const flags = ["--engine", "slurm", "--time", "3", "--shards-per-task", "8"];
  await plan(["submit", path, run, ...flags], slurm.env);
  const ended = await emptied(slurm, 400);
  yield same(
    "SHA-256 of a task of 160 s that may take 180 and is told 120 before",
    "on this machine",
    expected,
    ended ? await digestOf(run) : "not ended",
  );
  const shards = join(run, (await mergedOf(run)).slow.folder, "shards");
  const attempts = (await Array.fromAsync(Deno.readDir(shards))).map(async ({ name }) =>
    (await Array.fromAsync(Deno.readDir(join(shards, name)))).length
  );
  const again = (await Promise.all(attempts)).filter((count) => count > 1).length;
  yield claim("shards that it left and began again after the queue", "attempts of its 8 shards", {
    ours: `${again}`,
    allowed: "at least 1, not all",
    holds: again > 0 && again < 8,
  });
}

/** The tasks of a node that is lost run on another. */
async function* verifyLostNode(folder: string, slurm: Slurm): AsyncGenerator<VerifyRow> {
  const { path, run, expected } = await slowPlan(folder, "lost", { shards: 4, seconds: 6 });
  await plan(["submit", path, run, "--engine", "slurm"], slurm.env);
  const working = async () => {
    const { stdout } = await new Deno.Command("squeue", {
      args: ["-h", "-t", "R", "-o", "%N"],
      env: slurm.env,
    }).output();
    return new TextDecoder().decode(stdout).includes("n2");
  };
  await until(60, working);
  await slurm.lose("n2");
  const ended = await emptied(slurm, 240);
  yield same(
    "SHA-256 after a node was lost",
    "on this machine",
    expected,
    ended ? await digestOf(run) : "not ended",
  );
}

async function slowPlan(
  folder: string,
  name: string,
  parameters: { shards: number; seconds: number },
): Promise<{ path: string; run: string; expected: string }> {
  const kind = import.meta.resolve("./_slow_kind.ts");
  const path = join(folder, `${name}.json`);
  const stages = { slow: { kind, parameters }, again: { kind, parameters: { shards: 1, seconds: 0 } } };
  await Deno.writeTextFile(path, JSON.stringify({ name, stages }));
  const here = join(folder, `${name}-here`);
  await plan(["submit", path, here, "--workers", "8"]);
  return { path, run: join(folder, name), expected: await digestOf(here) };
}

async function* verifyRay({ folder, path, expected }: Work): AsyncGenerator<VerifyRow> {
  const ray = await startRay();
  if (typeof ray === "string") {
    yield skipped("Ray", ray);
    return;
  }
  try {
    const run = join(folder, "ray");
    const submitted = await plan(["submit", path, run, "--engine", "ray", "--address", ray.address]);
    let status = "";
    await until(1800, async () => {
      status = (await plan(["status", run])).said.trim().split("\n").at(-1)!;
      return /SUCCEEDED|FAILED|STOPPED/.test(status);
    });
    const succeeded = status.includes("SUCCEEDED");
    yield claim("Ray's job, its Deno by PyPI's wheel", "Ray's REST door", {
      ours: status || submitted.errors,
      allowed: "SUCCEEDED",
      holds: succeeded,
    });
    if (succeeded) yield same("SHA-256 on Ray", "on one worker", expected, await digestOf(run));
  } finally {
    await ray[Symbol.asyncDispose]();
  }
}

async function* verifyStore({ whole, path }: Work): AsyncGenerator<VerifyRow> {
  const moto = await startMoto();
  if (typeof moto === "string") {
    yield skipped("an object store", moto);
    return;
  }
  try {
    // What moto holds, it holds in memory.
    const all = JSON.parse(await Deno.readTextFile(path));
    const { records: _, clean: __, tokens: ___, ...stages } = all.stages;
    const smaller = join(dirname(path), "smaller.json");
    await Deno.writeTextFile(smaller, JSON.stringify({ ...all, stages }));
    const address = `s3://${moto.bucket}/run`;
    const twins = [1, 2].map((workers) =>
      plan(["submit", smaller, address, "--workers", `${workers}`], moto.env)
    );
    const codes = (await Promise.all(twins)).map(({ code, errors }) =>
      code === 0 ? "0" : errors.trim().split("\n").at(-1)
    );
    yield same("two submits at once to an object store", "both end well", "0 0", codes.join(" "));
    const merged = await plan(["merge", address], moto.env);
    const here = await plan(["merge", whole]);
    const stagesOf = ({ said }: { said: string }) =>
      said.trim().split("\n").filter((line) => !/^(?:stage|records-|clean-|tokens-)/.test(line))
        .map((line) => line.replace(/ +/g, " ")).sort().join("; ");
    yield same("its stages' SHA-256", "in a folder", stagesOf(here), stagesOf(merged));
  } finally {
    await moto[Symbol.asyncDispose]();
  }
}

/** Kill the whole, its head or one worker at random moments, and go on. */
async function* verifyKills({ folder, path, expected, say }: Work): AsyncGenerator<VerifyRow> {
  const random = new Random("kills");
  const digests = new Set<string>();
  const left: string[] = [];
  const killed = { head: 0, worker: 0, all: 0 };
  let kills = 0;
  for (let round = 1; kills < KILLS; round++) {
    const run = join(folder, `kills-${round}`);
    for (let ended = false; !ended;) {
      const child = begin(["submit", path, run, "--workers", "2"]);
      const output = child.output();
      let over = false;
      child.status.then(() => over = true);
      while (kills < KILLS && !over) {
        await new Promise((resolve) => setTimeout(resolve, 200 + random.int(8000)));
        const below = await descendants(child.pid);
        if (over || below.length === 0) continue;
        const whom = (["head", "worker", "all"] as const)[random.int(3)];
        if (whom === "worker") kill(below[random.int(below.length)]);
        else {
          kill(child.pid);
          if (whom === "all") below.forEach(kill);
        }
        killed[whom]++;
        kills++;
        if (whom !== "worker") break;
      }
      ended = (await output).code === 0;
    }
    digests.add(await digestOf(run));
    left.push(...await leftovers(run));
    await Deno.remove(run, { recursive: true });
    say(`kills: ${kills} in ${round} runs`);
  }
  const whom = Object.entries(killed).map(([name, times]) => `${times} of ${name}`).join(", ");
  yield same(`SHA-256 after ${kills} kills (${whom})`, "on one worker", expected, [...digests].join(" "));
  yield same("what killed attempts have left", "", "", left.slice(0, 3).join("; "));
}

/** Wait until Slurm's queue is empty. */
async function emptied(slurm: Slurm, most = 900): Promise<boolean> {
  return await until(most, async () => {
    const { stdout } = await new Deno.Command("squeue", { args: ["-h"], env: slurm.env }).output();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return stdout.length === 0;
  });
}

function rules(from: string) {
  return { kind: "rules", from, parameters: { rules: ["gopher-quality"] } };
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(0);
}
