import { percent } from "../base/mod.ts";
import { predictLaw } from "./law.ts";
import type { DecayPlan, DecayPlanOptions, PlannedDecay } from "./decay_plan.ts";

/** Where laws disagree on a decay, and by how much, in sentences. */
export function disagreementOf(
  { cooldown, params }: DecayPlanOptions,
  { laws, choice }: Required<Pick<DecayPlan, "laws" | "choice">>,
  tokens: number,
): string[] {
  const said: string[] = [];
  const each = (words: (law: DecayPlan["laws"][number]) => string) =>
    laws.map((law) => `${law.law} ${words(law)}`).join(", ");
  const fractions = laws.map(({ best }) => best.fraction);
  if (Math.max(...fractions) > 1.4 * Math.min(...fractions)) {
    const length = each(({ fraction }) =>
      `${percent(fraction.estimate)} (${percent(fraction.low)} to ${percent(fraction.high)})`
    );
    said.push(
      `The laws disagree on the length: ${length}; ${percent(choice.fraction)} costs at most ${
        choice.worstCost.toFixed(4)
      } nats under those that held-out curves support`,
    );
  }
  if (new Set(laws.map(({ best }) => best.shape)).size > 1) {
    said.push(`They disagree on the shape: ${each(({ best }) => best.shape)}`);
  }
  if (new Set(laws.map(({ best }) => best.peakFactor)).size > 1) {
    said.push(
      `They disagree on the peak: ${each(({ best }) => `${best.peakFactor} times the current rate`)}`,
    );
  }
  const losses = laws.map(({ loss }) => loss.estimate);
  const spread = Math.max(...losses) - Math.min(...losses);
  if (spread > 0.005) {
    said.push(
      `Their final losses differ by ${
        spread.toFixed(4)
      } nats, more than the choice does: trust the ranking before the level`,
    );
  }
  if (cooldown && params) {
    const [gain] = predictLaw(cooldown, [{ params, tokens }]);
    const gains = laws.map(({ gain }) => gain);
    said.push(
      `The decay gains ${Math.min(...gains).toFixed(3)} to ${
        Math.max(...gains).toFixed(3)
      } nats over none by these laws; cooldowns of other models of this size gained ${gain.toFixed(3)}`,
    );
  }
  return said;
}

/** The choice and how sure it is. */
export function summaryOf(
  { fraction, shape, expectedCost, known, intervals: { fraction: { low, high } } }: PlannedDecay,
  heldOutError: number | undefined,
): string {
  const choice = `Decay over ${percent(fraction)} of the run, ${shape}; the best length is between ${
    percent(low)
  } and ${percent(high)} with 95 % confidence, and ${expectedCost.toFixed(4)} nats are expected to be lost`;
  if (heldOutError === undefined) {
    return `${choice}: the curves say little, as no two that decay could be held out; add runs of other decay lengths`;
  }
  const error = `held-out curves end ${heldOutError.toFixed(4)} nats from their prediction`;
  return known
    ? `${choice}; ${error}`
    : `${choice}: the curves say little of the length or the peak, as ${error}; add runs of other decay lengths`;
}
