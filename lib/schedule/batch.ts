import { must, type Named, ofKind, oneOf, takes } from "../base/mod.ts";
import { ABOVE_ZERO, number } from "./_check.ts";

const RULE = "Cannot build a batch rule";
const RAMP = "Cannot build a batch ramp";

/** Throw unless each value counts in ones: the rules are powers, and give billions their own nonsense. */
function count(values: Named, least: number): void {
  number(RULE, values, ABOVE_ZERO);
  for (const [name, value] of Object.entries(values)) {
    must(
      RULE,
      `${name} must be a count >= ${least}, in ones and not in billions`,
      value,
      Number(value) >= least,
    );
  }
}

/** A recommended learning rate and batch size. */
export interface BatchAdvice {
  /** The batch, in tokens. */
  batchTokens: number;
  /** The peak learning rate of AdamW. */
  peakLearningRate: number;
}

/**
 * DeepSeek LLM's rule (2401.02954, §3.1): near-optimal batch and rate at a compute budget `C` in FLOP, with
 * `C` = non-embedding FLOP a token times tokens; fitted from 1e17 to 2e19 FLOP.
 *
 * @throws {RangeError} If `flops` is no count of at least 1e9.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { deepSeekBatch } from "midtrain/schedule";
 *
 * const { batchTokens, peakLearningRate } = deepSeekBatch(1e20);
 * assert.ok(Math.abs(batchTokens / 0.292 - 1e20 ** 0.3271) < 1e-3);
 * assert.ok(Math.abs(peakLearningRate - 9.86e-4) < 1e-6);
 * ```
 */
export function deepSeekBatch(flops: number): BatchAdvice {
  count({ flops }, 1e9);
  return { batchTokens: 0.2920 * flops ** 0.3271, peakLearningRate: 0.3118 * flops ** -0.1250 };
}

/**
 * The Step Law (Li et al. 2503.04715): optimal peak rate and batch for `parameters` without the vocabulary's and a number
 * of training tokens.
 *
 * @throws {RangeError} If an argument is no count of at least 1000.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stepLawBatch } from "midtrain/schedule";
 *
 * const advice = stepLawBatch(1e9, 1e11);
 * assert.ok(advice.peakLearningRate > 1e-3 && advice.peakLearningRate < 2e-3);
 * assert.ok(advice.batchTokens > 1.0e6 && advice.batchTokens < 1.2e6);
 * ```
 */
export function stepLawBatch(parameters: number, tokens: number): BatchAdvice {
  count({ parameters, tokens }, 1000);
  return {
    batchTokens: 0.58 * tokens ** 0.571,
    peakLearningRate: 1.79 * parameters ** -0.713 * tokens ** 0.307,
  };
}

/**
 * The rule that OLMo-core's ladder takes from Porian et al. (2406.19146): both scale with the parameter count from 108M.
 * OLMo-core then halves the rate; this gives it unhalved.
 *
 * @throws {RangeError} If `parameters` is no count of at least 1000.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { porianBatch } from "midtrain/schedule";
 *
 * assert.deepEqual(porianBatch(108e6), { batchTokens: 327680, peakLearningRate: 0.0047 });
 * ```
 */
export function porianBatch(parameters: number): BatchAdvice {
  count({ parameters }, 1000);
  return {
    batchTokens: 2048 * 160 * (parameters / 108e6) ** (2 / 3),
    peakLearningRate: 0.0047 * (parameters / 108e6) ** (-1 / 3),
  };
}

/**
 * MiniCPM's rule (2404.06395, §3.2): the batch in tokens that suits a loss in nats a token.
 *
 * @throws {RangeError} If `loss` is not above 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { miniCpmBatchTokens } from "midtrain/schedule";
 *
 * assert.ok(miniCpmBatchTokens(3) > miniCpmBatchTokens(4));
 * ```
 */
export function miniCpmBatchTokens(loss: number): number {
  number(RULE, { loss }, ABOVE_ZERO);
  return 1.21e9 / loss ** 6.24;
}

/**
 * The learning rate after a change of batch size: the square-root rule for Adam, the linear rule for SGD.
 *
 * @throws {RangeError} If an argument is not above 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rescaleForBatch } from "midtrain/schedule";
 *
 * assert.equal(rescaleForBatch(1e-3, { from: 256, to: 1024 }), 2e-3);
 * ```
 */
export function rescaleForBatch(
  learningRate: number,
  options: { from: number; to: number; optimizer?: "adam" | "sgd" | undefined },
): number {
  takes("Cannot build a batch rule", options, "from, to, optimizer?");
  const { from, to, optimizer = "adam" } = options;
  oneOf(RULE, { optimizer }, ["adam", "sgd"]);
  number(RULE, { learningRate }, "finite and >= 0");
  number(RULE, { from, to }, ABOVE_ZERO);
  const ratio = to / from;
  return learningRate * (optimizer === "sgd" ? ratio : Math.sqrt(ratio));
}

