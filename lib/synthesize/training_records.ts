import type { Document, Documents, Json } from "../data/mod.ts";
import { each, inRange, ofKind, oneOf, takes } from "../base/mod.ts";
import type { ToolSchema } from "../llm/mod.ts";

/** How a trainer reads a record. */
export type RecordShape =
  /** `{ id, text, source }`: for next-token prediction; with `responses`, the parts to learn, where `meta` has them. */
  | "text"
  /** `{ id, messages: [{ role, content }, …], source }`: for chat templates; calls as OpenAI's `tool_calls`, with `tools`. */
  | "messages"
  /** The same with tools, calls and results as text between Hermes' marks, for templates that know of none. */
  | "hermes"
  /** `{ id, conversations: [{ from, value }, …], source }`: ShareGPT's names (`system`, `human`, `gpt`, `tool`) for what `hermes` writes. */
  | "sharegpt"
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
 * what follows `Answer:`; a text with several pairs becomes a conversation of as many turns. Where `meta.messages` holds a conversation, as those
 * of agents do, it is that one.
 *
 * Only what the assistant wrote is to be learnt: trainers mask by role, and the `responses` of a text are its parts, as
 * `packDocuments` of `midtrain/anneal` takes them by `lossOn: "responses"`.
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
  oneOf("Cannot write training records", { shape }, Object.keys(shapes));
  for await (
    const document of each("Cannot write training records", { documents }, "an object with id, text")
  ) {
    const { id, source } = document;
    const record = { id, ...await shapes[shape](document), source };
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
    const tokens = countTokens(text);
    inRange(
      "Cannot count tokens",
      { [`what countTokens gives for a text of ${source}`]: tokens },
      "finite and >= 0",
    );
    row.tokens += tokens;
    row.promptTokens += lineage?.usage?.promptTokens ?? 0;
    row.completionTokens += lineage?.usage?.completionTokens ?? 0;
  }
  return [...rows.values()];
}

const shapes: Record<RecordShape, (document: Document) => TrainingRecord | Promise<TrainingRecord>> = {
  text: ({ text, meta: { responses } }) => ({ text, ...(responses === undefined ? {} : { responses }) }),
  messages: (document) => ({ messages: messagesOf(document, "messages"), ...toolsOf(document) }),
  hermes: async (document) => ({ messages: await hermesOf(document, "hermes") }),
  sharegpt: async (document) => {
    const messages = await hermesOf(document, "sharegpt");
    const conversations = messages.map(({ role, content }) => ({
      from: names[role] ?? role,
      value: content,
    }));
    return { conversations };
  },
  "question-answer": (document) => {
    const [[question, answer]] = somePairs(document, "question-answer");
    return { question, answer };
  },
};

/** What ShareGPT's records call the roles, where it is another name. */
const names: Record<string, string> = { user: "human", assistant: "gpt" };

/** The conversation that a document holds, or its questions with their answers. */
function messagesOf(document: Document, shape: RecordShape): TrainingRecord[] {
  const { messages } = document.meta;
  if (messages !== undefined) {
    ofKind(
      `Cannot write ${document.id} as ${shape}`,
      { "meta.messages": messages },
      "a list of objects with role",
    );
    return messages as TrainingRecord[];
  }
  return somePairs(document, shape).flatMap(([question, answer]) => [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ]);
}

function toolsOf({ meta: { messages, tools } }: Document): TrainingRecord {
  return messages === undefined || tools === undefined ? {} : { tools };
}

async function hermesOf(
  document: Document,
  shape: RecordShape,
): Promise<{ role: string; content: string }[]> {
  const { hermesMessages, readOpenAiMessage } = await import("../llm/mod.ts");
  const { tools = [] } = toolsOf(document);
  const cannot = `Cannot write ${document.id} as ${shape}`;
  ofKind(cannot, { "meta.tools": tools }, "a list of objects with function");
  const named = (tools as { function: Json }[]).map((tool) => tool.function) as unknown as ToolSchema[];
  const read = messagesOf(document, shape).map(readOpenAiMessage);
  return hermesMessages(read, { tools: named }).map(({ role, content }) => ({ role, content }));
}

function somePairs(document: Document, shape: RecordShape): [question: string, answer: string][] {
  const pairs = pairsOf(document);
  if (pairs.length > 0) return pairs;
  throw new TypeError(
    `Cannot write ${document.id} as ${shape} as it has no question and answer: it begins "${
      document.text.slice(0, 60)
    }"`,
  );
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
