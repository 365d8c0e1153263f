import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Json, must, nearest, ofKind, takes, wholeNumber } from "../base/mod.ts";

/** What a stage reads: the name of an earlier stage; or files, as paths, folders and patterns such as `data/*.jsonl`. */
export type PlanSource = string | readonly string[];

/** One stage of a plan. */
export interface PlanStage {
  /** The kind of work: a registered name; or a module whose default export is a `StageWork`, `./mine.ts` from the plan's folder. */
  kind: string;
  /** What it reads; by name where the kind reads several things. @default {nothing} */
  from?: PlanSource | Readonly<Record<string, PlanSource>>;
  /** What the kind is told. @default {the kind's own} */
  parameters?: Readonly<Record<string, Json>>;
  /** How many shards its files are divided into. @default {one for every 64 MiB} */
  shards?: number;
}

/** Stages of work, in their order, each in numbered shards. */
export interface Plan {
  /** What it makes. */
  name: string;
  /** Its stages by name; a stage reads files or stages above it. */
  stages: Readonly<Record<string, PlanStage>>;
  /** How many shards of a stage may be put aside because of their input, before it counts as failed. @default {0} */
  quarantined?: number;
}

/** Where a plan's paths begin, and what its kinds are. */
export interface PlanContext {
  /** The folder that paths of files and modules start from. @default {the current one} */
  base?: string | undefined;
  /** Addresses of modules by the names that plans call them. @default {none} */
  kinds?: Readonly<Record<string, string>> | undefined;
}

/**
 * Read a plan from a file of JSON; see {@linkcode checkPlan}. Its paths start from the file's folder.
 *
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {SyntaxError} If it is no JSON.
 * @throws {TypeError} If it is no plan.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readPlan } from "midtrain/run";
 *
 * const path = `${await Deno.makeTempDir()}/plan.json`;
 * await Deno.writeTextFile(path, '{ "name": "web", "stages": { "pages": { "kind": "./pages.ts", "from": ["*.warc.gz"] } } }');
 * assert.deepEqual((await readPlan(path)).stages.pages.from, ["*.warc.gz"]);
 * ```
 */
export async function readPlan(path: string, options: PlanContext = {}): Promise<Plan> {
  takes("Cannot read a plan", options, "base?, kinds?");
  ofKind("Cannot read a plan", { path }, "a text");
  const cannot = `Cannot read the plan ${path}`;
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(`${cannot} as there is no such file`);
    }
    throw new Error(`${cannot} as it is no file that can be read`, { cause: error });
  }
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${cannot} as it must be JSON: ${(error as Error).message}`);
  }
  return checked(plan as Plan, { base: dirname(resolve(path)), ...options }, cannot);
}

/**
 * A plan as it stands, or an error: every name that is not understood is told, with the nearest that is.
 *
 * @throws {TypeError} If a member is missing, unknown or of another kind, or a stage reads one that is not above it.
 * @throws {RangeError} If a number is out of its range, or a kind is not known.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkPlan } from "midtrain/run";
 *
 * const stages = { pages: { kind: "./pages.ts", from: ["a.warc"] }, good: { kind: "./good.ts", from: "page" } };
 * assert.throws(() => checkPlan({ name: "web", stages }), {
 *   message: "Cannot check the plan as good must read a stage above it or a list of files: current value is page; did you mean pages?",
 * });
 * ```
 */
export function checkPlan(plan: Plan, options: PlanContext = {}): Plan {
  takes("Cannot check the plan", options, "base?, kinds?");
  return checked(plan, options, "Cannot check the plan");
}

/** A plan as it stands, or an error that begins as it is told. */
export function checked(plan: Plan, context: PlanContext, cannot: string): Plan {
  takes(cannot, plan, "name, stages, quarantined?");
  const { name, stages, quarantined = 0 } = plan;
  ofKind(cannot, { name }, "a text");
  must(cannot, "name must be letters, digits, points, dashes and underscores", name, isName(name));
  ofKind(cannot, { stages }, "an object");
  wholeNumber(cannot, { quarantined }, ">= 0");
  const above: string[] = [];
  must(cannot, "stages must be at least one", 0, Object.keys(stages).length > 0);
  for (const [stage, given] of Object.entries(stages)) {
    must(
      cannot,
      "names of stages must be letters, digits, points, dashes and underscores",
      stage,
      isName(stage),
    );
    ofKind(cannot, { [stage]: given }, "an object");
    takes(`${cannot} at ${stage}`, given, "kind, from?, parameters?, shards?");
    const { kind, from = {}, parameters = {}, shards = 1 } = given;
    ofKind(cannot, { [`kind of ${stage}`]: kind }, "a text");
    moduleOf(kind, context, `${cannot} at ${stage}`);
    ofKind(cannot, { [`parameters of ${stage}`]: parameters }, "an object");
    wholeNumber(cannot, { [`shards of ${stage}`]: shards }, "in [1, 100000]");
    const sources = typeof from === "string" || Array.isArray(from) ? [from] : Object.values(from);
    for (const source of sources as PlanSource[]) checkSource(cannot, stage, source, above);
    above.push(stage);
  }
  return plan;
}

function checkSource(cannot: string, stage: string, source: PlanSource, above: readonly string[]): void {
  if (typeof source !== "string") {
    return ofKind(cannot, { [`from of ${stage}`]: source }, "a list of texts");
  }
  if (above.includes(source)) return;
  const meant = nearest(source, above);
  throw new TypeError(
    `${cannot} as ${stage} must read a stage above it or a list of files: current value is ${source}${
      meant === undefined ? "" : `; did you mean ${meant}?`
    }`,
  );
}

/** The address of a kind's module. */
export function moduleOf(kind: string, { base = ".", kinds = {} }: PlanContext, cannot: string): string {
  if (Object.hasOwn(kinds, kind)) return kinds[kind];
  if (/^(?:file|data):/.test(kind)) return kind;
  if (/\.[jt]s$/.test(kind)) return pathToFileURL(resolve(base, kind)).href;
  const known = Object.keys(kinds);
  const meant = nearest(basename(kind), known);
  throw new RangeError(
    `${cannot} as kind must be ${known.length > 0 ? `one of ${known.join(", ")}, or ` : ""}` +
      `a module such as ./mine.ts: current value is ${kind}${
        meant === undefined ? "" : `; did you mean ${meant}?`
      }`,
  );
}

function isName(name: string): boolean {
  return /^\w[\w.-]*$/.test(name);
}
