import type { LossCurve } from "../../base/mod.ts";
import { lrSchedules, type ScheduleRun } from "../../sets/mod.ts";

/** A decision that measured runs have answered: the way a run ends is open in one respect. */
export interface DecayDecision {
  /** What is decided: the peak, the steps and what is fixed. */
  name: string;
  /** How the evidence was chosen. */
  split: string;
  /** Names the evidence: decisions that share it can share its fits. */
  evidenceKey: string;
  /** The curves to plan from; none of them is an option. */
  evidence: LossCurve[];
  /** The learning rate at the end of the warm-up, of which the options' peaks are multiples. */
  peak: number;
  /** Steps of the run. */
  steps: number;
  /** What could be chosen, and the loss that it ended at. */
  options: DecayOption[];
}

/** One way to end a run, as it was run. */
export interface DecayOption {
  fraction: number;
  shape: "linear" | "1-sqrt";
  peakFactor: number;
  /** The loss at the end, nats per token. */
  loss: number;
}

const MILLION = 1e6;
/** Losses before this step belong to no law. */
const SETTLED = 1500;

/**
 * Decisions of decay length, shape and peak that runs of 124M parameters have answered, each from several choices of
 * evidence: by kind of schedule, by length, by peak, by model size.
 */
export async function decayDecisions(): Promise<DecayDecision[]> {
  const all = await Array.fromAsync(lrSchedules.read());
  const ours = all.filter(({ params, dataset }) => millions(params) === 124 && dataset === "slimpajama");
  const decisions: DecayDecision[] = [];
  for (const peak of [1e-4, 5e-4, 1e-3, 2e-3, 3e-3]) {
    for (const steps of [15_000, 25_000, 35_000, 50_000]) {
      const cell = ours.filter((run) => run.peak === peak && run.learningRates.length === steps);
      const options = optionsOf(cell.filter(({ shape }) => shape === "linear"), peak);
      if (options.length >= 3) decisions.push(...lengths(options, { peak, steps, ours, all }));
      const fifth = optionsOf(cell.filter(({ decayFraction }) => decayFraction === 0.2), peak);
      if (fifth.length < 2) continue;
      const runs = ours.filter((run) => run.peak === peak && !cell.includes(run));
      const name = `shape of a fifth, ${peak}, ${steps} steps`;
      decisions.push(...decision({ name, split: "shape", peak, steps, options: fifth }, runs));
    }
  }
  for (const [steps, fraction] of [[50_000, 0.1], [50_000, 0.4], [35_000, 0.2], [25_000, 0.8]]) {
    const cell = ours.filter((run) =>
      run.learningRates.length === steps && run.decayFraction === fraction && run.shape === "linear"
    );
    const name = `peak of a decay over ${fraction}, ${steps} steps`;
    const shorter = ours.filter(({ learningRates: { length } }) => length < steps);
    const options = optionsOf(cell, 1e-3);
    decisions.push(...decision({ name, split: "peak", peak: 1e-3, steps, options }, shorter));
  }
  return decisions;
}

/** The decisions of how long to decay at one peak and length, from each choice of evidence. */
function lengths(
  options: DecayOption[],
  { peak, steps, ours, all }: { peak: number; steps: number; ours: ScheduleRun[]; all: ScheduleRun[] },
): DecayDecision[] {
  const same = ours.filter((run) => run.peak === peak);
  const constant = same.filter(({ shape }) => shape === "constant");
  const linear = same.filter(({ shape }) => shape === "linear");
  const short = same.filter(({ shape, decayFraction }) =>
    shape !== "cosine" && decayFraction > 0 && decayFraction <= 0.2
  );
  const near = (run: ScheduleRun) => Math.abs(run.learningRates.length - steps);
  const splits: Record<string, ScheduleRun[]> = {
    "constant and decays up to a fifth": [...constant, ...short],
    "constant and cosine": [...constant, ...same.filter(({ shape }) => shape === "cosine")],
    "constant and decays from 60 %": [
      ...constant,
      ...linear.filter(({ decayFraction }) => decayFraction >= 0.6),
    ],
    "shorter runs": [...constant, ...same.filter(({ learningRates: { length } }) => length < steps)],
    "other peaks": ours.filter((run) => run.peak !== peak && run.peak >= peak / 5 && run.peak <= peak * 5),
    "constant and one decay": [
      ...constant.slice(0, 1),
      ...short.filter(({ shape }) => shape === "linear").sort((a, b) => near(a) - near(b)).slice(0, 1),
    ],
  };
  for (const size of [60, 93, 152]) {
    splits[`models of ${size}M`] = all.filter(({ params }) => millions(params) === size);
  }
  const name = `length, ${peak}, ${steps} steps`;
  return Object.entries(splits).flatMap(([split, runs]) =>
    decision({ name, split, peak, steps, options }, runs)
  );
}

/** A decision, where the evidence tells anything of decays. */
function decision(of: Omit<DecayDecision, "evidence" | "evidenceKey">, runs: ScheduleRun[]): DecayDecision[] {
  const few = spread([...new Set(runs)], 8).map(preparedRun).filter(({ steps }) => steps.length >= 5);
  const falls = runs.some(({ shape }) => shape !== "constant");
  if (!falls || few.length < 2 || of.options.length < 2) return [];
  return [{ ...of, evidence: few, evidenceKey: few.map(({ name }) => name).join() }];
}

/** What was measured, runs of one setting averaged. */
function optionsOf(runs: readonly ScheduleRun[], peak: number): DecayOption[] {
  const groups = Map.groupBy(runs, (run) => `${run.decayFraction} ${run.shape} ${run.peak}`);
  return [...groups.values()].map((group) => ({
    fraction: group[0].decayFraction,
    shape: group[0].shape as "linear" | "1-sqrt",
    peakFactor: group[0].peak / peak,
    loss: group.reduce((sum, { finalLoss }) => sum + finalLoss, 0) / group.length,
  })).sort((a, b) => a.fraction - b.fraction || a.peakFactor - b.peakFactor);
}

/** A curve from where laws hold, at some sixty places with the last among them. */
export function preparedRun({ name, learningRates, steps, losses }: ScheduleRun): LossCurve<Float64Array> {
  const settled = Array.from(steps.keys()).filter((i) => steps[i] >= SETTLED);
  const stride = Math.ceil(settled.length / 60);
  const kept = settled.filter((_, i) => (settled.length - 1 - i) % stride === 0);
  return {
    name,
    learningRates,
    steps: Float64Array.from(kept, (i) => steps[i]),
    losses: Float64Array.from(kept, (i) => losses[i]),
  };
}

/** At most so many, evenly spread. */
function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor(i * items.length / most)]);
}

function millions(params: number): number {
  return Math.round(params / MILLION);
}
