import { Random } from "../../base/mod.ts";
import {
  bootstrapLaw,
  chinchillaLaw,
  fitLaw,
  lldlLaw,
  multiPowerLaw,
  predictLaw,
  type Start,
} from "../../laws/mod.ts";
import type { PreparedCurves } from "../../laws/_prepared_curves.ts";
import { chinchilla, multiPowerCurves } from "../../sets/mod.ts";
import { askPeer } from "../_peer.ts";
import { benchIsoflopLaws } from "./_isoflop_laws.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** Resamples of the bootstrap. */
const RESAMPLES = 4000;

/**
 * The fits that papers of this field report: the Chinchilla refit from 432 starts, 4,000 bootstrap resamples of it, and the
 * multi-power law from 20 starts; one thread. What counts is the first time in a process, V8's compiling included; a note says
 * what the second takes. With `peers`, scipy's L-BFGS-B with analytic gradients does the same in the same
 * run, from the same starts, on the same resamples, its search in blocks of 32 steps; `MIDTRAIN_PEER_PYTHON` names a Python that has it.
 */
export async function benchLaws(options: BenchOptions): Promise<BenchRow[]> {
  const published = await chinchilla.available() && await multiPowerCurves.available();
  return [...published ? await benchPublished(options) : [], ...await benchIsoflopLaws(options)];
}

async function benchPublished({ peers }: BenchOptions): Promise<BenchRow[]> {
  const all = await Array.fromAsync(chinchilla.read());
  const fifth = all.map(({ loss }) => loss).sort((a, b) => b - a)[4];
  const runs = all.filter(({ loss }) => loss < fifth);
  const points = chinchillaStarts();
  const refit = timed(() => fitLaw(chinchillaLaw, runs, { starts: points.map(exponentials) }));
  const bootstrap = timed(() => bootstrapLaw(refit.value, runs, { resamples: RESAMPLES }));
  const resamples = draws(runs.length);
  const ours = bootstrap.value.samples.map((sample, r) => objective(runs, sample, resamples[r]));

  const curves = await Array.fromAsync(multiPowerCurves.read({ size: 400 }));
  const names = ["cosine_24000", "constant_24000", "wsdcon_9"];
  const train = names.map((name) => curves.find((curve) => curve.name === name)!);
  const starts = multiPowerStarts(fitLaw(lldlLaw, train).parameters);
  const multi = timed(() => fitLaw({ ...multiPowerLaw, contains: [] }, train, { starts }));
  const row = (name: string, cpu: number, reached: number, note: string): BenchRow => ({
    name,
    value: cpu,
    unit: "CPU s",
    cpuSeconds: cpu,
    note: `objective ${reached.toExponential(7)}; ${note}`,
  });
  const average = ours.reduce((a, b) => a + b) / ours.length;
  const rows = [
    row(
      "laws, Chinchilla refit from 432 starts",
      refit.cpu,
      refit.value.objective,
      `${atBest(refit.value.starts)}; ${refit.again}`,
    ),
    row(
      "laws, 4,000 bootstraps of it",
      bootstrap.cpu,
      average,
      `mean; ${bootstrap.value.failed} failed; ${bootstrap.again}`,
    ),
    row(
      "laws, multi-power fit from 20 starts",
      multi.cpu,
      multi.value.objective,
      `${atBest(multi.value.starts)}; ${multi.again}`,
    ),
  ];
  if (!peers) return rows;
  const fine = multiPowerLaw.prepare(train) as PreparedCurves;
  const answer = await askPeer<{ chinchilla: { fit: Reached; bootstrap: Reached }; multiPower: Reached }>(
    "laws_scipy.py",
    {
      chinchilla: {
        params: runs.map(({ params }) => params),
        tokens: runs.map(({ tokens }) => tokens),
        losses: runs.map(({ loss }) => loss),
        starts: points,
        resamples,
      },
      multiPower: {
        coarse: layout(fine).map(inBlocks),
        fine: layout(fine),
        starts: starts.map((start) => [...Object.values(start).slice(0, 6).map(Math.log), start.gamma]),
        bounds: multiPowerLaw.parameters.map(({ name, lower, upper }) =>
          name === "gamma" ? [lower, upper] : [Math.log(lower), Math.log(upper)]
        ),
      },
    },
  );
  const theirs = [answer.chinchilla.fit, answer.chinchilla.bootstrap, answer.multiPower];
  return rows.flatMap((mine, i) => [mine, {
    ...row(
      mine.name,
      theirs[i].cpuSeconds,
      theirs[i].objective,
      `${(theirs[i].cpuSeconds / mine.value).toFixed(1)} times ours${
        theirs[i].atBest === undefined ? "" : `; ${theirs[i].atBest} starts at the optimum`
      }`,
    ),
    peer: "scipy L-BFGS-B",
  }]);
}

