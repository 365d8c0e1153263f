// deno-lint-ignore-file no-console
/**
 * `deno task plan`: work in stages and shards that outlives its process, on this machine and on others, to the same bytes.
 * @module
 */
import { dirname } from "node:path";
import { descriptionOf, type ProgressEvent } from "../base/mod.ts";
import { forecastPlan, MissingShards, readPlan, runPlan } from "../run/mod.ts";
import { columns } from "./_columns.ts";
import { KINDS } from "./_kinds.ts";
import { choose, refuse, task } from "./_task.ts";

const COMMANDS = ["submit"] as const;

const HELP =
  `Work in stages and numbered shards that outlives its process: the same bytes on any number of workers.

deno task plan submit PLAN RUN   run the plan in the file PLAN, a stage after the other, in the folder RUN

A plan is JSON. A stage reads files, or a stage above it by its name:
  { "name": "web",
    "stages": {
      "pages": { "kind": "read", "from": ["*.warc.gz"], "parameters": { "as": "warc" } },
      "good":  { "kind": "rules", "from": "pages", "parameters": { "rules": ["gopher-quality"] } } } }

Kinds: ${Object.keys(KINDS).join(", ").replace(/(.{60,90}?) /g, "$1\n  ")};
  or a module of your own, ./mine.ts, whose default export is a StageWork of midtrain/run

  --workers N   processes at work at a time (the machine's cores)
  --dry-run     only say what would run, and why
  --adopt       keep shards that other code has made
  --help        this text

A stage's folder is named by the hash of its inputs, parameters and code: what is there is not made again. A shard whose
input cannot be read is put aside, one that the machine failed is tried three times, and the third shard that fails by the
same error of the program stops the stage. Exit code 3 says that shards are missing.`;

if (import.meta.main) {
  await task({
    help: HELP,
    flags: { workers: { min: 1 }, "dry-run": "switch", adopt: "switch" },
    words: true,
    here: true,
    async run({ workers, adopt, ...given }, [command, path, folder, ...more]) {
      if (command === undefined) {
        refuse(`COMMAND must be one of ${COMMANDS.join(", ")}: there is none; see --help`);
      }
      choose([command], COMMANDS, "COMMAND");
      if (path === undefined || folder === undefined || more.length > 0) {
        refuse("submit takes two words: the plan's file, and the folder of the run");
      }
      const plan = await readPlan(path, { kinds: KINDS });
      const context = { folder, base: dirname(path), kinds: KINDS };
      if (given["dry-run"]) {
        tell(await forecastPlan(plan, context));
        return 0;
      }
      try {
        tell(await runPlan(plan, { ...context, workers, adopt, onProgress: told() }));
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
      const names = Object.keys(part.rows[0]);
      console.log(columns([names, ...part.rows.map((row) => names.map((name) => String(row[name])))]));
    }
  }
}
