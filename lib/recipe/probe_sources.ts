import { join } from "node:path";
import type { CompareSourcesOptions, Microanneal, TokenSource } from "../anneal/mod.ts";
import {
  described,
  exists,
  inRange,
  type Interval,
  ofKind,
  said,
  sha256,
  takes,
  writeAtomic,
} from "../base/mod.ts";

/** What a source must show before it is taken, set before anything is trained. */
export interface ProbeCriteria {
  /** The least gain on the domain, in nats per token. */
  gain: number;
  /** The most that may be forgotten of general text, in nats per token. */
  forgetting: number;
}

/** Options of {@linkcode probeSources}. */
export interface ProbeSourcesOptions {
  /** What a source must show. */
  criteria: ProbeCriteria;
  /** A folder for the plan, which is written before the first step, and for the result. */
  folder: string;
}

/** What is registered before the first step. */
export interface ProbePlan {
  /** What a source must show. */
  criteria: ProbeCriteria;
  /** The candidates with their tokens. */
  candidates: Record<string, number>;
  /** Steps, seeds, share, windows and where the runs begin. */
  design: { steps: number; seeds: (number | string)[]; ratio: number; windows: number | "all"; from: number };
  /** The SHA-256 of the rates, the sources and the weights that the runs begin with. */
  inputs: string;
}

/** One candidate's end. */
export interface ProbeVerdict {
  /** The candidate. */
  source: string;
  /** Loss on the domain that it saves against the control, in nats per token. */
  gain: Interval;
  /** Loss on general text that it adds against the control, in nats per token. */
  forgetting: Interval;
  /** `take` where both intervals keep the criteria, `leave` where one breaks them, else `unclear`. */
  verdict: "take" | "leave" | "unclear";
}

/** What came of it. */
export interface SourceProbe {
  /** What was registered. */
  plan: ProbePlan;
  /** One row a candidate, in their order. */
  rows: ProbeVerdict[];
}

const cannot = "Cannot probe sources";

/**
 * Which sources are worth mid-training on, by the protocol of Olmo 3 (arXiv:2512.13961: so many tokens of the candidate and as
 * many of the web, against twice the web) with Delphi's habit: what must be gained and what may be forgotten is written down
 * before the first step. From one checkpoint each candidate is annealed beside a control that sees general text alone; the
 * verdict is by the intervals over seeds and windows. The same call again gives what was found; another plan needs another
 * folder.
 *
 * @param comparison What `compareSources` of `midtrain/anneal` takes: candidates, general text, domain, steps, schedule, seeds.
 * @throws {RangeError} If a criterion is not a number >= 0, the folder holds another plan, or as `compareSources`.
 * @example
 * ```ts ignore
 * import { probeSources } from "midtrain/recipe";
 * import { probeVerdicts } from "midtrain/figure";
 *
 * const criteria = { gain: 0.02, forgetting: 0.03 };
 * const comparison = { from, candidates, general, domain, retained, steps: 100, schedule };
 * const probe = await probeSources(comparison, { criteria, folder: "out/probe" });
 * const figure = probeVerdicts(probe.rows, criteria);
 * ```
 */
