import { ofKind, takes } from "../base/mod.ts";
import type { SourceKind } from "../mix/mod.ts";
import { knownShare } from "./_known_share.ts";
import { kindOfSource } from "./_source_kinds.ts";
import type { MixtureSource } from "./recipe.ts";

/** Options of the importers. */
export interface ImportOptions {
  /** Where the text stands: it becomes the place of every fact. */
  locus: string;
  /** The kind of text of sources, by name. @default guessed from their names */
  kinds?: Readonly<Record<string, SourceKind>> | undefined;
}

const CANNOT = "Cannot import a blend of Megatron";

/**
 * The mixture of a blend for Megatron: JSON with `datasets` of `name` and `weight`, JSON with lists of weight, path, weight,
 * path by split (its `train`), or such a list as words. Weights are normalized, as Megatron does.
 *
 * @throws {SyntaxError} If the text is none of these.
 * @throws {RangeError} If a weight is no number >= 0, or all are 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { importMegatronBlend } from "midtrain/recipe";
 *
 * const mixture = importMegatronBlend("30 data/web 10 data/math", { locus: "blend.txt" });
 * assert.deepEqual(mixture.map(({ source, kind, share }) => [source, kind, share.value]), [
 *   ["data/web", "web", 0.75],
 *   ["data/math", "math", 0.25],
 * ]);
 * ```
 */
export function importMegatronBlend(text: string, options: ImportOptions): MixtureSource[] {
  takes(CANNOT, options, "locus, kinds?");
  ofKind(CANNOT, { text }, "a text");
  const { locus, kinds = {} } = options;
  const rows = rowsOf(text);
  for (const [name, weight] of rows) {
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`${CANNOT} as every weight must be a number >= 0: that of ${name} is ${weight}`);
    }
  }
  const sum = rows.reduce((total, [, weight]) => total + weight, 0);
  if (!(sum > 0)) throw new RangeError(`${CANNOT} as one weight must be above 0: there are ${rows.length}`);
  return rows.map(([source, weight]) => ({
    source,
    kind: kindOfSource(source, kinds),
    share: { value: Number((weight / sum).toPrecision(12)), status: "verified", locus },
  }));
}

/**
 * A mixture as a blend for Megatron, in JSON; {@linkcode importMegatronBlend} reads it back.
 *
 * @throws {RangeError} If a share is not known.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exportMegatronBlend, importMegatronBlend } from "midtrain/recipe";
 *
 * const mixture = importMegatronBlend("3 web 1 code", { locus: "here" });
 * assert.deepEqual(importMegatronBlend(exportMegatronBlend(mixture), { locus: "here" }), mixture);
 * ```
 */
export function exportMegatronBlend(mixture: readonly MixtureSource[]): string {
  ofKind("Cannot export a blend for Megatron", { mixture }, "a list of objects with source, share");
  const datasets = mixture.map((one) => ({
    name: one.source,
    weight: knownShare("Cannot export a blend for Megatron", one),
  }));
  return `${JSON.stringify({ datasets }, null, 2)}\n`;
}

function rowsOf(text: string): [string, number][] {
  if (!/^\s*[[{]/.test(text)) return pairs(text.split(/\s+/).filter((word) => word !== ""));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new SyntaxError(`${CANNOT} as it must be JSON or a list of weights and paths: it is neither`);
  }
  const { datasets, train } = parsed as { datasets?: unknown; train?: unknown };
  if (Array.isArray(datasets)) {
    ofKind(CANNOT, { datasets }, "a list of objects with name, weight");
    return (datasets as { name: string; weight: number }[]).map((
      { name, weight },
    ) => [String(name), typeof weight === "number" ? weight : NaN]);
  }
  const list = Array.isArray(parsed) ? parsed : train;
  if (!Array.isArray(list)) {
    const has = Object.keys(parsed as object).join(", ");
    throw new SyntaxError(`${CANNOT} as it must have datasets or train: it has ${has || "nothing"}`);
  }
  return pairs(list.map(String));
}

/** Weight, path, weight, path. */
function pairs(words: readonly string[]): [string, number][] {
  if (words.length === 0 || words.length % 2 === 1) {
    throw new SyntaxError(
      `${CANNOT} as weights and paths must come in pairs: there are ${words.length} words`,
    );
  }
  return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i + 1], Number(words[2 * i])]);
}
