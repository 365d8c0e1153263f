// deno-lint-ignore-file no-console
/**
 * `deno task bench`: speed of the hot paths as a table and as JSON, and beside installed peers with `--peers`.
 * @module
 */
import { parseArgs } from "@std/cli";
import { refuseUnknownFlag } from "./_flags.ts";
import { writeAtomic } from "../base/mod.ts";
import type { BenchRow } from "./bench/_row.ts";

const HELP = `deno task bench [--peers] [--seconds N] [--json FILE] [NAME ...]

  NAME           which benches to run, of SUITES; default: all but setup,
                 which downloads 0.5 GB and sets up in a cache of its own
  --peers        run installed peers beside them, in the same run
  --seconds N    about how long each measurement takes; default 5
  --json FILE    also write the rows there`;

/** What every bench is told. */
export interface BenchOptions {
  /** About how long each measurement takes. */
  seconds: number;
  /** Whether to run installed peers too. */
  peers: boolean;
}

type Suite = (options: BenchOptions) => Promise<BenchRow[]>;

const SUITES: Record<string, () => Promise<Suite>> = {
  setup: async () => (await import("./bench/setup.ts")).benchSetup,
  training: async () => (await import("./bench/anneal.ts")).benchTraining,
  text: async () => (await import("./bench/text.ts")).benchText,
  duplicates: async () => (await import("./bench/duplicates.ts")).benchDuplicates,
  scoring: async () => (await import("./bench/llm.ts")).benchScoring,
  synthesis: async () => (await import("./bench/synthesis.ts")).benchSynthesis,
  laws: async () => (await import("./bench/laws.ts")).benchLaws,
  mix: async () => (await import("./bench/mix.ts")).benchMix,
};

if (import.meta.main) {
  const args = parseArgs(Deno.args, {
    boolean: ["help", "peers"],
    string: ["seconds", "json"],
    unknown: refuseUnknownFlag,
    alias: { help: "h" },
  });
  const names = args._.length > 0
    ? args._.map(String)
    : Object.keys(SUITES).filter((name) => name !== "setup");
  const unknown = names.filter((name) => !(name in SUITES));
  const seconds = Number(args.seconds ?? 5);
  if (args.help) console.log(HELP.replace("SUITES", Object.keys(SUITES).join(", ")));
  else if (unknown.length > 0 || !(seconds > 0)) {
    console.error(
      unknown.length > 0
        ? `Cannot run a bench as NAME must be one of ${Object.keys(SUITES).join(", ")}: current value is ${
          unknown[0]
        }`
        : `Cannot run a bench as --seconds must be > 0: current value is ${args.seconds}`,
    );
    Deno.exit(2);
  } else {
    const rows: BenchRow[] = [];
    try {
      for (const name of names) {
        console.error(`${name} ...`);
        const suite = await SUITES[name]();
        rows.push(...await suite({ seconds, peers: args.peers }));
      }
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      Deno.exitCode = 1;
    }
    console.log(table(rows));
    const record = {
      deno: Deno.version.deno,
      cores: navigator.hardwareConcurrency,
      os: Deno.build.target,
      rows,
    };
    if (args.json) await writeAtomic(args.json, JSON.stringify(record, null, 2) + "\n");
    Deno.exit();
  }
}

/** The rows as text, in columns. */
function table(rows: readonly BenchRow[]): string {
  const cells = [["what", "by", "value", "unit", "CPU s", "note"]];
  for (const row of rows) {
    cells.push([
      row.name,
      row.peer ?? "midtrain",
      Number(row.value.toPrecision(4)).toLocaleString("en"),
      row.unit,
      row.cpuSeconds === undefined ? "" : row.cpuSeconds.toFixed(1),
      row.note ?? "",
    ]);
  }
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row: string[]) =>
    row.map((cell, i) => [2, 4].includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join("  ")
      .trimEnd();
  return cells.map(line).join("\n");
}
