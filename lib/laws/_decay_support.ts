import { type LossCurve, percent } from "../base/mod.ts";

/** What curves have seen: lengths, peaks, and how deep they decayed. */
export interface DecaySupport {
  /** Steps of the longest one. */
  steps: number;
  /** The lowest peak of a learning rate. */
  lowest: number;
  /** The highest. */
  highest: number;
  /** The least last rate over its peak. */
  floor: number;
  /** Whether any of them decays. */
  decays: boolean;
}

/** Read off what a plan may stand on. */
export function decaySupport(evidence: readonly LossCurve[]): DecaySupport {
  const peaks = evidence.map(({ learningRates }) => learningRates.reduce((a, b) => Math.max(a, b), 0));
  const floors = evidence.map(({ learningRates, steps }, i) =>
    learningRates[steps[steps.length - 1]] / peaks[i]
  );
  return {
    steps: Math.max(...evidence.map(({ steps }) => steps[steps.length - 1] + 1)),
    lowest: Math.min(...peaks),
    highest: Math.max(...peaks),
    floor: Math.min(...floors),
    decays: floors.some((floor) => floor < 0.9),
  };
}

/** Whether curves have peaked at such a rate. */
export function seen(rate: number, { lowest, highest }: DecaySupport): boolean {
  return rate >= lowest * 0.99 && rate <= highest * 1.01;
}

/** What the curves do not support, in sentences: what leaves nothing to plan, and what is only left out of the plan. */
export function refusalsOf(
  options: {
    reach: number;
    fractions: readonly number[];
    peakFactors: readonly number[];
    floor: number | undefined;
  },
  support: DecaySupport,
  run: { past: number; total: number; current: number },
): { fatal: string[]; partial: string[] } {
  const { reach, fractions, peakFactors, floor } = options;
  const { past, total, current } = run;
  const fatal: string[] = [];
  const partial: string[] = [];
  if (!support.decays) {
    fatal.push(
      "No plan: none of the curves decays, so that nothing tells what a decay gains; fit at least one curve that does",
    );
  }
  if (total > reach * support.steps) {
    fatal.push(
      `No plan: the run of ${total} steps is ${
        (total / support.steps).toFixed(1)
      } times the longest fitted curve (${support.steps} steps), and the laws are trusted to ${reach} times; fit a longer curve`,
    );
  }
  const outside = peakFactors.filter((factor) => !seen(factor * current, support));
  if (outside.length > 0) {
    const rates = outside.map((factor) => Number((factor * current).toPrecision(6))).join(", ");
    const { lowest, highest } = support;
    const peaks = lowest === highest ? `at ${lowest}` : `from ${lowest} to ${highest}`;
    const words =
      `learning rate of ${rates} is not planned: the curves peak ${peaks}, and the laws do not know instability`;
    if (outside.length === peakFactors.length) fatal.push(`No plan: a ${words}`);
    else partial.push(`A ${words}`);
  }
  if (floor !== undefined && floor < support.floor) {
    partial.push(
      `The decay is planned to ${percent(support.floor)} of the peak, not to ${
        percent(floor)
      }: no curve went lower`,
    );
  }
  const most = (total - past) / total;
  if (fractions.some((fraction) => fraction > most)) {
    partial.push(
      `No decay above ${percent(most)} of the run is planned: it would have begun before the checkpoint`,
    );
  }
  return { fatal, partial };
}
