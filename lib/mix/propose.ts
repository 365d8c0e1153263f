import {
  described,
  type Description,
  distinct,
  inRange,
  must,
  ofKind,
  oneOf,
  percent,
  takes,
} from "../base/mod.ts";
import { type Convex, minimizeOnCappedSimplex } from "./_capped_simplex.ts";
import { convexLoss } from "./_convex_loss.ts";
import { type Mixture, mixture } from "./mixture.ts";
import type { MixtureTarget } from "./target.ts";

const cannot = "Cannot propose a mixture";

/** Options of {@linkcode proposeMixture}. */
export interface ProposeMixtureOptions {
  /** The mixture to stay near, usually the natural one; it names the domains. */
  prior: Record<string, number>;
  /**
   * The price of leaving the prior, in nats of loss for a nat of divergence. 0 trusts the laws alone; Olmix takes 0.05
   * to 0.1.
   * @default {0.05}
   */
  klWeight?: number;
  /** The largest share by name, see {@linkcode repetitionCaps}. @default {1 for every name} */
  maxShare?: Record<string, number>;
}

/** A mixture with what is predicted of it. */
export interface PredictedMixture {
  /** The shares. */
  mixture: Mixture;
  /** The predicted loss of every target, in nats per token. */
  losses: Record<string, number>;
  /** The targets' weighted mean loss, in nats per token. */
  loss: number;
  /** The divergence from the prior, in nats. */
  klNats: number;
  /** What was minimised: `loss + klWeight * klNats`. */
  objective: number;
}

/** The best mixture, and how well that is known. */
export interface Proposal extends PredictedMixture {
  /** Domains that their cap holds. */
  atCap: string[];
  /** The largest change of a share that a projected gradient step of length <= 1 would make; 0 exactly at the optimum. */
  kktResidual: number;
  /** The best mixture if there were no caps: what more data could give. */
  unconstrained: PredictedMixture;
  /** The prior itself, for comparison. */
  prior: PredictedMixture;
  /** What was found, in a sentence. */
  summary: string;
}

/**
 * The mixture of least predicted loss near a prior: `min sum_k w_k L_k(r) + klWeight KL(r | prior)` over the simplex with
 * caps. The program is convex, so this is the optimum and not a draw near it; the KKT residual shows it. (The exact proposer
 * of allenai/olmix, which hands the same program to a cone solver.)
 *
 * @param targets The losses that count, as fitted laws. None leaves the prior, cut to the caps.
 * @throws {TypeError} If a target lacks a domain's coefficient.
 * @throws {RangeError} If a number is out of range, or the caps leave no room for a mixture: the message names them.
 * @example With a linear loss the prior is tilted by its exponential
 * ```ts
 * import assert from "node:assert/strict";
 * import { proposeMixture } from "midtrain/mix";
 *
 * const loss = { name: "math", form: "linear" as const, coefficients: { web: 3, math: 2.9 } };
 * const { mixture, kktResidual } = proposeMixture([loss], { prior: { web: 0.9, math: 0.1 }, klWeight: 0.1 });
 * const tilted = 0.1 * Math.exp(1) / (0.9 + 0.1 * Math.exp(1));
 * assert(Math.abs(mixture.math! - tilted) < 1e-12 && kktResidual < 1e-12);
 * ```
 */
export function proposeMixture(targets: readonly MixtureTarget[], options: ProposeMixtureOptions): Proposal {
  takes("Cannot propose a mixture", options, "prior, klWeight?, maxShare?");
  ofKind("Cannot propose a mixture", { targets }, "a list of objects with name, form, coefficients");
  const { klWeight = 0.05, maxShare = {} } = options;
  const prior = mixture(options.prior);
  const names = Object.keys(prior);
  inRange(cannot, { klWeight }, "finite and >= 0");
  checkTargets(targets, names);
  const allowed = allowedNames(names, prior, klWeight, maxShare);
  const program = { targets, prior, klWeight };
  const none = {};
  const best = bestOf(allowed, maxShare, program);
  const free = bestOf(allowedNames(names, prior, klWeight, none), none, program);
  const proposed = predict(best.mixture, program);
  const atCap = allowed.filter((name) => best.mixture[name] >= (maxShare[name] ?? Infinity));
  const unconstrained = predict(free.mixture, program);
  const before = predict(prior, program);
  return described({
    ...proposed,
    atCap,
    kktResidual: best.residual,
    unconstrained,
    prior: before,
    summary: summary(proposed, before, unconstrained, atCap),
  }, tellProposal);
}

