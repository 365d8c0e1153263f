import assert from "node:assert/strict";
import { hash32 } from "../../lib/base/mod.ts";
import { buildIndex, findRephrased, type TextEmbedder } from "../../lib/decontaminate/mod.ts";
import { hosts, prose } from "./_made.ts";

const ducks = {
  id: "ducks",
  question: "Sixteen ducks of a farmer lay three eggs each; how many eggs does she sell in a week?",
  answer: "336",
  benchmark: "made",
};
const trains = {
  id: "trains",
  question: "Two trains leave one station in opposite directions; how far apart are they in the evening?",
  benchmark: "made",
};
const index = buildIndex([ducks, trains]);
const rephrased =
  "A farmer has sixteen ducks. With three eggs a day from each, what number of eggs is sold weekly? 336";

/** Words as a vector, so that texts of the same words are near whatever their order; it counts what it is asked. */
function bagOfWords(most = Infinity): TextEmbedder & { texts: string[]; asked: number } {
  const seen = {
    texts: [] as string[],
    asked: 0,
    embed(texts: readonly string[]) {
      seen.asked++;
      const long = texts.find(({ length }) => length > most);
      if (long !== undefined) {
        return Promise.reject(Object.assign(new Error("too long"), { name: "ContextLengthError" }));
      }
      seen.texts.push(...texts);
      return Promise.resolve(texts.map((text) => {
        const vector = new Float32Array(512);
        for (const word of text.toLowerCase().match(/\p{L}{4,}/gu) ?? []) vector[hash32(word) & 511] = 1;
        const norm = Math.hypot(...vector) || 1;
        return vector.map((value) => value / norm);
      }));
    },
  };
  return seen;
}

const document = (id: string, text: string) => ({ id, text, source: "made", meta: {} });

Deno.test("findRephrased() compares short documents as they are, and tells cosine, place and answer", async () => {
  const model = bagOfWords();
  const documents = [
    document("a", rephrased),
    document("b", "It rained all day on the hills."),
    document("c", " "),
  ];
  const calls = await Array.fromAsync(findRephrased(documents, index, { model, threshold: 0.5 }));
  assert.deepEqual(calls.map(({ document, item, rule, answer }) => [document, item, rule, answer]), [
    ["a", "ducks", "embedding", "present"],
  ]);
  assert.equal(calls[0].matched, rephrased);
  assert(calls[0].score > 0.5 && calls[0].score < 1);
});

Deno.test("findRephrased() embeds of a long document only the sentences that share an item's rare words", async () => {
  const model = bagOfWords();
  const before = `${prose(1, 300)}. ${prose(2, 300)}. `;
  const text = `${before}${rephrased.slice(0, -4)} ${prose(3, 300)}. ${prose(4, 300)}.`;
  const calls = await Array.fromAsync(
    findRephrased([document("long", text), ...hosts], index, { model, threshold: 0.5, wholeWords: 100 }),
  );
  assert.equal(calls.length, 1);
  assert.equal(calls[0].item, "ducks");
  assert.equal(text.slice(calls[0].start, calls[0].end), calls[0].matched);
  assert(rephrased.includes(calls[0].matched.slice(2, 40)));
  assert.equal(model.texts.length, 2 + 1, "two items and one run of sentences");
});

Deno.test("findRephrased() takes the question at the end of a part of a long document, though it has no rare word", async () => {
  const asked = "What will that be for her?";
  const told = `${rephrased.slice(0, rephrased.indexOf(".") + 1)} ${asked}`;
  const text = `${prose(1, 300)}. ${told} ${prose(3, 300)}. ${prose(4, 300)}.`;
  const [{ item, matched }] = await Array.fromAsync(
    findRephrased([document("long", text)], index, { model: bagOfWords(), threshold: 0.3, wholeWords: 100 }),
  );
  assert.deepEqual([item, matched], ["ducks", told.slice(0, -1)]);
});

Deno.test("findRephrased() reads less of a text that is too long for the model, and passes other errors on", async () => {
  const model = bagOfWords(60);
  const calls = await Array.fromAsync(findRephrased([document("a", ducks.question)], index, { model }));
  assert.deepEqual(calls.map(({ item }) => item), ["ducks"]);
  assert(model.texts.every(({ length }) => length <= 60));
  const broken: TextEmbedder = { embed: () => Promise.reject(new Error("no network")) };
  await assert.rejects(Array.fromAsync(findRephrased([], index, { model: broken })), {
    message: "no network",
  });
  const few: TextEmbedder = { embed: () => Promise.resolve([]) };
  await assert.rejects(Array.fromAsync(findRephrased([], index, { model: few })), {
    name: "RangeError",
    message: "Cannot find rephrased items as the model must give one vector a text: of 2 texts it gave 0",
  });
});

Deno.test("findRephrased() takes vectors as an embedder of this process gives them", async () => {
  const { embed } = bagOfWords();
  const model: TextEmbedder = { embed: async (texts) => ({ vectors: await embed(texts) as Float32Array[] }) };
  const calls = await Array.fromAsync(findRephrased([document("a", trains.question)], index, { model }));
  assert.deepEqual(calls.map(({ item, answer }) => [item, answer]), [["trains", "unknown"]]);
});

Deno.test("findRephrased() of a document of ten megabytes without sentences ends", async () => {
  const text = "ducks and eggs ".repeat(700_000);
  const calls = await Array.fromAsync(findRephrased([document("big", text)], index, { model: bagOfWords() }));
  assert.deepEqual(calls, []);
});
