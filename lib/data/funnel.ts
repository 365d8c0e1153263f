import { described, type Description, each, ofKind, percent, takes } from "../base/mod.ts";
import type { Document, Documents, OnDrop } from "./document.ts";

/** What came through one stage of a {@linkcode Funnel}, so far. */
export interface FunnelStage {
  /** The stage's name. */
  name: string;
  /** How many documents came out. */
  documents: number;
  /** How many tokens they hold. */
  tokens: number;
  /** How many things were left out, by reason: documents, or what never became one. */
  dropped: Record<string, number>;
  /** The beginning of the first of each reason. */
  examples: Record<string, string>;
}

/** Counts documents on their way through the stages of a pipeline. */
export interface Funnel {
  /** The stages in the order they were added, with their counts so far. */
  readonly stages: readonly FunnelStage[];
  /**
   * Add a stage: give `run` the listener that counts what the stage leaves out, and pass on the documents that come out of it.
   * Nothing runs before the documents are asked for.
   */
  stage(name: string, run: (onDrop: OnDrop) => Documents): AsyncGenerator<Document>;
}

/** Options of {@linkcode funnel}. */
export interface FunnelOptions {
  /** How many tokens a text has. @default {a token for four bytes of UTF-8} */
  tokensOf?: (text: string) => number;
}

/**
 * A report of a pipeline in one table: how many documents and tokens come out of each stage, and what each left out, by
 * reason. Stages are what rooms give, composed; the report only counts what passes, and `show` shows it at any time.
 *
 * @throws {TypeError} If `tokensOf` is no function.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { funnel } from "midtrain/data";
 * import { applyRules, gopherQuality, removeExactDuplicates } from "midtrain/select";
 *
 * const texts = ["Tea is hot.", "Tea is hot.", "Milk is cold."];
 * const read = texts.map((text, at) => ({ id: `${at}`, text, source: "kitchen", meta: {} }));
 * const counts = funnel();
 * const pages = counts.stage("pages", () => read);
 * const unique = counts.stage("once", (onDrop) => removeExactDuplicates(pages, { onDrop }));
 * const good = counts.stage("good", (onDrop) => applyRules(unique, [gopherQuality()], { onDrop }));
 * assert.deepEqual(await Array.fromAsync(good), []);
 * assert.deepEqual(counts.stages.map(({ documents }) => documents), [3, 2, 0]);
 * assert.deepEqual(counts.stages[2].dropped, { "fewer than 50 words": 2 });
 * ```
 */
export function funnel(options: FunnelOptions = {}): Funnel {
  takes("Cannot count stages", options, "tokensOf?");
  const { tokensOf = tokensByBytes } = options;
  ofKind("Cannot count stages", { tokensOf }, "a function");
  const stages: FunnelStage[] = [];
  return described<Funnel>({
    stages,
    stage(name, run) {
      ofKind("Cannot count a stage", { name }, "a text");
      ofKind("Cannot count a stage", { run }, "a function");
      if (stages.some((stage) => stage.name === name)) {
        throw new RangeError(`Cannot count a stage as its name must be new: current value is ${name}`);
      }
      const stage: FunnelStage = { name, documents: 0, tokens: 0, dropped: {}, examples: {} };
      stages.push(stage);
      return through(stage, run, tokensOf);
    },
  }, tellFunnel);
}

async function* through(
  stage: FunnelStage,
  run: (onDrop: OnDrop) => Documents,
  tokensOf: (text: string) => number,
): AsyncGenerator<Document> {
  const documents = run(({ reason, excerpt }) => {
    stage.dropped[reason] = (stage.dropped[reason] ?? 0) + 1;
    stage.examples[reason] ??= excerpt.slice(0, 200);
  });
  for await (const document of each(`Cannot run ${stage.name}`, { documents }, "an object with id, text")) {
    stage.documents++;
    stage.tokens += tokensOf(document.text);
    yield document;
  }
}

function tokensByBytes(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / 4);
}

function tellFunnel({ stages }: Funnel): Description {
  const left = ({ dropped }: FunnelStage) => Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const reasons = stages.flatMap(({ name, dropped, examples }) =>
    Object.entries(dropped).sort(([, a], [, b]) => b - a).map(([reason, count]) => ({
      stage: name,
      reason,
      count,
      "the first": examples[reason],
    }))
  );
  return [
    {
      rows: stages.map((stage, at) => ({
        stage: stage.name,
        documents: stage.documents,
        tokens: stage.tokens,
        "of the tokens before": at > 0 && stages[at - 1].tokens > 0
          ? percent(stage.tokens / stages[at - 1].tokens)
          : "",
        "left out": left(stage),
      })),
    },
    ...reasons.length > 0 ? [{ title: "Left out", rows: reasons }] : [],
  ];
}
