import { type Interval, mean, studentQuantile } from "../base/mod.ts";

/** Standard deviations of a paired difference, in nats per token: what more seeds, or more windows, would average out. */
export interface PairedNoise {
  /** Between seeds: the order of the data. Not known from one seed. */
  order?: number;
  /** Between windows of the held-out text. */
  windows: number;
  /** Between single windows of single runs, beyond both. */
  rest: number;
}

/** The mean of a table of paired differences, one row a seed, one column a window, with what it varies by. */
export interface Crossed {
  /** The mean, and its 95 % interval. */
  interval: Interval;
  /** The mean of each row. */
  bySeed: number[];
  /** Standard deviations of the parts. */
  noise: PairedNoise;
}

/**
 * The mean of differences that share both their seed and their window. Rows and columns are random alike: the variance of
 * the mean is that of the rows' means over their number, plus the same of the columns, less the rest that both counted
 * (two-way random effects; Clark, "The language-as-fixed-effect fallacy", 1973), and its degrees of freedom are
 * Satterthwaite's. One row says nothing of the variance between rows: then the interval holds the windows' alone.
 */
export function crossed(table: readonly Float64Array[]): Crossed {
  const seeds = table.length;
  const windows = table[0].length;
  const bySeed = table.map(mean);
  const byWindow = table[0].map((_, w) => mean(table.map((row) => row[w])));
  const estimate = mean(bySeed);
  const rows = seeds > 1 ? variance(bySeed) : 0;
  const columns = windows > 1 ? variance(byWindow) : 0;
  let squares = 0;
  table.forEach((row, s) =>
    row.forEach((value, w) => squares += (value - bySeed[s] - byWindow[w] + estimate) ** 2)
  );
  const freedom = (seeds - 1) * (windows - 1);
  const rest = freedom > 0 ? squares / freedom : 0;
  const noise: PairedNoise = {
    ...(seeds > 1 && { order: Math.sqrt(Math.max(0, rows - rest / windows)) }),
    windows: Math.sqrt(Math.max(0, columns - rest / seeds)),
    rest: Math.sqrt(rest),
  };
  const { error, degreesOfFreedom } = standardError(noise, seeds, windows);
  const half = error === 0 ? 0 : studentQuantile(0.975, degreesOfFreedom) * error;
  return { interval: { estimate, low: estimate - half, high: estimate + half }, bySeed, noise };
}

/** The standard error of a mean over so many seeds and windows, and its degrees of freedom. */
export function standardError(
  { order = 0, windows: between, rest }: PairedNoise,
  seeds: number,
  windows: number,
): { error: number; degreesOfFreedom: number } {
  const both = rest ** 2 / (seeds * windows);
  const ofSeeds = order ** 2 / seeds;
  const ofWindows = between ** 2 / windows;
  const total = ofSeeds + ofWindows + both;
  const share = (part: number, freedom: number) => part === 0 ? 0 : part ** 2 / freedom;
  const degreesOfFreedom = total ** 2 /
    (share(seeds > 1 ? ofSeeds + both : 0, seeds - 1) +
      share(windows > 1 ? ofWindows + both : 0, windows - 1));
  return { error: Math.sqrt(total), degreesOfFreedom: total === 0 ? Infinity : degreesOfFreedom };
}

function variance(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2;
  return sum / (values.length - 1);
}
