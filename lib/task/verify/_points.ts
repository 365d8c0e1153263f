import { chinchilla, dataRepetition, gemstones, kaplanChinchilla } from "../../sets/mod.ts";
import {
  bootstrapLawParallel,
  chinchillaLaw,
  computeOptimal,
  convexBound,
  cooldownGainLaw,
  criticalMixtureRatio,
  crossingShare,
  effectiveTokens,
  fitLaw,
  fitPowerLaw,
  predictionErrors,
  predictLaw,
  type Profile,
  profileLikelihood,
  repetitionLaw,
} from "../../laws/mod.ts";
import { atMost, claim, near, same, type VerifyRow } from "./_row.ts";
import * as reference from "../../sets/published/laws.ts";

/** The refit of Chinchilla's points, with the intervals of 4,000 resamples. */
export async function verifyChinchilla(): Promise<VerifyRow[]> {
  const source = "2404.10102";
  const { kept, all, intervals } = reference.chinchilla;
  const every = await Array.fromAsync(chinchilla.read());
  const fifth = every.map(({ loss }) => loss).sort((a, b) => b - a)[4];
  const runs = every.filter(({ loss }) => loss < fifth);
  const fit = fitLaw(chinchillaLaw, runs);
  const whole = fitLaw(chinchillaLaw, every);
  const close = (item: string, expected: number, ours: number, tolerance: number) =>
    near(`Chinchilla ${item}`, source, expected, ours, { tolerance, relative: true });
  const optimum = computeOptimal(fit, { flops: 5.76e23 });
  const bootstrap = await bootstrapLawParallel(fit, runs, { resamples: 4000 });
  return [
    close(`${runs.length} points, objective`, kept.objective, fit.objective, 1e-6),
    ...Object.entries(kept.parameters).map(([name, value]) => close(name, value, fit.parameters[name], 1e-5)),
    close("best size at 5.76e23 FLOP", kept.optimum.params, optimum.params, 1e-4),
    close("best tokens there", kept.optimum.tokens, optimum.tokens, 1e-4),
    close("exponent of size", kept.optimum.exponent, optimum.exponent, 1e-4),
    close(`${every.length} points, objective`, all.objective, whole.objective, 1e-6),
    close(`${every.length} points, beta`, all.parameters.beta, whole.parameters.beta, 1e-5),
    // Another random stream moves the ends by about a hundredth of the width.
    ...Object.entries(intervals).flatMap(([name, [low, high]]) => {
      const ours = bootstrap.intervals[name];
      const tolerance = 0.05 * (high - low);
      return [
        near(`Chinchilla ${name}, lower end of 4,000 resamples`, source, low, ours.low, { tolerance }),
        near(`Chinchilla ${name}, upper end of 4,000 resamples`, source, high, ours.high, { tolerance }),
      ];
    }),
    atMost("Chinchilla, resamples that failed", "at most one in a thousand", 4, bootstrap.failed),
  ];
}

/** From Kaplan's exponent to Chinchilla's. */
export async function verifyIsoflop(): Promise<VerifyRow[]> {
  const rows: VerifyRow[] = [];
  for await (const { setting, optima } of kaplanChinchilla.read()) {
    const expected = reference.kaplanExponents[setting];
    const { exponent } = fitPowerLaw(optima.map(({ flops }) => flops), optima.map(({ params }) => params), {
      weights: optima.map(({ logDeviation }) => 1 / logDeviation),
    });
    rows.push(same(`RefinedWeb exponent, ${setting}`, "2406.19146", expected, exponent.toFixed(4)));
  }
  return rows;
}

/** Data repetition: the published fit, the better one, and how little the data say of R_D*. */
export async function verifyRepetition(): Promise<VerifyRow[]> {
  const source = "2305.16264";
  const { fixed, published, withoutRepetition, optimum, worth } = reference.repetition;
  const runs = await Array.fromAsync(dataRepetition.read());
  const losses = runs.map(({ loss }) => loss);
  const score = (RD: number, RN: number) =>
    predictionErrors(predictLaw({ law: repetitionLaw, parameters: { ...fixed, RD, RN } }, runs), losses).R2;
  const fit = fitLaw(repetitionLaw, runs, { fixed });
  const [{ interval }] = profileLikelihood(fit, runs, { fixed, parameters: ["RD"] }) as [Profile];
  const relative = { tolerance: 1e-4, relative: true };
  const warned = fit.notIdentified.some((sentence) => /RD of repetition .* flat/.test(sentence));
  return [
    near("repetition R2, published constants", source, published.R2, score(published.RD, published.RN), {
      tolerance: 1e-12,
    }),
    near("repetition R2, no term for repetition", source, withoutRepetition.R2, score(1e9, 1e9), {
      tolerance: 1e-6,
    }),
    atMost(
      "repetition objective at the optimum",
      "least known",
      optimum.objective * (1 + 1e-7),
      fit.objective,
    ),
    near("repetition R_D* at the optimum", "least known", optimum.RD, fit.parameters.RD, relative),
    near("repetition R_N* at the optimum", "least known", optimum.RN, fit.parameters.RN, relative),
    same("repetition R_D*, the fit warns that it is flat", "profile", "warned", warned ? "warned" : "silent"),
    claim("repetition R_D*, 95 % interval", "profile", {
      theirs: `${published.RD}`,
      ours: `${interval.low.toPrecision(3)} to ${interval.high.toPrecision(3)}`,
      allowed: `from below ${published.RD} to above 1000`,
      holds: interval.low < published.RD && interval.high > 1000,
    }),
    ...worth.map(([epochs, expected]) =>
      same(
        `worth of one of ${epochs} epochs`,
        source,
        expected,
        (effectiveTokens(1, epochs) / epochs).toFixed(3),
      )
    ),
  ];
}

