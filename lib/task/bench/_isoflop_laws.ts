import { Random } from "../../base/mod.ts";
import { chinchillaLaw, fitLaw } from "../../laws/mod.ts";
import { askPeer } from "../_peer.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** Surfaces `E + A N^-alpha + B D^-beta` between the published ones, with residuals of these spreads. */
const SURFACES = [
  { E: 1.69, A: 406.4, B: 410.7, alpha: 0.34, beta: 0.28 },
  { E: 1.82, A: 482, B: 2085, alpha: 0.35, beta: 0.37 },
  { E: 1.6, A: 5000, B: 300, alpha: 0.48, beta: 0.26 },
];
const SPREADS = [0.001, 0.01];
const DELTA = 1e-3;

/**
 * The Chinchilla law on six IsoFLOP sweeps, eight budgets of sixteen sizes each: ours with its intervals, beside variable
 * projection on a grid of exponents (2603.22339) in numpy, which gives none. Both take Huber's loss of the losses themselves.
 */
export async function benchIsoflopLaws({ peers }: BenchOptions): Promise<BenchRow[]> {
  const sets = SURFACES.flatMap((surface, s) =>
    SPREADS.map((spread, i) => sweep(surface, spread, 2 * s + i))
  );
  const before = cpuSeconds();
  const ours = sets.map((runs) => fitLaw(chinchillaLaw, runs, { delta: DELTA, scale: "linear" }).objective);
  const cpu = cpuSeconds() - before;
  const row = (seconds: number, note: string): BenchRow => ({
    name: "laws, Chinchilla fits of six IsoFLOP sweeps",
    value: seconds,
    unit: "CPU s",
    cpuSeconds: seconds,
    note,
  });
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b).toExponential(7);
  const rows = [row(cpu, `objectives add to ${sum(ours)}; intervals included`)];
  if (!peers) return rows;
  const { objectives, cpuSeconds: theirs } = await askPeer<{ objectives: number[]; cpuSeconds: number }>(
    "laws_vpnls.py",
    {
      sets: sets.map((runs) => ({
        params: runs.map(({ params }) => params),
        tokens: runs.map(({ tokens }) => tokens),
        losses: runs.map(({ loss }) => loss),
        delta: DELTA,
      })),
    },
  );
  const least = objectives.filter((objective, i) => ours[i] <= objective * (1 + 1e-9)).length;
  return [...rows, {
    ...row(
      theirs,
      `objectives add to ${sum(objectives)}; ${
        (theirs / cpu).toFixed(1)
      } times ours, which is at or below in ${least} of 6`,
    ),
    peer: "variable projection, numpy",
  }];
}

/** Sizes around the best one at each budget, by `flops = 6 params tokens`. */
function sweep(
  { E, A, B, alpha, beta }: (typeof SURFACES)[number],
  spread: number,
  seed: number,
): { params: number; tokens: number; loss: number }[] {
  const random = new Random(seed);
  return Array.from({ length: 8 }, (_, c) => 10 ** (17 + 5 * c / 7)).flatMap((flops) => {
    const best = (alpha * A / (beta * B)) ** (1 / (alpha + beta)) * (flops / 6) ** (beta / (alpha + beta));
    return Array.from({ length: 16 }, (_, i) => {
      const params = best * 16 ** (i / 7.5 - 1);
      const tokens = flops / 6 / params;
      return {
        params,
        tokens,
        loss: E + A * params ** -alpha + B * tokens ** -beta + spread * random.normal(),
      };
    });
  });
}
