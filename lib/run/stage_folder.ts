import { type Json, ofKind, plain, sha256, takes } from "../base/mod.ts";

/** What decides a stage's bytes, of what JSON can hold. */
export interface StageIdentity {
  /** What it reads: files by size and hash, or the folders of the stages that it goes on from. */
  inputs: unknown;
  /** How it is made, its defaults filled in. */
  parameters: unknown;
  /** Which code makes it: a name and a version that whoever changes the bytes changes. */
  code: string;
}

/**
 * The name of a stage's folder: the stage's own, and a hash of its inputs, parameters and code. What has the same name holds
 * the same bytes; where anything that decides them changes, the folder is another and the old one stays.
 *
 * The order of an object's members does not count. A stage that reads another gives that one's folder as its input, so that
 * every name is known before anything runs.
 *
 * @throws {TypeError} If the name is no name of a file, or a part is missing.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stageFolder } from "midtrain/run";
 *
 * const pages = stageFolder("pages", { inputs: [{ bytes: 10 }], parameters: {}, code: "extract@1" });
 * const good = stageFolder("good", { inputs: [pages], parameters: { least: 2 }, code: "rules@1" });
 * assert.match(good, /^good-[0-9a-f]{12}$/);
 * assert(good !== stageFolder("good", { inputs: [pages], parameters: { least: 3 }, code: "rules@1" }));
 * ```
 */
export function stageFolder(name: string, identity: StageIdentity): string {
  const cannot = "Cannot name a stage's folder";
  ofKind(cannot, { name }, "a text");
  takes(cannot, identity, "inputs, parameters, code");
  if (!/^[\w][\w.-]*$/.test(name)) {
    throw new TypeError(
      `${cannot} as name must be letters, digits, points, dashes and underscores: current value is ${name}`,
    );
  }
  const { inputs, parameters, code } = identity;
  return `${name}-${sha256(canonical({ code, inputs, parameters })).slice(0, 12)}`;
}

/** JSON whose members stand in the order of their names. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(plain(value)));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value).sort().map((name) => [name, sorted((value as Record<string, Json>)[name])]),
  );
}

/**
 * How two records differ, a line for each member, its path in front: why a stage runs again.
 *
 * @param before What stands there.
 * @param now What is wanted.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { differences } from "midtrain/run";
 *
 * assert.deepEqual(differences({ rules: { least: 2 } }, { rules: { least: 3 }, seed: 1 }), [
 *   "rules.least is 3, was 2",
 *   "seed is 1, was not given",
 * ]);
 * ```
 */
export function differences(before: unknown, now: unknown): string[] {
  ofKind("Cannot compare", { before, now }, "an object");
  return [...differing(plain(before), plain(now), "")];
}

function* differing(before: Json | undefined, now: Json | undefined, path: string): Generator<string> {
  const nested = (value: Json | undefined) => typeof value === "object" && value !== null;
  if (nested(before) && nested(now)) {
    const [a, b] = [before, now] as Record<string, Json>[];
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)].sort())) {
      yield* differing(a[name], b[name], path === "" ? name : `${path}.${name}`);
    }
  } else if (
    canonical(before ?? null) !== canonical(now ?? null) || (before === undefined) !== (now === undefined)
  ) {
    const said = (value: Json | undefined) =>
      value === undefined ? "not given" : JSON.stringify(value).slice(0, 60);
    yield `${path} is ${said(now)}, was ${said(before)}`;
  }
}