export async function probeSources(
  comparison: CompareSourcesOptions,
  options: ProbeSourcesOptions,
): Promise<SourceProbe> {
  takes(cannot, options, "criteria, folder");
  const { criteria, folder } = options;
  takes(cannot, criteria, "gain, forgetting");
  inRange(
    cannot,
    { "criteria.gain": criteria.gain, "criteria.forgetting": criteria.forgetting },
    "finite and >= 0",
  );
  ofKind(cannot, { folder }, "a text");
  ofKind(
    cannot,
    { comparison },
    "an object with from, candidates, general, steps, schedule, domain, retained",
  );
  const { from, candidates, general, domain, retained, schedule } = comparison;
  ofKind(cannot, { candidates }, "a list of objects with name, tokens");
  ofKind(cannot, { from }, "an object with config, weights");
  ofKind(cannot, { general, domain, retained }, "an object with name, tokens");
  ofKind(cannot, { schedule }, "a function");
  const plan = planOf(criteria, comparison);
  const [planned, found] = [join(folder, "plan.json"), join(folder, "result.json")];
  const registered = await exists(planned);
  if (registered) {
    const before = JSON.parse(await Deno.readTextFile(planned)) as ProbePlan;
    const changed = (Object.keys(plan) as (keyof ProbePlan)[])
      .filter((key) => JSON.stringify(plan[key]) !== JSON.stringify(before[key]));
    if (changed.length > 0) {
      throw new RangeError(
        `${cannot} in ${folder} as its plan was registered before: ${
          changed.join(", ")
        } differ, and another plan needs another folder`,
      );
    }
    if (await exists(found)) return shown(JSON.parse(await Deno.readTextFile(found)));
  } else await writeAtomic(planned, JSON.stringify(plan, null, 1) + "\n");
  const { compareSources } = await import("../anneal/mod.ts");
  let begun = false;
  const onStep: typeof comparison.onStep = (record) => {
    begun = true;
    comparison.onStep?.(record);
  };
  try {
    const worths = await compareSources({ ...comparison, onStep });
    const probe: SourceProbe = { plan, rows: worths.map((worth) => judged(worth, criteria)) };
    await writeAtomic(found, JSON.stringify(probe, null, 1) + "\n");
    return shown(probe);
  } catch (error) {
    // Of a call that was wrong no plan stays.
    if (!begun && !registered) await Deno.remove(planned);
    throw error;
  }
}

function judged({ source, gain, forgetting }: Microanneal, criteria: ProbeCriteria): ProbeVerdict {
  const takenIn = gain.low >= criteria.gain && forgetting.high <= criteria.forgetting;
  const ruledOut = gain.high < criteria.gain || forgetting.low > criteria.forgetting;
  return { source, gain, forgetting, verdict: takenIn ? "take" : ruledOut ? "leave" : "unclear" };
}

function planOf(criteria: ProbeCriteria, options: CompareSourcesOptions): ProbePlan {
  const {
    candidates,
    general,
    domain,
    retained,
    from,
    steps,
    schedule,
    seeds = [1, 2, 3],
    ratio = 0.5,
    windows = "all",
  } = options;
  const rates = Array.from({ length: Math.max(0, steps) || 0 }, (_, i) => schedule(from.step + i));
  const texts = [general, domain, retained, ...candidates].map(tokensHash);
  const weights = Object.values(from.weights).map((values) => sha256(bytesOf(values)));
  return {
    criteria: { gain: criteria.gain, forgetting: criteria.forgetting },
    candidates: Object.fromEntries(candidates.map(({ name, tokens }) => [name, tokens.length])),
    design: { steps, seeds: [...seeds], ratio, windows, from: from.step },
    inputs: sha256(JSON.stringify([rates, texts, weights, options.batch ?? 8])),
  };
}

function tokensHash({ name, tokens, sha256: known }: TokenSource): string {
  return `${name}/${known ?? sha256(bytesOf(tokens.subarray(0, tokens.length)))}`;
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function shown(probe: SourceProbe): SourceProbe {
  return described(probe, ({ plan: { criteria, design }, rows }) => {
    const taken = rows.filter(({ verdict }) => verdict === "take").map(({ source }) => source);
    return [
      `${
        taken.length === 0 ? "None" : taken.join(", ")
      } of ${rows.length} may be taken: at least ${criteria.gain} nats gained, at most ${criteria.forgetting} forgotten, ` +
      `as registered; ${design.steps} steps, ${design.seeds.length} seeds`,
      {
        rows: rows.map(({ source, gain, forgetting, verdict }) => ({
          source,
          "gain, nats per token": said(gain, 4),
          "forgotten, nats per token": said(forgetting, 4),
          verdict,
        })),
      },
    ];
  });
}
