/**
 * Numbers that the laws are held to: published ones with their source, and the least
 * objectives known on the public data. The tests and the tasks that verify read them here.
 * @module
 */
import type { IsoflopSetting } from "../kaplan_chinchilla.ts";

/** The sizes of the multi-power law's public curves, in million parameters. */
export const sizes = [25, 100, 400] as const;

/** The curves that the multi-power law's authors fit; the other six of a size are held out. */
export const trainCurves = ["cosine_24000", "constant_24000", "wsdcon_9"];

/** Parameters that the repository of 2503.12811 prints, and their errors averaged over the six held-out curves. */
export const multiPower: Record<
  (typeof sizes)[number],
  { parameters: Record<string, number>; errors: Record<"R2" | "MAE" | "RMSE" | "PredE" | "WorstE", number> }
> = {
  25: {
    parameters: {
      ...{ L0: 3.040454, A: .524686, alpha: .507869, B: 363.7875 },
      ...{ C: 2.065608, beta: .582790, gamma: .641423 },
    },
    errors: { R2: .998802, MAE: .003760, RMSE: .004652, PredE: .001102, WorstE: .004095 },
  },
  100: {
    parameters: {
      ...{ L0: 2.651448, A: .601152, alpha: .452958, B: 437.9464 },
      ...{ C: 2.132456, beta: .597852, gamma: .655236 },
    },
    errors: { R2: .998301, MAE: .004348, RMSE: .005919, PredE: .001425, WorstE: .005829 },
  },
  400: {
    parameters: {
      ...{ L0: 2.374745, A: .654212, alpha: .428787, B: 523.4246 },
      ...{ C: 2.024627, beta: .593505, gamma: .634725 },
    },
    errors: { R2: .997763, MAE: .004836, RMSE: .007305, PredE: .001680, WorstE: .009948 },
  },
};

/** The optimum of LLDL that the authors of 2503.12811 start from. */
export const lldlOptimum: Record<(typeof sizes)[number], Record<string, number>> = {
  25: { L0: 3.147763, A: .525613, alpha: .498723, B: 378.1832 },
  100: { L0: 2.776247, A: .606934, alpha: .442104, B: 456.8696 },
  400: { L0: 2.510182, A: .669610, alpha: .408167, B: 541.6199 },
};

/** The least training objectives known, rounded up in the last digit. */
export const leastObjectives: Record<(typeof sizes)[number], Record<string, number>> = {
  25: {
    ...{ "one-power": 3.3675e-3, "lldl": 2.4819e-4, "momentum": 2.0795e-4, "mel": 2.0915e-4 },
    ...{ "no-gamma": 1.6165e-4, "step-power": 1.2255e-4, "functional": 1.6115e-4, "multi-power": 1.3845e-4 },
  },
  100: {
    ...{ "one-power": 4.9235e-3, "lldl": 2.2102e-4, "momentum": 1.2895e-4, "mel": 1.2765e-4 },
    ...{ "no-gamma": 1.0005e-4, "step-power": 5.385e-5, "functional": 1.0145e-4, "multi-power": 2.6545e-5 },
  },
  400: {
    ...{ "one-power": 6.3375e-3, "lldl": 3.3518e-4, "momentum": 2.2495e-4, "mel": 1.9495e-4 },
    ...{ "no-gamma": 1.1595e-4, "step-power": 9.335e-5, "functional": 1.1755e-4, "multi-power": 7.885e-5 },
  },
};

/** The Chinchilla refit of 2404.10102: without the five runs of greatest loss, and with them. */
export const chinchilla = {
  runs: { all: 245, kept: 240 },
  kept: {
    objective: 1.018274e-3,
    parameters: { E: 1.817218, A: 477.826, B: 2143.417, alpha: .3473105, beta: .3671724 },
    /** At 5.76e23 FLOP. */
    optimum: { params: 73.19e9, tokens: 1.3116e12, exponent: .5139 },
  },
  all: { objective: 1.826011e-3, parameters: { beta: .453049 } },
  /** 95 % from 4,000 resamples, as published. */
  intervals: { E: [1.769, 1.871], alpha: [.317, .373], beta: [.331, .415], A: [285, 744] },
} as const;

