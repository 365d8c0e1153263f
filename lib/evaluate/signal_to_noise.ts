import { described, type Description, mean, ofKind, takes } from "../base/mod.ts";

/** How well a task tells models apart. */
export interface SignalToNoise {
  /** How far models lie apart: the largest less the smallest score, over their mean. */
  signal: number;
  /** How far the score of one model wanders: the standard deviation over its last checkpoints (divided by their number), over their mean. */
  noise: number;
  /** Signal over noise; Infinity where the checkpoints are all alike, 0 where the models are. */
  ratio: number;
}

/** What {@linkcode signalToNoise} compares. */
export interface SignalToNoiseOptions {
  /** The final score of each of several models of one size: accuracy, or bits per byte. */
  models: ArrayLike<number>;
  /** The scores of the last checkpoints of one run. */
  checkpoints: ArrayLike<number>;
}

/**
 * The signal and the noise of a task (Heineman et al. 2025, arXiv 2508.13144): how far models lie apart on it, and how far
 * one model's score moves from checkpoint to checkpoint. Where the ratio is small, a difference between two models says little.
 *
 * @throws {RangeError} If there are fewer than two models or checkpoints, a score is not finite, or a mean is not above 0.
 * @example Three mixtures, and the last four checkpoints of one
 * ```ts
 * import assert from "node:assert/strict";
 * import { signalToNoise } from "midtrain/evaluate";
 *
 * const { signal, noise, ratio } = signalToNoise({ models: [0.4, 0.5, 0.6], checkpoints: [0.49, 0.51, 0.49, 0.51] });
 * assert.deepEqual([signal, noise, ratio].map((value) => value.toFixed(3)), ["0.400", "0.020", "20.000"]);
 * ```
 */
export function signalToNoise(options: SignalToNoiseOptions): SignalToNoise {
  const cannot = "Cannot tell signal from noise";
  takes(cannot, options, "models, checkpoints");
  const { models, checkpoints } = options;
  for (const [name, values] of Object.entries({ models, checkpoints })) {
    ofKind(cannot, { [name]: values }, "a list of numbers");
    if (values.length < 2) {
      throw new RangeError(`${cannot} as ${name} must have at least 2 scores: it has ${values.length}`);
    }
    const wrong = Array.from(values).find((value) => !Number.isFinite(value));
    if (wrong !== undefined) {
      throw new RangeError(`${cannot} as every score of ${name} must be finite: one is ${wrong}`);
    }
    if (!(mean(values) > 0)) {
      throw new RangeError(`${cannot} as the mean of ${name} must be > 0: current value is ${mean(values)}`);
    }
  }
  const scores = Array.from(models);
  const signal = (Math.max(...scores) - Math.min(...scores)) / mean(models);
  const centre = mean(checkpoints);
  const spread = Math.sqrt(mean(Array.from(checkpoints, (value) => (value - centre) ** 2)));
  const noise = spread / centre;
  return described({ signal, noise, ratio: signal === 0 ? 0 : signal / noise }, tell);
}

function tell({ signal, noise, ratio }: SignalToNoise): Description {
  return [{
    rows: [{
      "signal (range over mean)": Number(signal.toPrecision(3)),
      "noise (deviation over mean)": Number(noise.toPrecision(3)),
      "ratio": Number(ratio.toPrecision(3)),
    }],
  }];
}
