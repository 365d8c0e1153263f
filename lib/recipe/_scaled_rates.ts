import { scheduleFromJson } from "../schedule/mod.ts";
import { valueOf } from "./fact.ts";
import type { Stage } from "./recipe.ts";
import type { ScaledNumber } from "./scaled_recipe.ts";
import { stageTokens, warmupTokens } from "./seams.ts";

/** What a stage's rates are worked out from. */
interface From {
  /** Steps of the stage. */
  steps: number;
  /** The peak of pre-training, as published where it is told, and at the small size. */
  peak: { published: number | undefined; scaled: number };
  /** The rate of the last step before it. */
  before: number | undefined;
  /** Whether it is the first stage. */
  first: boolean;
}

/** The least share of a first stage's steps that its rate climbs for. */
const WARMUP = 0.02;

/**
 * The rate of each step: the published curve with its axis of tokens squeezed, and every rate times the same number, so that
 * the rates of all stages keep their ratios.
 */
export function ratesOf(
  stage: Stage,
  { steps, peak, before, first }: From,
  { kept, bent }: { kept: ScaledNumber[]; bent: ScaledNumber[] },
): number[] {
  const at = { stage: stage.name, what: "learning rate" };
  const spec = valueOf(stage.schedule);
  const tokens = stageTokens(stage);
  const told = spec !== undefined && tokens !== undefined;
  if (!told) {
    const start = first ? peak.scaled : before! > 0 ? before! : peak.scaled / 10;
    const scaled = first
      ? "held at the peak"
      : before! > 0
      ? "from where it was to 0 in a line"
      : "a tenth of the peak to 0 in a line";
    bent.push({ ...at, published: "not told", scaled, why: "a run needs one" });
    return climbing(Array.from({ length: steps }, (_, i) => first ? start : start * (1 - i / steps)), first);
  }
  const schedule = scheduleFromJson(spec);
  const begins = schedule(warmupTokens(spec));
  let factor = peak.scaled / begins;
  if (peak.published !== undefined) {
    factor = peak.scaled / peak.published;
    kept.push({ ...at, published: "its curve, and its ratio to every other stage's", scaled: "the same" });
  } else if (!first) {
    // Nothing is known of the rate before: it goes on from the one that was held there.
    factor = (before! > 0 ? before! : peak.scaled / 10) / begins;
    bent.push({
      ...at,
      published: "its curve; the rate before is not told",
      scaled: "its curve from where the stage before ended",
      why: "a run needs one",
    });
  }
  const rates = Array.from({ length: steps }, (_, i) => factor * schedule(Math.round(i / steps * tokens)));
  const climb = warmupTokens(spec) / tokens;
  if (first && climb < WARMUP) {
    bent.push({
      stage: stage.name,
      what: "warm-up",
      published: `${(100 * climb).toPrecision(2)} % of the stage`,
      scaled: `${100 * WARMUP} %`,
      why: "it would be less than a step",
    });
  }
  return climbing(rates, first);
}

/** The rates with a climb over the first steps of the first stage. */
function climbing(rates: number[], first: boolean): number[] {
  const climb = first ? Math.max(4, Math.ceil(WARMUP * rates.length)) : 0;
  // Its own warm-up would begin at 0 for a step or two: the climb takes its place.
  const top = rates[Math.min(climb, rates.length - 1)];
  return rates.map((rate, i) => i < climb ? top * (i + 1) / (climb + 1) : rate);
}
