import { ofKind, takes } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";

/** Options of {@linkcode lineageOf}. */
export interface LineageOfOptions {
  /** Finds a parent by its id, so that the tree goes on to its roots. @default {parents stay ids} */
  find?: (id: string) => Document | undefined;
}

/**
 * Where a text comes from, as lines to read: each document with its prompt, model, sampling and cost, its parents indented
 * beneath it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { arithmeticProblems, lineageOf } from "midtrain/synthesize";
 *
 * const [problem] = arithmeticProblems({ count: 1, seed: 7 });
 * assert.match(lineageOf(problem), /^[0-9a-f]{16} by arithmetic\/template@1, model none, seed 7\n  "Question: /);
 * ```
 */
export function lineageOf(document: Document, options: LineageOfOptions = {}): string {
  takes("Cannot trace a document", options, "find?");
  ofKind("Cannot trace a document", { document }, "an object with id, text");
  return lines(document, options.find ?? (() => undefined), []).join("\n");
}

function lines(document: Document, find: (id: string) => Document | undefined, path: string[]): string[] {
  const { id, lineage, source, text } = document;
  const start = text.replace(/\s+/g, " ").trim();
  const indent = (line: string) => `  ${line}`;
  const excerpt = `"${start.length > 80 ? `${start.slice(0, 80)}…` : start}"`;
  if (!lineage) return [`${id} from ${source}`, indent(excerpt)];
  const { prompt, model, sampling, seed, usage, parents } = lineage;
  const how = [
    `${id} by ${prompt}`,
    `model ${model}`,
    ...Object.entries(sampling).map(([name, value]) => `${name} ${JSON.stringify(value)}`),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...(usage ? [`${usage.promptTokens} tokens read, ${usage.completionTokens} written`] : []),
  ];
  const above = parents.flatMap((parent) => {
    const found = path.includes(parent) ? undefined : find(parent);
    return found ? lines(found, find, [...path, id]) : [parent];
  });
  return [how.join(", "), indent(excerpt), ...above.map(indent)];
}