function tellProposal({ mixture, losses, unconstrained, prior, atCap, summary }: Proposal): Description {
  const nats = (loss: number) => Number(loss.toFixed(4));
  return [
    {
      rows: Object.entries(mixture).map(([name, share]) => ({
        name,
        "prior": percent(prior.mixture[name], 1),
        "proposed": percent(share, 1),
        "without caps": percent(unconstrained.mixture[name], 1),
        "at its cap": atCap.includes(name) ? "yes" : "no",
      })),
    },
    {
      title: "Predicted losses (nats per token)",
      rows: Object.entries(losses).map(([target, loss]) => ({
        target,
        "prior": nats(prior.losses[target]),
        "proposed": nats(loss),
        "without caps": nats(unconstrained.losses[target]),
      })),
    },
    summary,
  ];
}

/** The program's parts that caps do not change. */
export interface Program {
  targets: readonly MixtureTarget[];
  prior: Mixture;
  klWeight: number;
}

/** The names that may get a share, after the caps were found to leave room. */
export function allowedNames(
  names: readonly string[],
  prior: Mixture,
  klWeight: number,
  maxShare: Record<string, number>,
): string[] {
  for (const [name, cap] of Object.entries(maxShare)) {
    if (!names.includes(name)) {
      throw new RangeError(
        `${cannot} as maxShare names "${name}", which the prior lacks: it has ${names.join(", ")}`,
      );
    }
    if (!(cap >= 0)) {
      throw new RangeError(`${cannot} as maxShare must be >= 0: that of "${name}" is ${cap}`);
    }
  }
  const allowed = names.filter((name) => (klWeight === 0 || prior[name] > 0) && (maxShare[name] ?? 1) > 0);
  const room = allowed.reduce((sum, name) => sum + Math.min(maxShare[name] ?? 1, 1), 0);
  if (room < 1 - 1e-12) {
    const caps = names.map((name) =>
      klWeight > 0 && prior[name] === 0 ? `"${name}" stays out, prior 0` : `"${name}" ${maxShare[name] ?? 1}`
    );
    throw new RangeError(
      `${cannot} as its caps must leave room for a whole one: they sum to ${Number(room.toPrecision(6))} (${
        caps.join(", ")
      })`,
    );
  }
  return allowed;
}

function checkTargets(targets: readonly MixtureTarget[], names: readonly string[]): void {
  let sum = 0;
  distinct(cannot, { targets: targets.map(({ name }) => name) });
  targets.forEach(({ name, form, weight = 1, floor = 0, coefficients, exponents = {} }) => {
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(
        `${cannot} as weights of targets must be finite and >= 0: that of "${name}" is ${weight}`,
      );
    }
    sum += weight;
    oneOf(cannot, { [`form of "${name}"`]: form }, ["exponential", "linear", "additive"]);
    for (const domain of names) {
      const value = coefficients[domain];
      if (value === undefined) {
        throw new TypeError(
          `${cannot} as target "${name}" must have a coefficient for "${domain}": it has ${
            Object.keys(coefficients).join(", ")
          }`,
        );
      }
      if (!Number.isFinite(value + floor)) {
        throw new RangeError(
          `${cannot} as floors and coefficients must be finite: target "${name}" has floor ${floor} and ${value} for "${domain}"`,
        );
      }
      // Its Hessian must stay a number; no loss is e^100.
      must(
        cannot,
        `an exponential target's coefficients must be <= 100`,
        `${value} of "${name}" for "${domain}"`,
        form !== "exponential" || value <= 100,
      );
      const exponent = exponents[domain];
      if (form === "additive" && !(value > 0 && exponent > 0 && exponent <= 1)) {
        throw new RangeError(
          `${cannot} as an additive target needs coefficients > 0 and exponents in (0, 1], else it is not convex: "${name}" has ${value} and ${exponent} for "${domain}"`,
        );
      }
    }
  });
  if (targets.length > 0 && sum === 0) {
    throw new RangeError(`${cannot} as a target must have a weight > 0: all are 0`);
  }
}

