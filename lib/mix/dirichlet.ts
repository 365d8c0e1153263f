import { must, ofKind, Random, takes, wholeNumber } from "../base/mod.ts";
import { type Mixture, mixture } from "./mixture.ts";

const cannot = "Cannot design proxy runs";

/** Options of {@linkcode dirichletDesign}. */
export interface DirichletDesignOptions {
  /** How many mixtures. */
  runs: number;
  /**
   * How far mixtures stray from the prior: each draws its concentration log-uniformly between these. Below 1 most mass
   * falls on few sources, at 100 a mixture is the prior almost. RegMix (arXiv:2407.01492) varies it in this way, from
   * 0.1 to 5 for each source of 17.
   * @default {[2, 80]}
   */
  concentration?: readonly [number, number];
  /** The largest share by name, for example `maxEpochs * uniqueTokens / budgetTokens`. @default {1 for every name} */
  maxShare?: Record<string, number>;
  /** Names the random stream. @default {1} */
  seed?: number | string;
}

/**
 * Mixtures for proxy runs: Dirichlet draws around a prior, those beyond a cap drawn again. Run `i` is the same however
 * many runs there are, so a design can be extended.
 *
 * @param prior The mixture to stray from, usually the natural one. A source with share 0 stays out.
 * @throws {RangeError} If `runs` or a concentration is out of range, or the caps leave nothing or almost nothing: the
 * message names the cap.
 * @example Four mixtures with at most 30 % of a small source
 * ```ts
 * import assert from "node:assert/strict";
 * import { dirichletDesign } from "midtrain/mix";
 *
 * const design = dirichletDesign({ web: 0.8, math: 0.2 }, { runs: 4, maxShare: { math: 0.3 }, seed: 1 });
 * assert.equal(design.length, 4);
 * assert(design.every(({ math }) => math <= 0.3));
 * ```
 */
export function dirichletDesign(prior: Record<string, number>, options: DirichletDesignOptions): Mixture[] {
  takes("Cannot design proxy runs", options, "runs, concentration?, maxShare?, seed?");
  ofKind("Cannot design proxy runs", { prior }, "an object");
  const { runs, concentration = [2, 80], maxShare = {}, seed = 1 } = options;
  const [least, most] = concentration;
  const base = mixture(prior);
  wholeNumber(cannot, { runs }, ">= 1");
  must(
    cannot,
    "concentration must be two finite numbers > 0, ascending",
    `${least}, ${most}`,
    least > 0 && least <= most && most < Infinity,
  );
  for (const [name, cap] of Object.entries(maxShare)) {
    if (!(cap >= 0 && cap <= 1)) {
      throw new RangeError(
        `${cannot} as maxShare must be in [0, 1]: that of "${name}" is ${cap}`,
      );
    }
    if (!(name in base)) {
      throw new RangeError(
        `${cannot} as maxShare names "${name}", which the prior lacks: it has ${
          Object.keys(base).join(", ")
        }`,
      );
    }
  }
  const names = Object.keys(base).filter((name) => base[name] > 0);
  const room = names.reduce((sum, name) => sum + (maxShare[name] ?? 1), 0);
  if (room < 1) {
    throw new RangeError(
      `${cannot} as the caps must leave room for a whole mixture: ${
        names.map((name) => `"${name}" ${maxShare[name] ?? 1}`).join(", ")
      } sum to ${Number(room.toPrecision(6))}`,
    );
  }
  const random = new Random(seed);
  return Array.from(
    { length: runs },
    (_, run) => draw(random.fork(run), { base, names, least, most, maxShare }),
  );
}

const maxTries = 10_000;

function draw(
  random: Random,
  { base, names, least, most, maxShare }: {
    base: Mixture;
    names: string[];
    least: number;
    most: number;
    maxShare: Record<string, number>;
  },
): Mixture {
  const broken = new Map<string, number>();
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const strength = least * (most / least) ** random.next();
    // In logs, as a small shape underflows.
    const logs = names.map((name) => logGamma(strength * base[name], random));
    const top = Math.max(...logs);
    const shares = mixture(Object.fromEntries(names.map((name, at) => [name, Math.exp(logs[at] - top)])));
    const over = names.find((name) => shares[name] > (maxShare[name] ?? 1));
    if (over === undefined) {
      return { ...Object.fromEntries(Object.keys(base).map((name) => [name, 0])), ...shares };
    }
    broken.set(over, (broken.get(over) ?? 0) + 1);
  }
  const [worst] = [...broken].sort((a, b) => b[1] - a[1])[0];
  throw new RangeError(
    `${cannot} as no draw of ${maxTries} keeps the caps: most break that of "${worst}", ${
      maxShare[worst]
    }, with a prior of ${base[worst]}`,
  );
}

/**
 * The logarithm of a Gamma(shape, 1) draw: Marsaglia and Tsang's squeeze (2000), with their boost below shape 1. No
 * random-variate package of npm takes our generator, so it stands here.
 */
function logGamma(shape: number, random: Random): number {
  if (shape < 1) return logGamma(shape + 1, random) + Math.log(1 - random.next()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  while (true) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < x * x / 2 + d - d * v + d * Math.log(v)) {
      return Math.log(d * v);
    }
  }
}
