import { ofKind } from "../base/mod.ts";
import type { SourceKind } from "../mix/mod.ts";
import { scheduleFromJson, type ScheduleSpec } from "../schedule/mod.ts";
import { valueOf } from "./fact.ts";
import type { Recipe, RopeFacts } from "./recipe.ts";
import { stageTokens } from "./seams.ts";
import { tokenCount } from "./_token_count.ts";

/** A stage as `recipeFigure` of `midtrain/figure` draws it. */
export interface StageDrawing {
  /** Its name. */
  name: string;
  /** Its tokens in words. */
  tokens?: string | undefined;
  /** Learning rates along it. */
  rates?: { at: number; rate: number }[] | undefined;
  /** Shares by kind of text. */
  shares?: Record<string, number> | undefined;
  /** Tokens of a sequence. */
  context?: number | undefined;
  /** Its rotary embeddings in words. */
  rope?: string | undefined;
}

/** What each kind of text is drawn as, in the order of the colours. */
const DRAWN: Readonly<Record<SourceKind, string>> = {
  web: "web",
  multilingual: "web",
  synthetic: "web",
  math: "mathematics",
  code: "code",
  qa: "questions, instructions",
  instruction: "questions, instructions",
  thinking: "thinking",
  knowledge: "knowledge",
  long: "long texts",
  replay: "what was before",
};
const ORDER = [...new Set(Object.values(DRAWN))];

/** Points of a schedule. */
const POINTS = 60;

/**
 * The stages of a recipe as `recipeFigure` draws them; what is only remembered is not drawn.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recipeFigure } from "midtrain/figure";
 * import { drawStages } from "midtrain/recipe";
 * import { recipeNamed } from "midtrain/recipes";
 *
 * const stages = drawStages(recipeNamed("olmo2-1b"));
 * assert.equal(stages[1].tokens, "50B");
 * assert.ok(recipeFigure(stages, { title: "OLMo 2 1B" }).vconcat);
 * ```
 */
export function drawStages(recipe: Recipe): StageDrawing[] {
  ofKind("Cannot draw stages", { recipe }, "an object with name, stages");
  return recipe.stages.map((stage) => {
    const tokens = stageTokens(stage);
    const schedule = valueOf(stage.schedule);
    const rope = valueOf(stage.rope);
    // Each kind, though its share be 0, so that its colour is the same in every recipe.
    const shares: Record<string, number> = Object.fromEntries(ORDER.map((kind) => [kind, 0]));
    for (const { kind, share } of stage.mixture) {
      shares[DRAWN[kind]] += valueOf(share) ?? 0;
    }
    return {
      name: stage.name,
      tokens: tokens === undefined ? undefined : tokenCount(tokens),
      rates: schedule === undefined || tokens === undefined ? undefined : ratesOf(schedule, tokens),
      shares: stage.mixture.length === 0 ? undefined : shares,
      context: valueOf(stage.sequence),
      rope: rope && shortly(rope),
    };
  });
}

function ratesOf(spec: ScheduleSpec, tokens: number): { at: number; rate: number }[] {
  const schedule = scheduleFromJson(spec);
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const at = i / POINTS;
    return { at, rate: schedule(Math.round(at * tokens)) };
  });
}

/** Rotary embeddings in so few letters as fit over a line. */
function shortly({ theta, method, factor }: RopeFacts): string {
  if (method === "removed") return "no rotation";
  if (method === "yarn") return factor === undefined ? "YaRN" : `YaRN, ${factor} times`;
  if (method === "position-interpolation") return `positions / ${factor}`;
  return theta === undefined ? "" : `base ${tokenCount(theta)}`;
}
