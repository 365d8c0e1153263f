import { type Description, descriptionOf, type Interval, percent, said } from "../base/mod.ts";
import type { DecayChoice, DecayPlan } from "./decay_plan.ts";

/** A decay plan as `show` prints it. */
export function tellDecayPlan(
  { choice, summary, laws, rules, mixture, disagreement, refusals, notes }: DecayPlan,
): Description {
  const length = ({ fraction, shape, peakFactor }: DecayChoice) => ({
    "decay (share of the run)": percent(fraction),
    shape,
    "peak (times the current rate)": peakFactor,
  });
  const percents = (interval: Interval) => said(interval, percent);
  return [
    ...choice
      ? [{
        title: "The decay",
        rows: [{
          ...length(choice),
          "95 % of draws": `${percent(choice.intervals.fraction.low)} to ${
            percent(choice.intervals.fraction.high)
          }`,
          steps: choice.decaySteps,
          tokens: choice.decayTokens,
          "expected cost (nats per token)": Number(choice.expectedCost.toFixed(5)),
          "worst cost (nats per token)": Number(choice.worstCost.toFixed(5)),
        }],
      }]
      : [],
    ...laws.length > 0
      ? [{
        title: "What each law would choose",
        rows: laws.map(({ law, weight, best, fraction, loss, gain }) => ({
          law,
          "weight": percent(weight),
          "decay (share of the run)": percents(fraction),
          "shape": best.shape,
          "final loss (nats per token)": loss,
          "gain over no decay (nats per token)": Number(gain.toPrecision(3)),
        })),
      }]
      : [],
    ...rules.length > 0
      ? [{
        title: "What published rules would cost here (nats per token)",
        rows: rules.map(({ rule, fraction, costs }) => ({
          rule,
          decay: percent(fraction),
          ...Object.fromEntries(Object.entries(costs).map(([law, cost]) => [law, Number(cost.toFixed(5))])),
        })),
      }]
      : [],
    ...descriptionOf(mixture) ?? [],
    ...choice ? [summary] : [],
    ...disagreement,
    ...refusals,
    ...notes,
  ];
}
