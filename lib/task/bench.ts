// deno-lint-ignore-file no-console
/**
 * `deno task bench`: speed of the hot paths as a table and as JSON, and beside installed peers with `--peers`.
 * @module
 */
import { columns } from "./_columns.ts";
import { choose, refuse, task } from "./_task.ts";
import { writeAtomic } from "../base/mod.ts";
import type { BenchOptions, BenchRow } from "./bench/_row.ts";

type Suite = (options: BenchOptions) => Promise<BenchRow[]>;

const SUITES: Record<string, () => Promise<Suite>> = {
  setup: async () => (await import("./bench/setup.ts")).benchSetup,
  training: async () => (await import("./bench/anneal.ts")).benchTraining,
  tokenizers: async () => (await import("./bench/tokenizers.ts")).benchTokenizers,
  text: async () => (await import("./bench/text.ts")).benchText,
  duplicates: async () => (await import("./bench/duplicates.ts")).benchDuplicates,
  decontamination: async () => (await import("./bench/decontamination.ts")).benchDecontamination,
  scoring: async () => (await import("./bench/llm.ts")).benchScoring,
  serving: async () => (await import("./bench/serving.ts")).benchServing,
  evaluation: async () => (await import("./bench/evaluation.ts")).benchEvaluation,
  code: async () => (await import("./bench/code.ts")).benchCode,
  synthesis: async () => (await import("./bench/synthesis.ts")).benchSynthesis,
  laws: async () => (await import("./bench/laws.ts")).benchLaws,
  mix: async () => (await import("./bench/mix.ts")).benchMix,
  plans: async () => (await import("./bench/plans.ts")).benchPlans,
};

const HELP = `deno task bench [--peers] [--seconds N] [--sizes LIST] [--profile] [--json FILE] [NAME ...]

  NAME           which benches to run, of
                 ${Object.keys(SUITES).join(", ")}; default: all but setup,
                 which downloads 0.5 GB and sets up in a cache of its own
  --peers        run installed peers beside them, in the same run
  --seconds N    about how long each measurement takes; default 5
  --sizes LIST   models of the bench training, as 1M,5M; default: 1M,5M,20M,135M
  --profile      of the bench training: what a step spends where, as a table and as figures in out/bench
  --json FILE    also write the rows there`;

if (import.meta.main) {
  await task({
    help: HELP,
    flags: { peers: "switch", seconds: "text", sizes: "text", profile: "switch", json: "text" },
    words: true,
    run: async ({ peers, seconds: given, sizes, profile, json }, words) => {
      const names = choose(words, Object.keys(SUITES)).filter((name) => words.length > 0 || name !== "setup");
      const seconds = Number(given ?? 5);
      if (!(seconds > 0)) refuse(`--seconds must be > 0: current value is ${given}`);
      const rows: BenchRow[] = [];
      let code = 0;
      try {
        for (const name of names) {
          console.error(`${name} ...`);
          const suite = await SUITES[name]();
          const found = await suite({ seconds, peers, profile, sizes: sizes?.split(",") });
          if (found.length === 0) {
            console.error(`${name}: nothing is measured, as its engine or its data is not on this machine`);
          }
          rows.push(...found);
        }
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
        code = 1;
      }
      console.log(table(rows));
      const record = {
        deno: Deno.version.deno,
        cores: navigator.hardwareConcurrency,
        os: Deno.build.target,
        rows,
      };
      if (json) await writeAtomic(json, JSON.stringify(record, null, 2) + "\n");
      return code;
    },
  });
}

/** The rows as text. */
function table(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.peer ?? "midtrain",
    Number(row.value.toPrecision(4)).toLocaleString("en"),
    row.unit,
    row.cpuSeconds === undefined ? "" : row.cpuSeconds.toFixed(1),
    row.note ?? "",
  ]);
  return columns([["what", "by", "value", "unit", "CPU s", "note"], ...cells], [2, 4]);
}
