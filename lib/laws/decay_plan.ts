import type { Interval, LossCurve } from "../base/mod.ts";
import type { DecayShape } from "../schedule/mod.ts";
import type { Cooldown } from "./cooldown_gain.ts";
import type { Fit } from "./fit.ts";
import type { FittedLaw } from "./law.ts";
import type { MixturePlan, MixturePlanOptions } from "./plan_mixture.ts";
import type { Stack } from "./stack.ts";

/** What a decay is planned from. */
export interface DecayPlanOptions {
  /**
   * The laws to ask, each fitted to `evidence`; or a stack of them, which its options and priors come with (as an `asymmetry` below 1, for
   * a plan that must not promise too much). */
  fits: readonly Fit<LossCurve>[] | Stack;
  /** The curves they were fitted to: they set how far the plan may reach. */
  evidence: readonly LossCurve[];
  /** The run so far, on its stable phase: its last learning rate is the current one. */
  checkpoint: LossCurve;
  /** Tokens of one step. */
  tokensPerStep: number;
  /** Tokens left, the decay included. */
  budgetTokens: number;
  /** Decay lengths to try, as shares of the whole run. @default {5 to 100 %, in eleven steps} */
  fractions?: readonly number[] | undefined;
  /** Shapes to try. @default {["linear", "cosine", "1-sqrt"]} */
  shapes?: readonly DecayShape[] | undefined;
  /** Where the decay ends, as a share of the peak. @default {the lowest that the evidence reaches} */
  floor?: number | undefined;
  /** Learning rates to try for the rest of the stable phase, as multiples of the current one. @default {[1]} */
  peakFactors?: readonly number[] | undefined;
  /** How many times longer than the longest curve of the evidence the run may be. @default {3} */
  reach?: number | undefined;
  /** Parameters of the model, for the mixture and the check against cooldowns of other models. */
  params?: number | undefined;
  /** A law of what cooldowns gain, to check the curves' laws against. */
  cooldown?: FittedLaw<Cooldown> | undefined;
  /** The data of the decay; `tokens` and `params` come from the plan. */
  mixture?: Omit<MixturePlanOptions, "tokens" | "params"> | undefined;
  /** How many times each law is fitted again, with the curves weighed anew, for the choice and its intervals. @default {40} */
  draws?: number | undefined;
  /**
   * Parameters to draw from by a law's name, in the order of the law, for example the samples of {@linkcode bootstrapLaw}.
   * @default {fits with the curves weighed anew}
   */
  samples?: Readonly<Record<string, readonly Float64Array[]>> | undefined;
  /** Names the random stream. @default {1} */
  seed?: number | string | undefined;
}

/** One decay and what it would give. */
export interface DecayChoice {
  /** Decay steps as a share of the whole run. */
  fraction: number;
  /** The shape. */
  shape: DecayShape;
  /** The stable learning rate until the decay, as a multiple of the current one. */
  peakFactor: number;
}

/** A choice under one law. */
export interface DecayCost extends DecayChoice {
  /** The law. */
  law: string;
  /** The loss it predicts at the end, in nats per token. */
  loss: number;
  /** That loss above the best choice's, in nats per token. */
  cost: number;
}

/** What a published rule would cost here. */
export interface RuleCost {
  /** The rule and its source. */
  rule: string;
  /** The share it asks for. */
  fraction: number;
  /** Its cost above the best choice under each law, in nats per token, for its best shape. */
  costs: Record<string, number>;
}

/** A law's own best decay. */
export interface DecayOpinion {
  /** The law. */
  law: string;
  /** Its weight in the choice: how far curves that it was not fitted to support it. */
  weight: number;
  /** Its best choice. */
  best: DecayChoice;
  /** The best share of the run, over the law's uncertainty; without ends (NaN) where one curve is all the evidence. */
  fraction: Interval;
  /** The best peak, as a multiple of the current rate. */
  peakFactor: Interval;
  /** How sure the shape is: the share of draws in which it is the law's best. */
  shapeSupport: number;
  /**
   * The loss there, in nats per token: over the law's uncertainty and the errors that held-out curves show. Without ends
   * (NaN) where no two curves that decay could be held out, unless samples were given.
   */
  loss: Interval;
  /** What is gained over no decay, in nats per token. */
  gain: number;
}

/** The choice of a plan. */
export interface PlannedDecay extends DecayChoice {
  /** Steps of the decay. */
  decaySteps: number;
  /** Tokens of the decay. */
  decayTokens: number;
  /** The learning rate of every remaining step. */
  learningRates: Float64Array;
  /**
   * What is to be expected to be lost, in nats per token: the mean cost over the draws, of the errors that held-out curves
   * show too where two that decay could be held out.
   */
  expectedCost: number;
  /** The greatest cost under any law that has a weight, in nats per token. */
  worstCost: number;
  /**
   * 95 % of the choices that are best in a draw: of a law by its weight, of its parameters, and of the errors that held-out
   * curves show. Where no two curves that decay could be held out: all that was tried.
   */
  intervals: { fraction: Interval; peakFactor: Interval };
  /**
   * Whether the curves tell the choice: two that decay could be held out, and neither interval spans more than 2.5 times. Where
   * they do not, the choice is a guess of them, and another decay length, run and added, is worth more than the plan.
   */
  known: boolean;
  /** The share of draws that lead to this shape. */
  shapeSupport: number;
}

/** The plan. */
export interface DecayPlan {
  /** The choice of least expected cost; absent where the plan is refused. */
  choice?: PlannedDecay;
  /** The choice and how sure it is, in a sentence; empty where the plan is refused. */
  summary: string;
  /** What each law would choose alone. */
  laws: DecayOpinion[];
  /** Every choice under every law. */
  costs: DecayCost[];
  /** What the published rules would cost. */
  rules: RuleCost[];
  /** The data of the decay. */
  mixture?: MixturePlan;
  /** Where the laws disagree, and by how much, in sentences. */
  disagreement: string[];
  /** What the plan refuses to say, and what data would let it, in sentences. */
  refusals: string[];
  /** What else to know: curves with an invented past, and what the stack of laws says of itself; a sentence each. */
  notes: string[];
}
