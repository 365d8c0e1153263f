import { ofKind } from "../base/mod.ts";
import { scaled, sequence } from "./compose.ts";
import * as decay from "./decay.ts";
import type { Schedule } from "./schedule.ts";
import { oneCycle } from "./one_cycle.ts";
import * as stages from "./stages.ts";
import * as wsds from "./wsd.ts";

/** The function that builds each `kind` of {@linkcode ScheduleSpec}, but for `scaled` and `sequence`, which hold others. */
export const scheduleBuilders = {
  "constant": decay.constant,
  "linear": decay.linear,
  "cosine": decay.cosine,
  "half-cosine": decay.halfCosine,
  "exponential": decay.exponential,
  "exponential-rate": decay.exponentialRate,
  "inverse-square-root": decay.inverseSquareRoot,
  "power": decay.power,
  "power-of-tokens": decay.powerOfTokens,
  "wsd": wsds.wsd,
  "wsd-simplified": wsds.wsdSimplified,
  "multi-step": stages.multiStep,
  "8-1-1": stages.eightOneOne,
  "two-stage": stages.twoStage,
  "cyclic-cosine": stages.cyclicCosine,
  "cosine-with-linear-tail": stages.cosineWithLinearTail,
  "one-cycle": oneCycle,
};

/** A schedule as JSON, for recipes and logs: the function's name in `kind`, its options beside it. */
export type ScheduleSpec =
  | {
    [Kind in keyof typeof scheduleBuilders]: { kind: Kind } & Parameters<typeof scheduleBuilders[Kind]>[0];
  }[
    keyof typeof scheduleBuilders
  ]
  | { kind: "scaled"; schedule: ScheduleSpec; factor: number }
  | { kind: "sequence"; parts: { schedule: ScheduleSpec; steps?: number | undefined }[] };

/** The `kind`s that {@linkcode scheduleFromJson} knows. */
export const scheduleKinds: readonly ScheduleSpec["kind"][] = [
  ...Object.keys(scheduleBuilders) as (keyof typeof scheduleBuilders)[],
  "scaled",
  "sequence",
];

/**
 * Build a schedule from its JSON form.
 *
 * @throws {TypeError} If `kind` is unknown.
 * @throws {RangeError} If an option is out of range, as the function of that kind says.
 * @example From a recipe
 * ```ts
 * import assert from "node:assert/strict";
 * import { scheduleFromJson } from "midtrain/schedule";
 *
 * const rate = scheduleFromJson({ kind: "wsd", peak: 1, steps: 100, decayFraction: 0.5 });
 * assert.equal(rate(75), 0.5);
 * ```
 */
export function scheduleFromJson(spec: ScheduleSpec): Schedule {
  ofKind("Cannot build a schedule", { spec }, "an object");
  if (spec.kind === "scaled") return scaled(scheduleFromJson(spec.schedule), spec.factor);
  if (spec.kind === "sequence") {
    return sequence(spec.parts.map((part) => ({ ...part, schedule: scheduleFromJson(part.schedule) })));
  }
  const { kind, ...options } = spec;
  const build = scheduleBuilders[kind] as (options: object) => Schedule;
  if (!Object.hasOwn(scheduleBuilders, kind)) {
    throw new TypeError(
      `Cannot build a schedule as kind must be one of ${scheduleKinds.join(", ")}: ${
        kind === undefined
          ? `it lacks kind and has ${Object.keys(options).join(", ") || "nothing"}`
          : `current value is "${kind as string}"`
      }`,
    );
  }
  return build(options);
}
