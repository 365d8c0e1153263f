/**
 * Every published or reference number of the laws, schedules and rotary embeddings beside what this kit finds.
 * @module
 */
import { publicSetOf } from "../_sets.ts";
import { part } from "./_part.ts";
import { skipped, type VerifyRow } from "./_row.ts";

type Numbers = (options: { peers: boolean }) => VerifyRow[] | Promise<VerifyRow[]>;

/** What is verified, the data set that it reads, and how it is loaded. */
const SETS: Record<string, { needs?: string; load: () => Promise<Numbers> }> = {
  curves: { needs: "multi-power-law", load: async () => (await import("./_curves.ts")).verifyCurves },
  chinchilla: { needs: "chinchilla", load: async () => (await import("./_points.ts")).verifyChinchilla },
  isoflop: { needs: "kaplan-chinchilla", load: async () => (await import("./_points.ts")).verifyIsoflop },
  repetition: { needs: "data-repetition", load: async () => (await import("./_points.ts")).verifyRepetition },
  gemstones: { needs: "gemstones", load: async () => (await import("./_points.ts")).verifyGemstones },
  closed: { load: async () => (await import("./_points.ts")).verifyClosedForms },
  rope: { load: async () => (await import("./_rope.ts")).verifyRope },
};

export default part({
  help: `published numbers of laws, schedules and rotary embeddings beside ours
[NAME ...]  which: NAMES; default: all
--peers     also ask numpy and transformers`,
  flags: { peers: "switch" },
  names: Object.keys(SETS),
  async *verify({ peers }, names, say) {
    for (const name of names) {
      const { needs, load } = SETS[name];
      if (needs && !await publicSetOf(needs).available()) {
        yield skipped(name, `the data set ${needs} is not on this machine`);
        continue;
      }
      const begin = performance.now();
      const rows = await (await load())({ peers });
      say(`${name}: ${rows.length} numbers, ${((performance.now() - begin) / 1000).toFixed(1)} s`);
      yield* rows;
    }
  },
});