/** Fits of the Gemstones (2502.06857) by delta; at 1e-4 after cooldown the published fit stopped at 2.059406e-4 with beta .690. */
export const gemstones = [
  { phase: "before", delta: 1e-3, objective: 1.951532e-3, lnE: .77732, alpha: .31176, beta: .67989 },
  { phase: "after", delta: 1e-3, objective: 1.964086e-3, lnE: .72986, alpha: .30036, beta: .58017 },
  { phase: "before", delta: 1e-4, objective: 2.035364e-4, lnE: .77646, alpha: .31039, beta: .68655 },
  { phase: "after", delta: 1e-4, objective: 2.047791e-4, lnE: .73230, alpha: .30064, beta: .58597 },
] as const;

/** The five exponents of 2406.19146 on RefinedWeb, to four digits. */
export const kaplanExponents: Record<IsoflopSetting, string> = {
  "kaplan": "0.8353",
  "last-layer": "0.7065",
  "short-warmup": "0.6020",
  "cosine-decay": "0.5715",
  "tuned": "0.4969",
};

/**
 * Data repetition (2305.16264): the C4 coefficients, the published constants with their R2, and the optimum on the 182 runs.
 * Local optima lie close together: the published 0.015825936, 0.015807379 at R_D* 46.99, and this least one.
 */
export const repetition = {
  fixed: {
    E: Math.exp(0.6254804),
    A: Math.exp(6.255414),
    B: Math.exp(7.3049974),
    alpha: 0.3526596,
    beta: 0.3526596,
  },
  published: { RD: 15.387756, RN: 5.309743, R2: 0.7722046084968408 },
  withoutRepetition: { R2: 0.4451684378759986 },
  optimum: { RD: 95.365, RN: 1.7059, objective: 0.015804662 },
  /** Worth of one of so many epochs against fresh tokens. */
  worth: [[4, "0.931"], [8, "0.828"], [16, "0.661"], [40, "0.379"]],
} as const;

/** ln(gain) = ln k + a ln(N / 1e9) + b ln(D / 1e10) by least squares on the Gemstones' 199 cooldowns. */
export const cooldownGain = { lnK: -2.66560, a: -0.13373, b: 0.01946, R2: 0.7501 };

/** Critical mixture ratios (2407.17467, table 5) at 100 units of 0.2B tokens, in per cent. */
export const criticalMixtures = [
  { model: "460M", a: 0.22524761, s: 0.26944345, b: -0.48139982, percent: "29.8" },
  { model: "940M", a: 0.7520627, s: 0.13720245, b: -1.06581937, percent: "34.9" },
  { model: "1.6B", a: -2.36384831, s: -0.15125569, b: 1.59223649, percent: "41.4" },
  { model: "3.1B", a: -2.5368197, s: -0.42071423, b: 0.84375368, percent: "47.8" },
] as const;

/** D-CPT (2406.01375, table 5): general loss by domain share, 3 % above the initial loss tolerated. */
export const dCptTable = {
  points: [[.9, 2.9052], [.91, 2.9193], [.92, 2.9376], [.924, 2.9445], [.93, 2.9644], [.94, 2.9848], [
    1,
    3.4667,
  ]]
    .map(([share, loss]) => ({ share: share, loss: loss })),
  limit: 2.8602 * 1.03,
  crossing: "0.924454",
};

/** The convex bound (2501.18965) with G = D = 1 over 400 steps of a schedule made for 401, and at its best scale. */
export const convexBounds: readonly {
  schedule: string;
  rate: (x: number) => number;
  bound: string;
  best?: string;
}[] = [
  { schedule: "constant", rate: () => 1, bound: "3.784965", best: "0.137545" },
  { schedule: "cosine", rate: (x) => (1 + Math.cos(Math.PI * x)) / 2, bound: "1.074030", best: "0.103386" },
  { schedule: "WSD 20 %", rate: wsd(0.2, (x) => 1 - x), bound: "2.155649", best: "0.109323" },
  {
    schedule: "WSD 20 % 1-sqrt",
    rate: wsd(0.2, (x) => 1 - Math.sqrt(x)),
    bound: "1.999645",
    best: "0.107288",
  },
  { schedule: "WSD 50 %", rate: wsd(0.5, (x) => 1 - x), bound: "1.577833" },
  { schedule: "linear to zero", rate: (x) => 1 - x, bound: "1.017662", best: "0.100630" },
];

function wsd(share: number, shape: (x: number) => number): (x: number) => number {
  return (x) => x < 1 - share ? 1 : shape((x - 1 + share) / share);
}
