// deno-lint-ignore-file no-console
/**
 * `deno task verify:laws`: every published or reference number of the laws, schedules and rotary embeddings beside what
 * this kit finds, as a table; the exit code is 1 where one fails.
 * @module
 */
import { parseArgs } from "@std/cli";
import { refuseUnknownFlag } from "./_flags.ts";
import { MissingPeer } from "./_peer.ts";
import type { DatasetName } from "../data/mod.ts";
import { table, type VerifyRow } from "./verify/_row.ts";

const HELP = `deno task verify:laws [--peers] [--failed] [NAME ...]

  NAME      which parts to verify; default: all of PARTS
  --peers   also ask numpy and transformers, by the Python that MIDTRAIN_PEER_PYTHON names
  --failed  print only the rows that fail`;

type Part = (options: { peers: boolean }) => VerifyRow[] | Promise<VerifyRow[]>;

/** Each part, the data sets that it reads, and how it is loaded. */
const PARTS: Record<string, { needs?: DatasetName; load: () => Promise<Part> }> = {
  curves: { needs: "multi-power-law", load: async () => (await import("./verify/curves.ts")).verifyCurves },
  chinchilla: {
    needs: "chinchilla",
    load: async () => (await import("./verify/points.ts")).verifyChinchilla,
  },
  isoflop: {
    needs: "kaplan-chinchilla",
    load: async () => (await import("./verify/points.ts")).verifyIsoflop,
  },
  repetition: {
    needs: "data-repetition",
    load: async () => (await import("./verify/points.ts")).verifyRepetition,
  },
  gemstones: { needs: "gemstones", load: async () => (await import("./verify/points.ts")).verifyGemstones },
  closed: { load: async () => (await import("./verify/points.ts")).verifyClosedForms },
  rope: { load: async () => (await import("./verify/rope.ts")).verifyRope },
};

if (import.meta.main) {
  const args = parseArgs(Deno.args, {
    boolean: ["help", "peers", "failed"],
    unknown: refuseUnknownFlag,
    alias: { help: "h" },
  });
  const names = args._.length > 0 ? args._.map(String) : Object.keys(PARTS);
  const unknown = names.find((name) => !(name in PARTS));
  if (args.help) console.log(HELP.replace("PARTS", Object.keys(PARTS).join(", ")));
  else if (unknown !== undefined) {
    console.error(
      `Cannot verify as NAME must be one of ${Object.keys(PARTS).join(", ")}: current value is ${unknown}`,
    );
    Deno.exit(2);
  } else {
    const held = await verify(names, args).catch((error) => {
      if (!(error instanceof MissingPeer)) throw error;
      console.error(error.message);
      return false;
    });
    Deno.exit(held ? 0 : 1);
  }
}

/** Print the parts' tables and the count; whether every row passed. */
async function verify(
  names: readonly string[],
  { peers, failed }: { peers: boolean; failed: boolean },
): Promise<boolean> {
  const { available } = await import("../data/mod.ts");
  let passed = 0;
  let total = 0;
  const skipped: string[] = [];
  for (const name of names) {
    const { needs, load } = PARTS[name];
    const begin = performance.now();
    if (needs && !await available(needs)) {
      skipped.push(`${name} (the data set ${needs} is not on this machine)`);
      continue;
    }
    const rows = await (await load())({ peers });
    console.log(`\n${name}: ${rows.length} numbers, ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    console.log(table(rows.filter((row) => !failed || !row.pass)));
    passed += rows.filter(({ pass }) => pass).length;
    total += rows.length;
  }
  for (const line of skipped) console.log(`\nskipped: ${line}`);
  console.log(
    `\n${passed} of ${total} numbers hold, ${total - passed} fail, ${skipped.length} parts skipped`,
  );
  return passed === total;
}
