import { type Interval, quantile, Random } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import type { ChatModel } from "../llm/mod.ts";
import { wordsOf } from "./checks.ts";
import type { Price } from "./report.ts";

/** A model that counts what its answers cost, those of a cache too. */
export function metered(
  model: ChatModel,
  price: Price,
): { model: ChatModel; total: () => number } {
  let cost = 0;
  const chat: ChatModel["chat"] = async (request) => {
    const completion = await model.chat(request);
    const { promptTokens, completionTokens } = completion.usage;
    cost += price.prompt * promptTokens + price.completion * completionTokens;
    return completion;
  };
  const kind = "kind" in model ? { kind: model.kind } : {};
  return { model: { name: model.name, ...kind, chat }, total: () => cost };
}

/** Cost over tokens of documents, with the percentile bootstrap over them; draws without a token are left out. */
export function bootstrapRatio(units: readonly { cost: number; tokens: number }[]): Interval {
  const ratio = (of: readonly { cost: number; tokens: number }[]) =>
    of.reduce((sum, { cost }) => sum + cost, 0) / of.reduce((sum, { tokens }) => sum + tokens, 0);
  const random = new Random("cost of a token");
  const draws = Array.from({ length: 2000 }, () => ratio(units.map(() => units[random.int(units.length)])))
    .filter(Number.isFinite);
  const estimate = ratio(units);
  return {
    estimate,
    low: Math.min(estimate, quantile(draws, 0.025)),
    high: Math.max(estimate, quantile(draws, 0.975)),
  };
}

/** For each text, the share of its runs of four words that stand in another one too; 0 where it has none. */
export function sharedRuns(texts: readonly Document[]): number[] {
  const runs = texts.map(({ text }) => {
    const words = wordsOf(text);
    return new Set(words.slice(3).map((_, at) => words.slice(at, at + 4).join(" ")));
  });
  const holders = new Map<string, number>();
  for (const run of runs.flatMap((own) => [...own])) holders.set(run, (holders.get(run) ?? 0) + 1);
  return runs.map((own) =>
    own.size === 0 ? 0 : [...own].filter((run) => holders.get(run)! > 1).length / own.size
  );
}

/** For each unit vector, its mean cosine distance to the others. */
export function distancesOf(vectors: readonly Float32Array[]): number[] {
  const sum = new Float64Array(vectors[0].length);
  for (const vector of vectors) vector.forEach((value, d) => sum[d] += value);
  return vectors.map((vector) => {
    const all = vector.reduce((total, value, d) => total + value * sum[d], 0);
    const own = vector.reduce((total, value) => total + value * value, 0);
    return 1 - (all - own) / (vectors.length - 1);
  });
}