/**
 * The batch for another number of training tokens, from one that was tuned: `B ~ D^0.383` for the batch of least loss and
 * `B ~ D^0.462` for the critical one, beyond which more data parallelism hardly saves time, whatever the model's size (Power
 * Lines, 2505.13738).
 *
 * @throws {RangeError} If an argument is not above 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchForTokens } from "midtrain/schedule";
 *
 * assert.equal(batchForTokens(2 ** 19, { from: 1e9, to: 1e9 }), 2 ** 19);
 * assert.equal(Math.round(batchForTokens(1000, { from: 1e9, to: 1e10 })), 2415);
 * ```
 */
export function batchForTokens(
  batch: number,
  options: { from: number; to: number; kind?: "optimal" | "critical" | undefined },
): number {
  takes("Cannot build a batch rule", options, "from, to, kind?");
  const { from, to, kind = "optimal" } = options;
  oneOf(RULE, { kind }, ["optimal", "critical"]);
  number(RULE, { batch, from, to }, ABOVE_ZERO);
  return batch * (to / from) ** (kind === "critical" ? 0.462 : 0.383);
}

/** Options of {@linkcode batchRamp}. */
export interface BatchRampOptions {
  /** Sequences in a batch at the start. */
  from: number;
  /** Sequences in a batch from the end of the ramp on. */
  to: number;
  /** How many tokens the ramp takes. */
  rampTokens: number;
  /** Every batch is a multiple of this, for example the data-parallel size. @default {1} */
  multipleOf?: number | undefined;
}

/**
 * A batch size that grows in a straight line over tokens, rounded down to a multiple.
 *
 * @returns From the tokens seen so far to the sequences in the next batch.
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchRamp } from "midtrain/schedule";
 *
 * const batch = batchRamp({ from: 64, to: 256, rampTokens: 1e6, multipleOf: 64 });
 * assert.deepEqual([0, 5e5, 1e6].map(batch), [64, 128, 256]);
 * ```
 */
export function batchRamp(options: BatchRampOptions): (tokens: number) => number {
  takes("Cannot build a batch ramp", options, "from, to, rampTokens, multipleOf?");
  const { from, to, rampTokens, multipleOf = 1 } = options;
  number(RAMP, { multipleOf }, "finite and >= 1");
  number(RAMP, { from }, `finite and >= ${multipleOf}`);
  number(RAMP, { to }, `finite and >= ${from}`);
  number(RAMP, { rampTokens }, ABOVE_ZERO);
  return (tokens) => {
    number("Cannot build a batch", { tokens }, "finite and >= 0");
    const batch = from + (to - from) * Math.min(1, tokens / rampTokens);
    return Math.floor(batch / multipleOf) * multipleOf;
  };
}

/**
 * A batch size that steps up as tokens pass: Llama 3 405B took 4M tokens, 8M from 252M on and 16M from 2.87T on
 * (2407.21783, section 3.4.1). It is the staircase beside {@linkcode batchRamp}'s slope.
 *
 * @param stages From which number of tokens on a batch holds; the first from 0, then ascending.
 * @returns From the tokens seen so far to the next batch, in the stages' unit.
 * @throws {RangeError} If there is no stage, they do not ascend from 0, or a batch is not above 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchStages } from "midtrain/schedule";
 *
 * const batch = batchStages([{ from: 0, batch: 4e6 }, { from: 252e6, batch: 8e6 }, { from: 2.87e12, batch: 16e6 }]);
 * assert.deepEqual([0, 252e6, 1e13].map(batch), [4e6, 8e6, 16e6]);
 * ```
 */
export function batchStages(stages: readonly { from: number; batch: number }[]): (tokens: number) => number {
  ofKind("Cannot build a batch rule", { stages }, "a list of objects with from, batch");
  if (stages[0]?.from !== 0) {
    throw new RangeError(
      `${RAMP} as the first stage must hold from 0 tokens on: current value is ${stages[0]?.from}`,
    );
  }
  stages.forEach(({ from, batch }, i) => {
    number(RAMP, { [`stages[${i}].from`]: from }, "finite and >= 0");
    if (i > 0 && from <= stages[i - 1].from) {
      throw new RangeError(
        `${RAMP} as stages[${i}].from must be above ${
          stages[i - 1].from
        }, that of the stage before: current value is ${from}`,
      );
    }
    number(RAMP, { [`stages[${i}].batch`]: batch }, ABOVE_ZERO);
  });
  return (tokens) => {
    number("Cannot build a batch", { tokens }, "finite and >= 0");
    return stages.findLast(({ from }) => tokens >= from)!.batch;
  };
}
