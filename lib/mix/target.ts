/** What a loss is predicted to be at any mixture: a fitted law of mixtures, convex in the shares. */
export interface MixtureTarget {
  /** The loss, for example its validation domain. */
  name: string;
  /**
   * `exponential`: `floor + exp(sum of coefficient * share)`; `linear`: `floor + sum of coefficient * share`; `additive`:
   * `floor + 1 / sum of coefficient * share ** exponent`.
   */
  form: "exponential" | "linear" | "additive";
  /** What no mixture goes below, in nats per token. @default {0} */
  floor?: number;
  /** One coefficient a domain; of the additive form > 0. */
  coefficients: Record<string, number>;
  /** One exponent a domain in (0, 1], for the additive form. */
  exponents?: Record<string, number>;
  /** How much it counts; weights are made to sum to 1. @default {1} */
  weight?: number;
}

/** A target's law as it was fitted to runs. */
export interface FittedTarget extends MixtureTarget {
  /** Root mean square of its errors on the runs, in nats per token. */
  rootMeanSquareError: number;
  /** One sentence for each parameter that the runs do not tell. */
  notIdentified: string[];
}
