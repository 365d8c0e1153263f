import type { LossCurve } from "../base/mod.ts";
import { readCsv } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** One run of the learning-rate schedules that were trained for arXiv 2405.18392 and 2501.18965. */
export interface ScheduleRun extends LossCurve<Float64Array> {
  /** Parameters of the model. */
  params: number;
  /** The highest learning rate, reached after 300 steps. */
  peak: number;
  /** How the rate ends; the cosine's fall is the whole run. */
  shape: "constant" | "linear" | "1-sqrt" | "cosine";
  /** The share of the steps over which it falls. */
  decayFraction: number;
  /** The loss after the last step, over more text than the curve's losses: these lie about 0.036 nats lower. */
  finalLoss: number;
  /** Whether the run goes on from another's checkpoint: its losses then begin there, its learning rates at step 0. */
  branch: boolean;
  /** The text: `slimpajama`, or a chunk of it in the runs of 100,000 steps and more. */
  dataset: string;
}

/**
 * Public runs of six model sizes, peaks from 1e-4 to 3e-3 and 7,000 to 200,000 steps of 51,200 tokens: constant rates,
 * cosines, and decays over 10 to 99 % of the run.
 *
 * Learning rates are rebuilt from each run's settings, as the logged ones start where a branch does. Of a step that was logged
 * twice, by a run that was taken up again, the later loss is kept.
 */
export const lrSchedules: PublicSet<ScheduleRun> = publicSet({
  name: "lr-schedules",
  title: "92 runs under constant, cosine and decaying learning rates, arXiv 2405.18392 and 2501.18965",
  licence: "MIT",
  origin: { kind: "derived", folder: "lr-schedules", from: "fabian-sp/lr-scheduling at 8ace3a3" },
  files: {
    "LICENSE": "e53e0738e01d22ef398ade74a584f82a7b2217c1a901126559d81462288c3258",
    "runs.csv": "33f8f56389cc8e713bd6ca2ec7a0ab24aaa3e3a2d280d0afcf987c7131d0347e",
    "val_curves.csv": "4022c77cd7289e258ae69cb192e1c5878d9fa3d0a64592f4e9be2a8827322ebe",
  },
  async *read(set) {
    const logs = new Map<string, Logged[]>();
    const table = await readCsv(await set.file("val_curves.csv"));
    const [steps, rates, losses] = [
      table.numbers("step"),
      table.numbers("learning_rate", { empty: NaN }),
      table.numbers("val_loss"),
    ];
    table.text("run").forEach((run, row) => {
      if (!logs.has(run)) logs.set(run, []);
      logs.get(run)!.push({ step: steps[row], rate: rates[row], loss: losses[row] });
    });
    for (const row of (await readCsv(await set.file("runs.csv"))).records()) {
      const log = [...new Map(logs.get(row.run)!.map((logged) => [logged.step, logged])).values()]
        .sort((a, b) => a.step - b.step);
      const settings = settingsOf(row);
      yield {
        name: row.run,
        ...settings,
        params: Number(row.parameters),
        finalLoss: Number(row.final_val_loss),
        branch: row.resume_from === "1",
        dataset: row.dataset,
        learningRates: ratesOf(settings, Number(row.iterations), log.at(-1)!),
        steps: Float64Array.from(log, ({ step }) => step),
        losses: Float64Array.from(log, ({ loss }) => loss),
      };
    }
  },
});

interface Logged {
  step: number;
  rate: number;
  loss: number;
}

type Settings = Pick<ScheduleRun, "peak" | "shape" | "decayFraction">;

function settingsOf(row: Record<string, string>): Settings {
  const peak = Number(row.lr);
  const decayFraction = Number(row.wsd_fract_decay);
  if (row.scheduler === "cos") return { peak, shape: "cosine", decayFraction: 1 };
  if (decayFraction === 0) return { peak, shape: "constant", decayFraction };
  return { peak, shape: row.decay_type === "sqrt" ? "1-sqrt" : "linear", decayFraction };
}

/**
 * The learning rates of a run's settings: a linear warm-up from a hundredth and a decay to zero; the cosine warms up along a
 * cosine too, as PyTorch's OneCycleLR does, and ends at a tenth of the peak or at 1e-7, which only the log tells.
 */
function ratesOf({ peak, shape, decayFraction }: Settings, iterations: number, last: Logged): Float64Array {
  const WARMUP = 300;
  const start = iterations - Math.round(decayFraction * iterations);
  const half = (x: number) => (1 + Math.cos(Math.PI * x)) / 2;
  const turned = (step: number) => half((step - WARMUP + 1) / (iterations - WARMUP));
  const share = turned(last.step);
  const floor = last.rate - peak * share > 0.05 * peak * (1 - share) ? 0.1 * peak : 1e-7;
  return Float64Array.from({ length: iterations }, (_, step) => {
    if (shape === "cosine") {
      if (step < WARMUP) return peak * (1 - 0.99 * half(step / (WARMUP - 1)));
      return floor + (peak - floor) * turned(step);
    }
    if (step < WARMUP) return peak * (0.01 + 0.99 * step / WARMUP);
    if (shape === "constant" || step < start) return peak;
    const x = (step - start) / (iterations - start);
    return peak * (1 - (shape === "1-sqrt" ? Math.sqrt(x) : x));
  });
}
