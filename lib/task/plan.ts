// deno-lint-ignore-file no-console
/**
 * `deno task plan`: work in stages and shards that outlives its process, on this machine and on others, to the same bytes.
 * @module
 */
import { dirname } from "node:path";
import { descriptionOf, type ProgressEvent } from "../base/mod.ts";
import {
  forecastPlan,
  mergePlan,
  MissingShards,
  type Plan,
  planStatus,
  readPlan,
  retryPlan,
  runPlan,
  type SubmitOptions,
  submitToRay,
  submitToSlurm,
  whyShard,
} from "../run/mod.ts";
import { columns } from "./_columns.ts";
import { KINDS } from "./_kinds.ts";
import { choose, type Given, refuse, task } from "./_task.ts";

const HELP =
  `Work in stages and numbered shards that outlives its process: the same bytes wherever it is done.

deno task plan submit PLAN RUN         run the plan in the file PLAN; RUN is a folder, or s3://BUCKET/PREFIX
deno task plan status RUN              how its stages stand, what failed and why, what clusters have of it
deno task plan logs RUN [STAGE SHARD]  what attempts said that failed; or all of one shard's
deno task plan why RUN STAGE SHARD     what a shard reads, its attempts, whose fault it was, what comes next
deno task plan retry RUN               submit it again, and give shards that are put aside another chance
deno task plan merge RUN               merge its stages anew; exit code 3 where shards are missing

A plan is JSON. A stage reads files, or a stage above it by its name:
  { "name": "web",
    "stages": {
      "pages": { "kind": "read", "from": ["*.warc.gz"], "parameters": { "as": "warc" } },
      "good":  { "kind": "rules", "from": "pages", "parameters": { "rules": ["gopher-quality"] } } } }

Kinds: ${Object.keys(KINDS).join(", ").replace(/(.{60,90}?) /g, "$1\n  ")};
  or a module of your own, ./mine.ts, whose default export is a StageWork of midtrain/run

  --dry-run           only say what would run, and why
  --adopt             keep shards that other code has made
  --engine NAME       local: processes of this machine, until all is done (default)
                      slurm: arrays of jobs by sbatch, and this process ends at once
                      ray: one job by a head's REST door, and this process ends at once
  --workers N         local: processes at work at a time (the machine's cores)
  --shards-per-task N slurm, ray: shards of a task, one after the other (1)
  --cores N           slurm, ray: cores of a task (1)
  --deno PATH         slurm, ray: the workers' Deno (slurm: this one; ray: PyPI's deno, which Ray installs)
  --partition NAME    slurm: the cluster's own
  --account NAME      slurm: the user's own
  --time TIME         slurm: of a task, such as 04:00:00; one whose time is up goes back into the queue
  --memory N          slurm: MiB of a task
  --at-once N         slurm: tasks of a stage at a time
  --setup FILE        slurm: shell lines that every job begins with
  --address URL       ray: where the head takes jobs (http://127.0.0.1:8265)
  --variable NAME     ray: a variable that workers need, such as AWS_ACCESS_KEY_ID; may stand several times
  --lines N           logs, why: how many of the last lines of a log (20)
  --help              this text

A stage's folder is named by the hash of its inputs, parameters and code: what is there is not made again. A shard whose
input cannot be read is put aside, one that the machine failed is tried three times, and the third shard that fails by the
same error of the program stops the stage.`;

const FLAGS = {
  engine: ["local", "slurm", "ray"],
  workers: { min: 1 },
  "dry-run": "switch",
  adopt: "switch",
  "shards-per-task": { min: 1 },
  cores: { min: 1 },
  memory: { min: 1 },
  "at-once": { min: 1 },
  lines: { min: 1 },
  deno: "text",
  partition: "text",
  account: "text",
  time: "text",
  setup: "text",
  address: "text",
  variable: "texts",
} as const;

type Flags = Given<typeof FLAGS>;

/** Flags of one engine alone, and of commands that only look. */
const OF_ENGINE: Record<string, readonly string[]> = {
  local: ["workers"],
  slurm: ["shards-per-task", "cores", "deno", "partition", "account", "time", "memory", "at-once", "setup"],
  ray: ["shards-per-task", "cores", "deno", "address", "variable"],
};

