import type { Document, Documents, Json } from "../data/mod.ts";
import { each, ofKind, takes } from "../base/mod.ts";

/** How a trainer reads a record. */
export type RecordShape =
  /** `{ id, text, source }`: for next-token prediction. */
  | "text"
  /** `{ id, messages: [{ role, content }, …], source }`: for chat templates. */
  | "messages"
  /** `{ id, question, answer, source }`. */
  | "question-answer";

/** Options of {@linkcode trainingRecords}. */
export interface TrainingRecordsOptions {
  /** How the trainer reads it. @default {"text"} */
  shape?: RecordShape;
  /** Whether the lineage goes along as JSON in a field of its own. @default {false} */
  lineage?: boolean;
}

/** What a trainer reads: one JSON object a record. */
export type TrainingRecord = { [key: string]: Json };

/**
 * Documents in the shape that a trainer reads, ready for `writeJsonl` or `writeParquet` of `midtrain/data`.
 *
 * Questions and answers are `meta.question` (or `meta.problem`) and `meta.answer`, or a text's own first `Question:` and
 * what follows `Answer:`; a text with several pairs becomes a conversation of as many turns.
 *
 * @throws {TypeError} If a document has no question and answer where the shape needs them.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { trainingRecords } from "midtrain/synthesize";
 *
 * const document = { id: "1", text: "Question: Who led?\nAnswer: Ahab.", source: "sea", meta: {} };
 * const [record] = await Array.fromAsync(trainingRecords([document], { shape: "messages" }));
 * assert.deepEqual(record.messages, [{ role: "user", content: "Who led?" }, { role: "assistant", content: "Ahab." }]);
 * ```
 */
export async function* trainingRecords(
  documents: Documents,
  options: TrainingRecordsOptions = {},
): AsyncGenerator<TrainingRecord> {
  takes("Cannot write training records", options, "shape?, lineage?");
  const { shape = "text", lineage = false } = options;
  for await (
    const document of each("Cannot write training records", { documents }, "an object with id, text")
  ) {
    const { id, source } = document;
    const record = { id, ...recordOf(document, shape), source };
    yield lineage && document.lineage ? { ...record, lineage: JSON.stringify(document.lineage) } : record;
  }
}

/** Texts and tokens of one source. */
export interface SourceTokens {
  /** The source: the method that made the text, or the data set. */
  source: string;
  /** How many texts. */
  documents: number;
  /** Tokens of the texts, by the counter that was given. */
  tokens: number;
  /** Tokens that models read for them, where lineage says so. */
  promptTokens: number;
  /** Tokens that models wrote for them, where lineage says so. */
  completionTokens: number;
}

/**
 * Texts and tokens by source, in the order of first sight; a table for `show`.
 *
 * @param countTokens Tokens of a text, by the trainer's own tokenizer.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tokensBySource } from "midtrain/synthesize";
 *
 * const texts = ["one two", "three"].map((text) => ({ id: text, text, source: "sea", meta: {} }));
 * const [row] = await tokensBySource(texts, (text) => text.split(" ").length);
 * assert.deepEqual([row.source, row.documents, row.tokens], ["sea", 2, 3]);
 * ```
 */
export async function tokensBySource(
  documents: Documents,
  countTokens: (text: string) => number,
): Promise<SourceTokens[]> {
  ofKind("Cannot count tokens", { countTokens }, "a function");
  const rows = new Map<string, SourceTokens>();
  for await (
    const { source, text, lineage } of each("Cannot count tokens", { documents }, "an object with text")
  ) {
    const row = rows.get(source) ??
      { source, documents: 0, tokens: 0, promptTokens: 0, completionTokens: 0 };
    rows.set(source, row);
    row.documents++;
    row.tokens += countTokens(text);
    row.promptTokens += lineage?.usage?.promptTokens ?? 0;
    row.completionTokens += lineage?.usage?.completionTokens ?? 0;
  }
  return [...rows.values()];
}

function recordOf(document: Document, shape: RecordShape): TrainingRecord {
  if (shape === "text") return { text: document.text };
  const pairs = pairsOf(document);
  const [first] = pairs;
  if (!first) {
    throw new TypeError(
      `Cannot write ${document.id} as ${shape} as it has no question and answer: it begins "${
        document.text.slice(0, 60)
      }"`,
    );
  }
  if (shape === "question-answer") return { question: first[0], answer: first[1] };
  return {
    messages: pairs.flatMap(([question, answer]) => [
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ]),
  };
}

function pairsOf({ text, meta }: Document): [question: string, answer: string][] {
  const question = meta.question ?? meta.problem;
  const { answer } = meta;
  if (typeof question === "string" && (typeof answer === "string" || typeof answer === "number")) {
    return [[question, String(answer)]];
  }
  const found = text.matchAll(/^Question:\s*([^]*?)\n+Answer:\s*([^]*?)(?=\n+Question:|$(?![^]))/gm);
  return Array.from(found, ([, asked, said]) => [asked.trim(), said.trim()]);
}
