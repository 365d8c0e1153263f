import { must, percent } from "../base/mod.ts";
import { pool, scaleMixture, type SourceKind } from "../mix/mod.ts";
import { valueOf } from "./fact.ts";
import type { Objective, Stage } from "./recipe.ts";
import type { ScaledNumber, ScalePool } from "./scaled_recipe.ts";

/** Kinds that may stand for each other where one has no pool. */
const GROUPS: readonly (readonly SourceKind[])[] = [
  ["web", "synthetic", "multilingual"],
  ["qa", "instruction", "thinking"],
  ["knowledge"],
  ["code"],
  ["math"],
  ["long"],
];

/** The kind of text that an objective asks for. */
const WANTS: Partial<Record<Objective, SourceKind>> = {
  "knowledge": "knowledge",
  "mathematics": "math",
  "code": "code",
  "reasoning": "thinking",
  "instruction": "instruction",
  "long context": "long",
  "multilingual": "multilingual",
};

/** What the shares are worked out from. */
interface From {
  /** The stage of pre-training: what replay replays. */
  pre: Stage;
  /** The text at hand. */
  pools: readonly ScalePool[];
  /** Tokens of the stage. */
  tokens: number;
  /** How often a pool may be seen. */
  maxEpochs: number;
  /** What the recipe aims at. */
  objectives: readonly Objective[];
}

/** A stage's mixture over the pools at hand, by kind of text, within the caps of repetition. */
export function poolShares(
  stage: Stage,
  { pre, pools, tokens, maxEpochs, objectives }: From,
  { kept, bent }: { kept: ScaledNumber[]; bent: ScaledNumber[] },
): { mixture: Record<string, number>; epochs: Record<string, number> } {
  const cannot = `Cannot scale the mixture of ${stage.name}`;
  const at = { stage: stage.name, what: "mixture" };
  const hasPool = (kind: SourceKind) => pools.some((one) => one.kind === kind && one.uniqueTokens > 0);
  let wanted = byKind(stage);
  if (wanted.size === 0) {
    const kinds = stage === pre
      ? ["web" as const]
      : ["web" as const, ...objectives.flatMap((one) => WANTS[one] ?? [])];
    const usable = kinds.filter(hasPool);
    wanted = new Map((usable.length > 0 ? usable : pools.map(({ kind }) => kind)).map((kind) => [kind, 1]));
    bent.push({
      ...at,
      published: "not told",
      scaled: [...wanted.keys()].join(" and "),
      why: "even shares of the web and of what it aims at",
    });
  }
  wanted = withReplay(wanted, pre);
  const shares = new Map<SourceKind, number>();
  const all = [...wanted.values()].reduce((sum, share) => sum + share, 0);
  for (const [kind, share] of wanted) {
    const stands = hasPool(kind) ? kind : GROUPS.find((group) => group.includes(kind))?.find(hasPool);
    if (stands !== undefined) shares.set(stands, (shares.get(stands) ?? 0) + share);
    if (stands === kind) continue;
    const scaled = stands === undefined ? "left out" : `${stands} stands for it`;
    const why = stands === undefined ? "no pool is of its kind: the others grow" : "no pool is of its kind";
    bent.push({ stage: stage.name, what: `share of ${kind}`, published: percent(share / all), scaled, why });
  }
  must(cannot, "a pool must be of a kind that it has", [...wanted.keys()].join(", "), shares.size > 0);
  const match = Object.fromEntries(
    [...shares.keys()].map((
      kind,
    ) => [kind, pools.filter((one) => one.kind === kind).map(({ name }) => name)]),
  );
  const own = pools.map(({ name, uniqueTokens }) => pool({ name, tokens: uniqueTokens }));
  const { rows, shortfallTokens } = scaleMixture(Object.fromEntries(shares), own, {
    match,
    budgetTokens: Math.round(tokens),
    maxEpochs,
  });
  must(
    cannot,
    `its pools must give ${Math.round(tokens)} tokens within ${maxEpochs} epochs`,
    `${Math.round(tokens - shortfallTokens)}`,
    shortfallTokens === 0,
  );
  for (const { name, wantedShare, share, runsOut } of rows) {
    if (!runsOut) continue;
    bent.push({
      stage: stage.name,
      what: `share of ${name}`,
      published: percent(wantedShare),
      scaled: percent(share),
      why: `it would be seen more than ${maxEpochs} times`,
    });
  }
  if (stage.mixture.length > 0) {
    const words = [...shares].map(([kind, share]) =>
      `${kind} ${percent(share / [...shares.values()].reduce((a, b) => a + b), 0)}`
    );
    kept.push({ ...at, published: "shares by kind of text", scaled: words.join(", ") });
  }
  return {
    mixture: Object.fromEntries(rows.map(({ name, share }) => [name, share])),
    epochs: Object.fromEntries(rows.map(({ name, epochs }) => [name, epochs])),
  };
}

function byKind({ mixture }: Stage): Map<SourceKind, number> {
  const sums = new Map<SourceKind, number>();
  for (const { kind, share } of mixture) {
    const value = valueOf(share) ?? 0;
    if (value > 0) sums.set(kind, (sums.get(kind) ?? 0) + value);
  }
  return sums;
}

/** Shares in which what was before stands for its replay. */
function withReplay(wanted: Map<SourceKind, number>, pre: Stage): Map<SourceKind, number> {
  const replay = wanted.get("replay") ?? 0;
  if (replay === 0) return wanted;
  const was = byKind(pre);
  was.delete("replay");
  if (was.size === 0) was.set("web", 1);
  const all = [...was.values()].reduce((sum, share) => sum + share, 0);
  const shares = new Map(wanted);
  shares.delete("replay");
  for (const [kind, share] of was) shares.set(kind, (shares.get(kind) ?? 0) + replay * share / all);
  return shares;
}