/** What follows each command, and what it does; its result describes itself. */
const COMMANDS: Record<string, { words: string[]; run(given: Flags, words: string[]): Promise<void> }> = {
  submit: {
    words: ["PLAN", "RUN"],
    async run(given, [path, folder]) {
      const plan = await readPlan(path, { kinds: KINDS });
      const context = { folder, base: dirname(path), kinds: KINDS };
      if (given["dry-run"]) tell(await forecastPlan(plan, context));
      else await submit(plan, { ...context, adopt: given.adopt }, given);
    },
  },
  status: { words: ["RUN"], run: async (_given, [folder]) => tell(await planStatus(folder)) },
  logs: {
    words: ["RUN", "[STAGE", "SHARD]"],
    async run({ lines }, [folder, stage, shard]) {
      if (stage !== undefined) return tell(await whyShard(folder, { stage, shard: numberOf(shard), lines }));
      const { stages } = await planStatus(folder);
      const all = stages.flatMap(({ stage, failed, quarantined, begun }) =>
        [...failed.map(({ shard }) => shard), ...quarantined, ...begun].map((shard) => ({ stage, shard }))
      );
      for (const one of all) tell(await whyShard(folder, { ...one, lines }));
      if (all.length === 0) console.log("No attempt has failed.");
    },
  },
  why: {
    words: ["RUN", "STAGE", "SHARD"],
    run: async ({ lines }, [folder, stage, shard]) =>
      tell(await whyShard(folder, { stage, shard: numberOf(shard), lines })),
  },
  retry: {
    words: ["RUN"],
    async run(given, [folder]) {
      const { plan, base, kinds, freed } = await retryPlan(folder);
      for (const [stage, shards] of Object.entries(freed)) {
        console.error(`${stage}: ${shards} shards that were put aside are tried again`);
      }
      await submit(plan, { folder, base, kinds, adopt: given.adopt }, given);
    },
  },
  merge: {
    words: ["RUN"],
    async run(_given, [folder]) {
      const merged = await mergePlan(folder);
      console.log(columns([
        ["stage", "shards", "put aside", "files", "sha256"],
        ...merged.map(({ folder, shards, quarantined, outputs, sha256 }) => [
          ...[folder, shards, quarantined.length, outputs.length].map(String),
          sha256.slice(0, 12),
        ]),
      ], [1, 2, 3]));
    },
  },
};

/** Give a plan to an engine. */
async function submit(plan: Plan, options: SubmitOptions, given: Flags): Promise<void> {
  const { engine = "local", workers, cores, deno, partition, account, time, memory, address } = given;
  const others = Object.values(OF_ENGINE).flat().filter((name) => !OF_ENGINE[engine].includes(name));
  const wrong = others.find((name) => {
    const value = given[name as keyof Flags];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  if (wrong !== undefined) refuse(`--${wrong} is not for the engine ${engine}: see --help`);
  const each = { ...options, cores, deno, shardsPerTask: given["shards-per-task"] };
  switch (engine) {
    case "local":
      return tell(await runPlan(plan, { ...options, workers, onProgress: told() }));
    case "ray":
      return tell(await submitToRay(plan, { ...each, address, variables: given.variable }));
    case "slurm": {
      const setup = given.setup === undefined ? undefined : await Deno.readTextFile(given.setup);
      const asks = { partition, account, time, memoryMebibytes: memory, atOnce: given["at-once"], setup };
      return tell(await submitToSlurm(plan, { ...each, ...asks }));
    }
  }
}

function numberOf(shard: string): number {
  if (!/^\d+$/.test(shard)) refuse(`SHARD must be a whole number: current value is ${shard}`);
  return Number(shard);
}

if (import.meta.main) {
  await task({
    help: HELP,
    flags: FLAGS,
    words: true,
    here: true,
    async run(given, [name, ...words]) {
      const names = Object.keys(COMMANDS);
      if (name === undefined) refuse(`COMMAND must be one of ${names.join(", ")}: there is none; see --help`);
      choose([name], names, "COMMAND");
      const { words: takes, run } = COMMANDS[name];
      const all = takes.length;
      const least = takes.filter((word) => !/[[\]]/.test(word)).length;
      if (words.length !== all && words.length !== least) {
        refuse(`${name} takes ${takes.join(" ")}: it has ${words.join(" ") || "nothing"}`);
      }
      try {
        await run(given, words);
        return 0;
      } catch (error) {
        if (!(error instanceof MissingShards)) throw error;
        console.error(error.message);
        return 3;
      }
    },
  });
}

/** Progress on standard error: where a person looks on, one line that changes; else a line a minute, and what failed. */
function told(): (event: ProgressEvent) => void {
  const looking = Deno.stderr.isTerminal();
  let last = -Infinity;
  return ({ label, done, total = done, note = "" }) => {
    const failed = note.startsWith("shard ");
    const line = `${label}: ${done} of ${total} shards${note === "" ? "" : `, ${note}`}`;
    if (looking) {
      Deno.stderr.writeSync(
        new TextEncoder().encode(`\r${line.padEnd(70)}${failed || done === total ? "\n" : ""}`),
      );
    } else if (failed || done === total || performance.now() - last > 60_000) {
      console.error(line);
      last = performance.now();
    }
  };
}

/** A result as it describes itself: sentences, and tables in columns. */
function tell(result: object): void {
  for (const part of descriptionOf(result) ?? []) {
    if (typeof part === "string") console.log(part);
    else if (part.rows.length > 0) {
      if (part.title !== undefined) console.log(`\n${part.title}`);
      const names = Object.keys(part.rows[0]);
      console.log(columns([names, ...part.rows.map((row) => names.map((name) => String(row[name])))]));
    }
  }
}
