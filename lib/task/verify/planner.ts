/**
 * The planner's decisions beside runs that have answered them: what each cost, and whether its interval held the best.
 * @module
 */
import { type LossCurve, mean, percent, quantile } from "../../base/mod.ts";
import {
  type DecayPlan,
  fitLaw,
  type LawPriors,
  learnPriors,
  melLaw,
  momentumLaw,
  multiPowerLaw,
  planDecay,
  relaxationLaw,
  type Stack,
  stackLaws,
  stepPowerLaw,
} from "../../laws/mod.ts";
import { lrSchedules, multiPowerCurves } from "../../sets/mod.ts";
import { columns } from "../_columns.ts";
import { type DecayDecision, decayDecisions, type DecayOption } from "./_decay_decisions.ts";
import { part } from "./_part.ts";
import { atMost, claim, skipped } from "./_row.ts";

/** A decision as it was planned. */
interface Judged {
  decision: DecayDecision;
  plan: DecayPlan;
  /** What the choice cost above the best option, as measured. */
  regret: number;
  /** What each law's own choice cost. */
  laws: Record<string, number>;
  /** Whether the interval holds the best option. */
  inside: boolean;
  /** Whether it holds every option. */
  everything: boolean;
}

export default part({
  help: `the planner's decisions beside public runs that have answered them; 10 minutes
--experience  weigh the laws by the multi-power law's public curves too, of other models and other text
--all         ask the laws with pair sums too, which takes an hour
--each        a line a decision`,
  flags: { experience: "switch", all: "switch", each: "switch" },
  async *verify({ experience: taught, all, each }, _names, say) {
    if (!await lrSchedules.available() || !await multiPowerCurves.available()) {
      yield skipped("planner", "its data are not on this machine: set MIDTRAIN_MIRROR (see lib/sets)");
      return;
    }
    const laws = [momentumLaw, melLaw, relaxationLaw, ...all ? [stepPowerLaw, multiPowerLaw] : []];
    const priors = await priorsOfOtherData();
    const experience = taught
      ? (await otherData()).map((curves) => stackLaws(laws, curves, { starts: 2 }))
      : [];
    const stacks = new Map<string, Stack>();
    const judged: Judged[] = [];
    for (const decision of await decayDecisions()) {
      const { evidence, evidenceKey } = decision;
      if (!stacks.has(evidenceKey)) {
        stacks.set(evidenceKey, stackLaws(laws, evidence, { starts: 2, priors, experience }));
      }
      const plan = planOf(decision, stacks.get(evidenceKey)!);
      if (!plan.choice) {
        yield skipped(`${decision.name}, ${decision.split}`, plan.refusals[0]);
        continue;
      }
      judged.push(judge(decision, plan));
      if (each) say(line(judged[judged.length - 1]));
    }
    say(summary(judged));
    say(ranking(judged));
    const regrets = judged.map(({ regret }) => regret);
    const held = mean(judged.map(({ inside }) => Number(inside)));
    yield atMost("median regret, nats", "the goal", 0.004, quantile(regrets, 0.5));
    yield atMost("worst regret, nats", "the goal", 0.01, Math.max(...regrets));
    const sure = judged.filter(({ plan }) => plan.choice!.known).map(({ regret }) => regret);
    yield atMost("worst regret where the plan says it knows, nats", "the goal", 0.01, Math.max(...sure));
    yield claim("intervals that hold the measured best", "the goal", {
      theirs: "90 %",
      ours: percent(held),
      allowed: "not below",
      holds: held >= 0.9,
    });
  },
});

/** What the multi-power law's public curves say of the relaxation law's exponents: other models, other text. */
async function priorsOfOtherData(): Promise<LawPriors> {
  const fits = (await otherData()).map((curves) => fitLaw(relaxationLaw, curves, { starts: 2 }));
  return learnPriors(fits, ["p", "q"]);
}

/** The multi-power law's public curves, a group a model size. */
function otherData(): Promise<LossCurve[][]> {
  return Promise.all(
    ([25, 100, 400] as const).map((size) => Array.fromAsync(multiPowerCurves.read({ size }))),
  );
}