/** The Gemstones' fits before and after cooldown, and what a cooldown gains. */
export async function verifyGemstones(): Promise<VerifyRow[]> {
  const read = (phase: "before" | "after") => Array.fromAsync(gemstones.read({ phase }));
  const points = { before: await read("before"), after: await read("after") };
  const rows: VerifyRow[] = [];
  for (const { phase, delta, objective, lnE, alpha, beta } of reference.gemstones) {
    const fit = fitLaw(chinchillaLaw, points[phase], { delta });
    const what = `Gemstones ${phase} cooldown, delta ${delta}`;
    const source = phase === "after" && delta === 1e-4 ? "least known; paper 2.059406e-4" : "2502.06857";
    rows.push(
      near(`${what}, objective`, source, objective, fit.objective, { tolerance: 1e-6, relative: true }),
    );
    const ours = {
      lnE: Math.log(fit.parameters.E),
      alpha: fit.parameters.alpha,
      beta: fit.parameters.beta,
    };
    const tolerance = 5e-5;
    rows.push(near(`${what}, ln E`, "least known", lnE, ours.lnE, { tolerance }));
    rows.push(near(`${what}, alpha`, "least known", alpha, ours.alpha, { tolerance }));
    rows.push(near(`${what}, beta`, "least known", beta, ours.beta, { tolerance }));
  }
  const gains = points.before.map(({ params, tokens, loss }, i) => ({
    params,
    tokens,
    gain: loss - points.after[i].loss,
  }));
  const fit = fitLaw(cooldownGainLaw, gains, { delta: Infinity });
  const { lnK, a, b, R2 } = reference.cooldownGain;
  const { R2: ours } = predictionErrors(predictLaw(fit, gains), gains.map(({ gain }) => gain));
  const source = "least squares on 199 pairs";
  const tolerance = 1e-5;
  return [
    ...rows,
    near("cooldown gain, ln k", source, lnK, Math.log(fit.parameters.k), { tolerance }),
    near("cooldown gain, exponent of size", source, a, fit.parameters.a, { tolerance }),
    near("cooldown gain, exponent of tokens", source, b, fit.parameters.b, { tolerance }),
    near("cooldown gain, R2", source, R2, ours, { tolerance: 5e-5 }),
  ];
}

/** What needs no data: mixtures and the convex bound. */
export function verifyClosedForms(): VerifyRow[] {
  const steps = 400;
  return [
    ...reference.criticalMixtures.map(({ model, percent, ...parameters }) =>
      same(
        `CMR ${model} at 20B tokens, %`,
        "2407.17467, table 5",
        percent,
        (100 * criticalMixtureRatio(parameters, 100)).toFixed(1),
      )
    ),
    same(
      "D-CPT crossing of 3 % tolerance",
      "2406.01375, table 5",
      reference.dCptTable.crossing,
      crossingShare(reference.dCptTable.points, reference.dCptTable.limit)!.toFixed(6),
    ),
    ...reference.convexBounds.flatMap(({ schedule, rate, bound, best }) => {
      const rates = Float64Array.from({ length: steps }, (_, step) => rate(step / steps));
      const ours = convexBound(rates);
      const tolerance = 1e-9;
      const item = `convex bound, ${schedule}`;
      return [
        same(item, "2501.18965", bound, ours.bound.toFixed(6)),
        near(item, "its double sum", boundByDoubleSum(rates), ours.bound, { tolerance, relative: true }),
        ...(best ? [same(`${item}, at its best scale`, "2501.18965", best, ours.bestBound.toFixed(6))] : []),
      ];
    }),
  ];
}

/** The bound of 2501.18965 as it is written, with G = D = 1. */
function boundByDoubleSum(eta: Float64Array): number {
  const sum = (from: number, power: number) =>
    eta.subarray(from).reduce((total, rate) => total + rate ** power, 0);
  let last = 0;
  for (let k = 0; k < eta.length - 1; k++) last += eta[k] / sum(k + 1, 1) * (sum(k, 2) / sum(k, 1));
  return 1 / (2 * sum(0, 1)) + sum(0, 2) / (2 * sum(0, 1)) + last / 2;
}
