import type { ScheduleSpec } from "../schedule/mod.ts";
import { tokenCount } from "./_token_count.ts";

/** A schedule over tokens in words: `cosine 0.0004 to 0.00004 over 5T, warm-up 8.389B`. */
export function scheduleWords(spec: ScheduleSpec): string {
  if (spec.kind === "scaled") return `${scheduleWords(spec.schedule)}, times ${spec.factor}`;
  if (spec.kind === "sequence") {
    return spec.parts.map(({ schedule, steps }) =>
      `${scheduleWords(schedule)}${steps === undefined ? "" : ` for ${tokenCount(steps)}`}`
    ).join("; then ");
  }
  const { kind, ...rest } = spec;
  const { peak, floor, steps, warmupSteps, decaySteps, shape } = rest as Record<
    string,
    number | string | undefined
  >;
  return [
    `${kind} ${rate(peak as number)}` + (kind === "constant" ? "" : ` to ${rate((floor ?? 0) as number)}`) +
    (steps === undefined ? "" : ` over ${tokenCount(steps as number)}`),
    ...decaySteps === undefined
      ? []
      : [`decay ${shape ?? "linear"} in the last ${tokenCount(decaySteps as number)}`],
    ...warmupSteps ? [`warm-up ${tokenCount(warmupSteps as number)}`] : [],
  ].join(", ");
}

/** A learning rate with at most six digits. */
export function rate(value: number): string {
  return value === 0 ? "0" : Number(value.toPrecision(6)).toExponential();
}
