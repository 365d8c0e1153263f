import { percent } from "../base/mod.ts";
import { scheduleFromJson, type ScheduleSpec } from "../schedule/mod.ts";
import type { Finding } from "./_finding.ts";
import { type Fact, valueOf } from "./fact.ts";
import type { Recipe, Stage } from "./recipe.ts";
import { seams, stageTokens, startRate } from "./seams.ts";
import { rate } from "./_schedule_words.ts";
import { tokenCount } from "./_token_count.ts";

/** How far steps times batch may be from tokens, and one unit of a warm-up from the other. */
const CLOSE = 0.005;

/** What is wrong where stages meet. */
export function* seamFindings(recipe: Recipe): Generator<Finding> {
  for (const { from, to, end, start, ratio, alternatives } of seams(recipe)) {
    const { locus = "" } = recipe.stages.find(({ name }) => name === to)!.schedule;
    const words = `${to} starts at ${rate(start)}, ${from} ends at ${rate(end)}`;
    const other = alternatives.find((one) => one.ratio < 0.9 || one.ratio > 1.1);
    if (ratio > 1.1) {
      const times = end === 0 ? "the rate is raised from 0" : `the rate is raised ${ratio.toFixed(2)} times`;
      yield { level: "note", rule: "seam", stage: to, what: `${words}: ${times}`, locus };
    } else if (ratio < 0.9) {
      const what = `${words}: the rate falls to ${percent(ratio)} of it at once`;
      yield { level: "warning", rule: "end-above-start", stage: to, what, locus };
    } else if (other !== undefined) {
      const what = `${words}, which is ${ratio.toFixed(3)} times; by ${other.locus} it would be ${
        other.ratio.toFixed(2)
      } times`;
      yield { level: "fault", rule: "seam", stage: to, what, locus: other.locus };
    }
  }
}

/** What is wrong with a stage's steps, warm-up and horizon. */
export function* scheduleFindings(stage: Stage): Generator<Finding> {
  const { name } = stage;
  const steps = valueOf(stage.steps);
  const batch = valueOf(stage.batchTokens);
  const tokens = valueOf(stage.tokens);
  const off = (a: number, b: number) => Math.abs(a / b - 1) > CLOSE;
  if (
    steps !== undefined && typeof batch === "number" && tokens !== undefined && off(steps * batch, tokens)
  ) {
    yield {
      level: "fault",
      rule: "steps-times-batch",
      stage: name,
      what: `${steps.toLocaleString("en-US")} steps of ${tokenCount(batch)} tokens are ${
        tokenCount(steps * batch)
      }, not ${tokenCount(tokens)}`,
      locus: stage.tokens.locus ?? "",
    };
  }
  const warmup = valueOf(stage.warmup);
  if (warmup !== undefined && typeof batch === "number" && off(warmup.steps * batch, warmup.tokens)) {
    yield {
      level: "warning",
      rule: "warmup-units",
      stage: name,
      what: `a warm-up of ${tokenCount(warmup.tokens)} tokens is ${
        Math.round(warmup.tokens / batch).toLocaleString("en-US")
      } steps of ${tokenCount(batch)}, not ${warmup.steps.toLocaleString("en-US")}`,
      locus: stage.warmup!.locus ?? "",
    };
  }
  const all = stageTokens(stage);
  if (all === undefined) return;
  for (const { value, locus } of everySchedule(stage.schedule)) {
    const horizon = horizonOf(value);
    if (horizon === undefined || horizon <= 2 * all) continue;
    const [first, last] = [startRate(value), scheduleFromJson(value)(Math.round(all))];
    const [, aim] = [first, scheduleFromJson(value)(horizon)];
    if (first - last > 0.1 * (first - aim)) continue;
    yield {
      level: "fault",
      rule: "horizon",
      stage: name,
      what: `the rate is to fall from ${rate(first)} to ${rate(aim)} over ${
        tokenCount(horizon)
      } tokens, but the stage has ${tokenCount(all)}: it falls by ${percent((first - last) / first)}`,
      locus,
    };
  }
}

function everySchedule({ value, status, locus = "", alternatives = [] }: Fact<ScheduleSpec>) {
  return value === undefined || status === "memory" ? alternatives : [{ value, locus }, ...alternatives];
}

/** The tokens over which a schedule falls; none for one that holds. */
function horizonOf(spec: ScheduleSpec): number | undefined {
  if (spec.kind === "scaled" || spec.kind === "sequence") return undefined;
  return spec.kind === "constant" ? undefined : (spec as { steps?: number }).steps;
}