/** Plan from the end of the warm-up, among the options alone. */
function planOf({ options, evidence, peak, steps }: DecayDecision, fits: Stack): DecayPlan {
  const WARMUP = 300;
  const learningRates = Float64Array.from(
    { length: WARMUP + 1 },
    (_, step) => peak * (0.01 + 0.99 * step / WARMUP),
  );
  const only = <K extends keyof DecayOption>(key: K) => [...new Set(options.map((option) => option[key]))];
  return planDecay({
    fits,
    evidence,
    checkpoint: { name: "after the warm-up", learningRates, steps: [WARMUP], losses: [6] },
    tokensPerStep: 51_200,
    budgetTokens: (steps - WARMUP - 1) * 51_200,
    fractions: only("fraction"),
    shapes: only("shape"),
    peakFactors: only("peakFactor"),
    reach: 4,
    draws: 20,
  });
}

function judge(decision: DecayDecision, plan: DecayPlan): Judged {
  const { options } = decision;
  const best = options.reduce((a, b) => b.loss < a.loss ? b : a);
  const costOf = (choice: Omit<DecayOption, "loss" | "shape"> & { shape: string }) =>
    options.find(({ fraction, shape, peakFactor }) =>
      fraction === choice.fraction && shape === choice.shape && peakFactor === choice.peakFactor
    )!.loss - best.loss;
  const { intervals, shapeSupport } = plan.choice!;
  const holds = (option: DecayOption) =>
    (["fraction", "peakFactor"] as const).every((key) =>
      intervals[key].low <= option[key] && option[key] <= intervals[key].high
    ) && (option.shape === plan.choice!.shape || shapeSupport < 0.95);
  return {
    decision,
    plan,
    regret: costOf(plan.choice!),
    laws: Object.fromEntries(plan.laws.map(({ law, best }) => [law, costOf(best)])),
    inside: holds(best),
    everything: options.every(holds),
  };
}

const nats = (value: number) => value.toFixed(4);

function line({ decision, plan, regret, inside }: Judged): string {
  const { choice, laws } = plan;
  const { low, high } = choice!.intervals.fraction;
  const { fraction, shape, peakFactor } = choice!;
  const weights = laws.filter(({ weight }) => weight > 0).map(({ law, weight }) =>
    `${law} ${percent(weight)}`
  );
  return `${decision.name}; ${decision.split} (${decision.evidence.length}): ${fraction} ${shape} ${peakFactor}, costs ${
    nats(regret)
  }, expected ${nats(choice!.expectedCost)}, [${low}, ${high}]${inside ? "" : " WITHOUT THE BEST"}; ${
    weights.join(", ")
  }`;
}

/** Regret and coverage by choice of evidence. */
function summary(judged: readonly Judged[]): string {
  const groups = [
    ...Map.groupBy(judged, ({ decision }) => decision.split),
    ...Map.groupBy(
      judged,
      ({ plan }) => plan.choice!.known ? "the plan says it knows" : "it says it does not",
    ),
    ["all", judged] as const,
  ];
  return columns([
    [
      "evidence",
      "decisions",
      "median regret",
      "mean",
      "expected",
      "worst",
      "interval holds the best",
      "and everything",
    ],
    ...groups.map(([split, rows]) => {
      const regrets = rows.map(({ regret }) => regret);
      const share = (key: "inside" | "everything") => percent(mean(rows.map((row) => Number(row[key]))));
      const expected = mean(rows.map(({ plan }) => plan.choice!.expectedCost));
      return [
        ...[split, String(rows.length), nats(quantile(regrets, 0.5)), nats(mean(regrets)), nats(expected)],
        ...[nats(Math.max(...regrets)), share("inside"), share("everything")],
      ];
    }),
  ]);
}

/** What each law would have cost alone, beside the planner. */
function ranking(judged: readonly Judged[]): string {
  const names = [...new Set(judged.flatMap(({ laws }) => Object.keys(laws)))];
  const rows = names.map((name) => ({ name, regrets: judged.map(({ laws }) => laws[name]) }));
  rows.push({ name: "the planner", regrets: judged.map(({ regret }) => regret) });
  rows.sort((a, b) => mean(a.regrets) - mean(b.regrets));
  return columns([
    ["law alone", "median regret", "mean", "worst"],
    ...rows.map(({ name, regrets }) => [
      ...[name, nats(quantile(regrets, 0.5)), nats(mean(regrets)), nats(Math.max(...regrets))],
    ]),
  ]);
}