/** How many starts ended within a millionth of the best. */
function atBest(starts: readonly Start[]): string {
  const best = Math.min(...starts.map(({ objective }) => objective));
  return `${starts.filter(({ objective }) => objective <= best * (1 + 1e-6)).length} starts at the optimum`;
}

function timed<T>(work: () => T): { value: T; cpu: number; again: string } {
  const before = cpuSeconds();
  const value = work();
  const between = cpuSeconds();
  work();
  return { value, cpu: between - before, again: `${(cpuSeconds() - between).toFixed(3)} s the second time` };
}

/** Starts as (e, a, b, alpha, beta), the first three logarithms. */
function chinchillaStarts(): number[][] {
  const scales = [1, 6, 11, 16];
  const exponents = [0.2, 0.5, 1];
  return [-0.5, 0.25, 1].flatMap((e) =>
    scales.flatMap((a) =>
      scales.flatMap((b) => exponents.flatMap((alpha) => exponents.map((beta) => [e, a, b, alpha, beta])))
    )
  );
}

function exponentials([e, a, b, alpha, beta]: number[]): Record<string, number> {
  return { E: Math.exp(e), A: Math.exp(a), B: Math.exp(b), alpha: alpha, beta: beta };
}

/** As the law's authors start: the optimum of LLDL, with the warm-up's rise in the constant, and guesses of the rest. */
function multiPowerStarts({ L0, A, alpha, B }: Readonly<Record<string, number>>): Record<string, number>[] {
  const pairs = [[0.2, 0.3], [0.5, 0.5], [0.6, 0.65], [0.9, 0.9]] as const;
  return [0.03, 0.3, 2, 10, 100].flatMap((C) =>
    pairs.map(([beta, gamma]) => ({ L0: L0 - B * 3e-4, A: A, alpha: alpha, B: B, C, beta, gamma }))
  );
}

/** How often each run is drawn in each resample: the draws of `bootstrapLaw` with its default seed. */
function draws(count: number): number[][] {
  const random = new Random(1);
  return Array.from({ length: RESAMPLES }, (_, r) => {
    const draw = random.fork(r);
    const counts = new Array<number>(count).fill(0);
    for (let i = 0; i < count; i++) counts[draw.int(count)]++;
    return counts;
  });
}

/** The objective of one resample. */
function objective(
  runs: readonly { params: number; tokens: number; loss: number }[],
  theta: Float64Array,
  weights: readonly number[],
): number {
  const parameters = Object.fromEntries(chinchillaLaw.parameters.map(({ name }, j) => [name, theta[j]]));
  return predictLaw({ law: chinchillaLaw, parameters }, runs).reduce((sum, predicted, i) => {
    const size = Math.abs(Math.log(predicted / runs[i].loss));
    return sum + weights[i] * (size <= 1e-3 ? size * size / 2 : 1e-3 * (size - 5e-4));
  }, 0);
}

/** A curve as the peer takes it. */
interface Layout {
  forward: number[];
  losses: number[];
  before: number[];
  drop: number[];
  logRate: number[];
  blocksUntil: number[];
}

function layout({ curves, observed }: PreparedCurves): Layout[] {
  return curves.map(({ offset, count, forward, blocks, blocksUntil }) => ({
    forward: [...forward],
    losses: [...observed.subarray(offset, offset + count)],
    before: [...blocks.before],
    drop: [...blocks.drop],
    logRate: [...blocks.logRate],
    blocksUntil: [...blocksUntil],
  }));
}

/** Up to 32 changes between two measurements as one, at their centre: what makes the peer's search affordable. */
function inBlocks(curve: Layout): Layout {
  const grouped: Layout = { ...curve, before: [], drop: [], logRate: [], blocksUntil: [] };
  let at = 0;
  for (const until of curve.blocksUntil) {
    while (at < until) {
      const end = Math.min(at + 32, until);
      const drop = curve.drop.slice(at, end);
      const sum = drop.reduce((a, b) => a + b);
      const centre = (column: number[]) => drop.reduce((total, d, i) => total + d * column[at + i], 0) / sum;
      grouped.before.push(centre(curve.before));
      grouped.logRate.push(centre(curve.logRate));
      grouped.drop.push(sum);
      at = end;
    }
    grouped.blocksUntil.push(grouped.drop.length);
  }
  return grouped;
}

interface Reached {
  objective: number;
  cpuSeconds: number;
  atBest?: number;
}