/** The optimum over the allowed names. */
export function bestOf(
  allowed: readonly string[],
  maxShare: Record<string, number>,
  program: Program,
): { mixture: Mixture; residual: number } {
  const upper = Float64Array.from(allowed, (name) => (maxShare[name] ?? 1) < 1 ? maxShare[name] : Infinity);
  const { x, residual } = minimizeOnCappedSimplex(objective(allowed, program), upper);
  const shares = Object.fromEntries(Object.keys(program.prior).map((name) => [name, 0]));
  allowed.forEach((name, i) => shares[name] = x[i]);
  return { mixture: shares, residual };
}

/** Weights of the targets that sum to 1. */
function weightsOf(targets: readonly MixtureTarget[]): number[] {
  const sum = targets.reduce((total, { weight = 1 }) => total + weight, 0);
  return targets.map(({ weight = 1 }) => weight / sum);
}

function objective(names: readonly string[], { targets, prior, klWeight }: Program): Convex {
  const n = names.length;
  const weights = weightsOf(targets);
  const q = names.map((name) => prior[name]);
  const losses = targets.map((target) => convexLoss(target, names));
  return {
    barrier: klWeight > 0,
    gradient(x, gradient) {
      let value = 0;
      for (let i = 0; i < n; i++) {
        gradient[i] = 0;
        if (klWeight === 0) continue;
        const log = Math.log(x[i] / q[i]);
        value += klWeight * x[i] * log;
        gradient[i] = klWeight * (log + 1);
      }
      losses.forEach((loss, k) => value += weights[k] * loss.add(x, weights[k], gradient));
      return value;
    },
    hessian(x, hessian) {
      hessian.fill(0);
      for (let i = 0; i < n; i++) if (klWeight > 0) hessian[i * n + i] = klWeight / x[i];
      losses.forEach((loss, k) => loss.addCurvature(x, weights[k], hessian));
    },
  };
}

/** What the targets predict of a mixture. */
export function predict(shares: Mixture, { targets, prior, klWeight }: Program): PredictedMixture {
  const weights = weightsOf(targets);
  const losses: Record<string, number> = {};
  let loss = 0;
  targets.forEach((target, k) => {
    losses[target.name] = targetLoss(target, shares);
    loss += weights[k] * losses[target.name];
  });
  const klNats = Object.entries(shares).reduce(
    (sum, [name, share]) => sum + (share > 0 ? share * Math.log(share / prior[name]) : 0),
    0,
  );
  return {
    mixture: shares,
    losses,
    loss,
    klNats,
    objective: loss + (klWeight === 0 ? 0 : klWeight * klNats),
  };
}

/** What one target predicts of a mixture. */
export function targetLoss(target: MixtureTarget, shares: Mixture): number {
  const names = Object.keys(shares);
  const x = Float64Array.from(names, (name) => shares[name]);
  return convexLoss(target, names).add(x, 0, new Float64Array(names.length));
}

function summary(
  proposed: PredictedMixture,
  prior: PredictedMixture,
  unconstrained: PredictedMixture,
  atCap: readonly string[],
): string {
  const nats = (value: number) => `${Number(value.toPrecision(3))} nats`;
  const caps = atCap.length === 0
    ? "no cap holds"
    : `the cap holds ${atCap.join(", ")}, which costs ${nats(proposed.objective - unconstrained.objective)}`;
  return `The proposed mixture is predicted ${nats(prior.loss - proposed.loss)} below the prior; ${caps}`;
}
