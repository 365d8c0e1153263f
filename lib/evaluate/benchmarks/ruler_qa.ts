import {
  distinct,
  fitTokens,
  type LengthTokenizer,
  must,
  ofKind,
  Random,
  takes,
  wholeNumber,
} from "../../base/mod.ts";
import { type PassageQuestion, type PassageQuestions, readPassageQuestions } from "../../sets/mod.ts";
import type { Benchmark } from "../benchmark.ts";
import { groupName, matchRules } from "./_ruler_rules.ts";
import type { RulerItem } from "./ruler.ts";

/** Options of {@linkcode rulerQa}. */
export interface RulerQaOptions {
  /** Counts the tokens; ids are not used. */
  tokenizer: LengthTokenizer;
  /** Lengths of the whole text in tokens, with the 32 of the answer, as RULER counts. */
  contexts: readonly number[];
  /** Questions at each length, the first of the file. @default {20} */
  samples?: number | undefined;
  /** Names the other passages and their order. @default {1} */
  seed?: number | string | undefined;
}

/** Room of the answer in tokens, as in RULER. */
const ROOM = 32;

/**
 * RULER's questions (`qa_1` by SQuAD, `qa_2` by HotpotQA, arXiv 2404.06654): the passages that answer one stand among others, of the
 * same article first, as many as the length holds, in an order drawn by seed.
 *
 * @param path A file of its publisher, as `readPassageQuestions` of the room `sets` takes it.
 * @throws {RangeError} If an option is out of range; on reading items, if the passages do not fill a length or it has no room.
 * @example A miniature of one question
 * ```ts
 * import assert from "node:assert/strict";
 * import { rulerQa } from "midtrain/evaluate";
 *
 * const path = await Deno.makeTempFile();
 * const rain = Array.from({ length: 30 }, (_, day) => ({ context: `On day ${day} it rains, and nobody sails anywhere at all.`, qas: [] }));
 * const asked = { context: "Ahab sails the Pequod.", qas: [{ id: "1", question: "Who sails?", answers: [{ text: "Ahab" }] }] };
 * await Deno.writeTextFile(path, JSON.stringify({ data: [{ paragraphs: [...rain, asked] }] }));
 * const tokenizer = { name: "bytes", encode: (text: string) => new TextEncoder().encode(text) };
 * for await (const { prompt, tokens } of rulerQa(path, { tokenizer, contexts: [1000] }).items()) {
 *   assert(prompt.includes("Ahab sails the Pequod.") && prompt.endsWith("Question: Who sails? Answer:") && tokens <= 968);
 * }
 * ```
 */
export function rulerQa(path: string, options: RulerQaOptions): Benchmark<RulerItem> {
  const cannot = "Cannot ask RULER's questions";
  takes(cannot, options, "tokenizer, contexts, samples?, seed?");
  ofKind(cannot, { path }, "a text");
  const { tokenizer, contexts, samples = 20, seed = 1 } = options;
  ofKind(cannot, { tokenizer }, "an object with name, encode");
  ofKind(cannot, { contexts }, "a list of numbers");
  wholeNumber(cannot, { samples }, ">= 1");
  for (const context of contexts) wholeNumber(cannot, { "every context": context }, ">= 1");
  must(cannot, "there must be a context", contexts.length, contexts.length > 0);
  distinct(cannot, { contexts: contexts.map(String) });
  let read: Promise<PassageQuestions> | undefined;
  return {
    name: "ruler-qa",
    title: `RULER, questions about passages, at ${contexts.join(", ")} tokens of ${tokenizer.name}`,
    source: "Hsieh et al. 2024, arXiv 2404.06654",
    version: 1,
    async *items() {
      const { passages, questions } = await (read ??= readPassageQuestions(path));
      for (const context of contexts) {
        for (const question of questions.slice(0, samples)) {
          const random = new Random(`${seed}/ruler/qa/${context}/${question.id}`);
          const found = fitTokens(cannot, {
            ...{ context: context - ROOM, least: question.passages.length, most: passages.length, tokenizer },
            render: renderer(question, passages, random),
          });
          yield {
            ...{ id: `qa/${context}/${question.id}`, context, depth: null },
            ...{ prompt: found.text, tokens: found.tokens, answers: question.answers },
            hidden: question.passages.map((place) => passages[place]).join("\n"),
          };
        }
      }
    },
    group: ({ context }) => groupName(context, null),
    forms: {
      ruler: {
        ...{ source: "RULER, arXiv 2404.06654: its prompt, passages the user's", shots: 0, draw: "first" },
        ask: ({ prompt, answers }) => ({ prompt, stop: [], maxTokens: ROOM, gold: ` ${answers[0]}` }),
      },
    },
    // One of several answers is enough.
    rules: { "string match part": matchRules["string match part"] },
    leak: ({ hidden, prompt, answers }) => ({
      question: `${hidden}\n${/Question: (.*) Answer:$/s.exec(prompt)![1]}`,
      answer: answers[0],
    }),
  };
}

function renderer(
  question: PassageQuestion,
  passages: readonly string[],
  random: Random,
): (count: number) => string {
  const own = new Set([...question.passages, ...question.near]);
  const far = passages.map((_, place) => place).filter((place) => !own.has(place));
  const order = [
    ...question.passages,
    ...random.fork("near").shuffle([...question.near]),
    ...random.fork("far").shuffle(far),
  ];
  const how =
    "Answer the question based on the given documents. Only give me the answer and do not output any other words.";
  return (count) => {
    const shown = random.fork("order").shuffle(order.slice(0, count));
    const listed = shown.map((place, i) => `Document ${i + 1}:\n${passages[place]}`).join("\n\n");
    return `${how}\n\nThe following are given documents.\n\n${listed}\n\n${how}\n\nQuestion: ${question.question} Answer:`;
  };
}
