import { percent, sum } from "../base/mod.ts";
import type { Fact } from "./fact.ts";
import type { BatchSteps, MergeFacts, OptimizerFacts, Recipe, RopeFacts, Stage } from "./recipe.ts";
import { scheduleWords } from "./_schedule_words.ts";
import { tokenCount } from "./_token_count.ts";

/** One fact of a recipe with its place. */
export interface PlacedFact {
  /** Its path: `mid.tokens`, `model.parameters`, `mid.mixture.FLAN`, `mid.mixture.FLAN.pool`. */
  path: string;
  /** The stage, or "model". */
  stage: string;
  /** What it is. */
  what: string;
  /** The fact. */
  fact: Fact<unknown>;
}

const NAMES = {
  tokens: "tokens",
  steps: "steps",
  batchTokens: "batch, tokens",
  sequence: "sequence, tokens",
  schedule: "learning rate",
  warmup: "warm-up",
  optimizer: "optimizer",
  optimizerKept: "optimizer state kept",
  rope: "rotary embeddings",
  packing: "packing",
  hardware: "hardware",
  from: "weights from",
  merge: "merge",
} as const;

/** A stage's fields that are facts. */
export type FactField = keyof typeof NAMES;

/** Every fact of a recipe, in the order of its stages. The first stage keeps no optimizer: there is none before. */
export function factsOf({ model, stages }: Recipe): PlacedFact[] {
  const placed: PlacedFact[] = [];
  for (const name of ["parameters", "layers", "width"] as const) {
    const fact = model[name];
    if (fact) placed.push({ path: `model.${name}`, stage: "model", what: name, fact });
  }
  stages.forEach((stage, at) => {
    const add = (path: string, what: string, fact: Fact<unknown>) =>
      placed.push({ path: `${stage.name}.${path}`, stage: stage.name, what, fact });
    for (const [field, what] of Object.entries(NAMES) as [FactField, string][]) {
      const fact = stage[field];
      if (fact === undefined || (field === "optimizerKept" && at === 0)) continue;
      add(field, what, fact);
    }
    if (stage.mixture.length === 0) add("mixture", "mixture", { status: "not-reported" });
    for (const { source, share, pool } of stage.mixture) {
      add(`mixture.${source}`, `share of ${source}`, share);
      if (pool) add(`mixture.${source}.pool`, `unique tokens of ${source}`, pool);
    }
    for (const fact of stage.evaluation ?? []) {
      add(`evaluation.${fact.value?.benchmark}`, fact.value?.benchmark ?? "evaluation", fact);
    }
  });
  return placed;
}

/** The sum of a stage's weights, as published. */
export function weightSum({ mixture }: Stage): number {
  return sum(mixture.map(({ share }) => share.value ?? 0));
}

/** A fact's value as a reader would write it. */
export function valueWords({ path, what, fact: { value } }: PlacedFact): string {
  if (value === undefined) return "";
  const field = path.split(".")[1] as FactField;
  if (/\.mixture\.[^]+\.pool$/.test(path)) return tokenCount(value as number);
  if (path.includes(".mixture.")) return percent(value as number);
  if (path.includes(".evaluation.")) {
    const { before, after } = value as { before?: number; after: number };
    return before === undefined ? `${after} after` : `${before} before, ${after} after`;
  }
  switch (field) {
    case "schedule":
      return scheduleWords(value as Parameters<typeof scheduleWords>[0]);
    case "batchTokens":
      return typeof value === "number"
        ? value.toLocaleString("en-US")
        : (value as BatchSteps).map(({ from, batch }) => `${tokenCount(batch)} from ${tokenCount(from)}`)
          .join(", ");
    case "optimizer":
      return optimizerWords(value as OptimizerFacts);
    case "rope":
      return ropeWords(value as RopeFacts);
    case "merge":
      return mergeWords(value as MergeFacts);
    case "warmup": {
      const { tokens, steps } = value as { tokens: number; steps: number };
      return `${tokenCount(tokens)} tokens, ${steps.toLocaleString("en-US")} steps`;
    }
  }
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") return String(value);
  return what === "tokens" || what === "parameters" ? tokenCount(value) : value.toLocaleString("en-US");
}

function optimizerWords(
  { name, betas, epsilon, weightDecay, notDecayed, clip, zLoss }: OptimizerFacts,
): string {
  return [
    name,
    ...betas ? [`betas ${betas.join("/")}`] : [],
    ...epsilon === undefined ? [] : [`epsilon ${epsilon}`],
    ...weightDecay === undefined ? [] : [`decay ${weightDecay}`],
    ...notDecayed === undefined ? [] : [`not on ${notDecayed}`],
    ...clip === undefined ? [] : [`clip ${clip}`],
    ...zLoss === undefined ? [] : [`z-loss ${zLoss}`],
  ].join(", ");
}

/** Rotary embeddings in words. */
export function ropeWords({ theta, method = "none", factor, betas, layers }: RopeFacts): string {
  return [
    ...method === "removed"
      ? ["removed"]
      : theta === undefined
      ? []
      : [`base ${theta.toLocaleString("en-US")}`],
    ...method === "none" || method === "removed" ? [] : [method.replace("-", " ")],
    ...factor === undefined ? [] : [`factor ${factor}`],
    ...betas ? [`betas ${betas.join("/")}`] : [],
    ...layers === undefined ? [] : [layers],
  ].join(", ");
}

function mergeWords({ method, of }: MergeFacts): string {
  const seeds = of.flatMap(({ seed }) => seed ?? []);
  const weights = of.flatMap(({ weight }) => weight ?? []);
  return `${method} ${method === "decay by merging" ? "" : of.length}`.trim() +
    (seeds.length > 0 ? `, seeds ${seeds.join(", ")}` : "") +
    (weights.length > 0 ? `, weights ${weights.join(", ")}` : "");
}
