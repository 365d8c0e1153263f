import { distinct, knownOptions, must, ofKind, oneOf } from "../base/mod.ts";
import { publishedMixtures, type SourceKind, sourceKinds } from "../mix/mod.ts";
import { type Fact, notReported, type Status, statuses } from "./fact.ts";
import { type MixtureSource, objectives, type Recipe, type Stage } from "./recipe.ts";
import { describedRecipe } from "./_recipe_described.ts";

/** The facts of a stage that a reader asks for, so that their absence is told. */
export type StageGiven = Pick<Stage, "name" | "kind"> & Partial<Stage>;

const STAGE =
  "name, kind, tokens, steps, batchTokens, sequence, schedule, warmup, optimizer, optimizerKept, " +
  "rope, packing, hardware, after, from, merge, mixture, evaluation";
const KINDS = ["pretrain", "mid", "decay", "context", "reasoning", "probe"];

/**
 * A stage out of what is known of it: what is not given is not reported.
 *
 * @throws {TypeError} If an unknown fact is named, or name or kind lack.
 * @throws {RangeError} If the kind is none, the name holds a dot, or a fact's status is none.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stage, verified } from "midtrain/recipe";
 *
 * const mid = stage({ name: "mid", kind: "mid", tokens: verified(50e9, "config.yaml") });
 * assert.equal(mid.sequence.status, "not-reported");
 * ```
 */
export function stage(given: StageGiven): Stage {
  const cannot = "Cannot form a stage";
  knownOptions(cannot, given, STAGE.split(", "), ["name", "kind"]);
  ofKind(cannot, { name: given.name }, "a text");
  must(cannot, "name must be a word without a dot", given.name, /^[^.\s]+$/.test(given.name));
  oneOf(cannot, { kind: given.kind }, KINDS);
  const missing = notReported();
  const whole: Stage = {
    tokens: missing,
    batchTokens: missing,
    sequence: missing,
    schedule: missing,
    optimizer: missing,
    optimizerKept: missing,
    rope: missing,
    mixture: [],
    ...given,
  };
  for (const [name, fact] of Object.entries(whole)) {
    if (["name", "kind", "after", "mixture", "evaluation"].includes(name)) continue;
    checkFact(`${cannot} ${given.name}`, name, fact);
  }
  for (const { source, kind, share } of whole.mixture) {
    oneOf(`${cannot} ${given.name}`, { [`the kind of ${source}`]: kind }, sourceKinds);
    checkFact(`${cannot} ${given.name}`, `the share of ${source}`, share);
  }
  distinct(`${cannot} ${given.name}`, { "its sources": whole.mixture.map(({ source }) => source) });
  return whole;
}

function checkFact(cannot: string, name: string, fact: unknown): void {
  ofKind(cannot, { [name]: fact }, "an object");
  const { status, value } = fact as Fact<unknown>;
  oneOf(cannot, { [`the status of ${name}`]: status }, statuses);
  const absent = status === "not-reported";
  must(
    cannot,
    `${name} must have ${absent ? "no value" : "a value"} if it is ${status}`,
    value,
    absent === (value === undefined),
  );
}

/**
 * A recipe, checked for its form and able to show itself.
 *
 * @throws {TypeError} If a member is unknown or lacks.
 * @throws {RangeError} If a name is no name, an objective is none of {@linkcode objectives}, or two stages share a name.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { notReported, recipe, stage } from "midtrain/recipe";
 *
 * const made = recipe({
 *   name: "mine",
 *   model: { name: "Mine 1B", parameters: notReported() },
 *   objectives: ["mathematics"],
 *   stages: [stage({ name: "mid", kind: "mid" })],
 *   sources: [],
 * });
 * assert.deepEqual(made.criteria, []);
 * ```
 */
export function recipe(given: Omit<Recipe, "criteria"> & Partial<Pick<Recipe, "criteria">>): Recipe {
  const cannot = "Cannot form a recipe";
  knownOptions(cannot, given, ["criteria", "note"], ["name", "model", "objectives", "stages", "sources"]);
  ofKind(cannot, { name: given.name }, "a text");
  must(
    cannot,
    "name must be small letters, digits, dots and dashes",
    given.name,
    /^[a-z0-9][a-z0-9.-]*$/.test(given.name),
  );
  ofKind(cannot, { objectives: given.objectives, sources: given.sources }, "a list of texts");
  ofKind(cannot, { stages: given.stages }, "a list of objects with name, kind");
  for (const objective of given.objectives) oneOf(cannot, { objective }, objectives);
  must(cannot, "there must be a stage", given.stages.length, given.stages.length > 0);
  const names = given.stages.map(({ name }) => name);
  distinct(cannot, { "names of stages": names });
  given.stages.forEach(({ name, after }, i) => {
    if (after !== undefined) oneOf(cannot, { [`after of ${name}`]: after }, names.slice(0, i));
  });
  return describedRecipe({ criteria: [], ...given });
}

/** A source as a row of a table: its percent, its kind, and what else is known of it. */
export type SourceRow = readonly [percent: number, kind: SourceKind, more?: Partial<MixtureSource>];

/**
 * A mixture out of a table of percent.
 *
 * @param read What is known of all its shares, and where they stand.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mixtureTable } from "midtrain/recipe";
 *
 * const [web] = mixtureTable(["verified", "table 2"], { "the web": [70, "web"], "code": [30, "code"] });
 * assert.deepEqual(web.share, { value: 0.7, status: "verified", locus: "table 2" });
 * ```
 */
export function mixtureTable(
  read: readonly [status: Status, locus: string],
  rows: Readonly<Record<string, SourceRow>>,
): MixtureSource[] {
  ofKind("Cannot form a mixture", { read }, "a list of texts");
  const [status, locus] = read;
  oneOf("Cannot form a mixture", { status }, statuses);
  ofKind("Cannot form a mixture", { rows }, "an object");
  return Object.entries(rows).map(([source, [percent, kind, more]]) => ({
    source,
    kind,
    // 12.4 % is 0.124, not 0.12400000000000001.
    share: { value: Number((percent / 100).toPrecision(12)), status, locus },
    ...more,
  }));
}

/**
 * The mixture of a stage out of {@linkcode publishedMixtures}, where those that are used outside recipes stand.
 *
 * @param name One of the names there, of a mixture whose sources have their kinds.
 * @param pools Unique tokens by source, where they are known.
 * @throws {RangeError} If there is none of that name, or it has no kinds.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { publishedSources } from "midtrain/recipe";
 *
 * assert.equal(publishedSources("dolmino-50B").find(({ source }) => source === "FLAN")?.kind, "instruction");
 * ```
 */
export function publishedSources(
  name: string,
  pools: Readonly<Record<string, Fact<number>>> = {},
): MixtureSource[] {
  const cannot = "Cannot take a published mixture";
  const usable = publishedMixtures.filter(({ kinds }) => kinds !== undefined);
  oneOf(cannot, { name }, usable.map((one) => one.name));
  const { percent, kinds, source, status } = usable.find((one) => one.name === name)!;
  for (const pool of Object.keys(pools)) oneOf(cannot, { "a pool": pool }, percent);
  const rows = Object.entries(percent).map(([key, value]): [string, SourceRow] => {
    return [key, [value, kinds![key], key in pools ? { pool: pools[key] } : {}]];
  });
  return mixtureTable([status ?? "verified", source], Object.fromEntries(rows));
}
