import assert from "node:assert/strict";
import { ruler } from "../../lib/evaluate/mod.ts";
import { sotu } from "../../lib/sets/mod.ts";
import {
  aggregateTexts,
  type Aggregation,
  type Document,
  type Drop,
  keyValueTexts,
  lineageOf,
  type RecallTask,
  recallTexts,
} from "../../lib/synthesize/mod.ts";

const tokenizer = {
  name: "words",
  encode: (text: string) => (text.match(/\p{L}+|\p{N}|[^\s\p{L}\p{N}]/gu) ?? []).map((_, at) => at),
};
const length = (text: string) => tokenizer.encode(text).length;
const speeches: Document[] = [];
for await (const speech of sotu.read()) {
  speeches.push(speech);
  if (speeches.length === 4) break;
}

const spans = (meta: Document["meta"]) => meta.evidence as [number, number][];

Deno.test("recallTexts() fills its length within the tolerance, and every text has its facts once where it says", async () => {
  for (const task of ["one", "all", "trail", "greater"] satisfies RecallTask[]) {
    const options = { task, tokenizer, tokens: 1500, count: 12, facts: 5, seed: 3 };
    const texts = await Array.fromAsync(recallTexts(speeches, options));
    assert.equal(texts.length, 12);
    for (const { text, meta, lineage } of texts) {
      assert.equal(length(text), meta.tokens);
      assert(length(text) <= 1500 && length(text) >= 0.95 * 1500, `${length(text)}`);
      for (const [from, to] of spans(meta)) {
        const fact = text.slice(from, to);
        assert.match(fact, /^(The|In another year the|\p{Lu}\p{Ll}+ \p{Lu}).*\.$/u);
        assert.equal(text.split(fact).length, 2);
      }
      assert(text.endsWith(`\n\nQuestion: ${meta.question}\nAnswer: ${meta.answer}`));
      assert.deepEqual(lineage?.parents, speeches.map(({ id }) => id));
      assert.equal(lineage?.model, "none");
    }
    assert.equal(new Set(texts.map(({ id }) => id)).size, 12);
    const again = await Array.fromAsync(recallTexts(speeches, { ...options, count: 3 }));
    assert.deepEqual(again, texts.slice(0, 3), "the texts do not hang on how many there are");
  }
});

Deno.test("recallTexts() asks what the facts answer, read by another program", async () => {
  const of = async (task: RecallTask) =>
    await Array.fromAsync(recallTexts(speeches, { task, tokenizer, tokens: 1200, count: 20, seed: "read" }));
  for (const { text, meta } of await of("one")) {
    const [, thing, who] = /Which number does the (.+) of (\S+ \S+) have\?/.exec(String(meta.question))!;
    const [, value] = new RegExp(`The ${thing} of ${who} has the number (\\d+)\\.`).exec(text)!;
    assert.equal(meta.answer, value);
  }
  for (const { text, meta } of await of("trail")) {
    const handed = [...text.matchAll(/(\S+ \S+) handed the old .+? on to (\S+ \S+?)\./g)];
    let [, holder] = handed[0];
    for (const [, from, to] of handed) {
      assert.equal(from, holder, "in the order of the hands");
      holder = to;
    }
    assert.equal(meta.answer, holder);
  }
  for (const { text, meta } of await of("all")) {
    const [, thing, who] = /Which numbers was the (.+) of (\S+ \S+) given/.exec(String(meta.question))!;
    const found = [
      ...text.matchAll(new RegExp(`the ${thing} of ${who} was given the number (\\d+)\\.`, "g")),
    ];
    assert.equal(meta.answer, found.map(([, value]) => value).join(", "));
    assert(found.length >= 2);
  }
  const depths = (await of("one")).flatMap(({ meta }) => meta.depths as number[]);
  assert(Math.min(...depths) < 0.2 && Math.max(...depths) > 0.8, "facts lie anywhere");
});

Deno.test("recallTexts() and keyValueTexts() have no words of the benchmark of the same kind", async () => {
  const grams = (text: string) => {
    const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
    return words.slice(3).map((_, at) => words.slice(at, at + 4).join(" "));
  };
  const own = new Set<string>();
  // The texts go round the end of their documents.
  const plain = new Set(grams([...speeches, speeches[0]].map(({ text }) => text).join(" ")));
  for (const task of ["one", "all", "trail", "greater"] satisfies RecallTask[]) {
    for await (const { text } of recallTexts(speeches, { task, tokenizer, tokens: 900, count: 3 })) {
      for (const gram of grams(text)) if (!plain.has(gram)) own.add(gram);
    }
  }
  for (const { text } of keyValueTexts({ tokenizer, tokens: 900, count: 3 })) {
    for (const gram of grams(text)) {
      own.add(gram);
    }
  }
  assert(own.size > 50);
  for (
    const task of ["niah-single", "niah-multikey-uuids", "niah-multivalue", "niah-multiquery", "vt"] as const
  ) {
    const bench = ruler({ task, tokenizer, contexts: [900], samples: 2, documents: speeches });
    for await (const { prompt } of bench.items()) {
      assert.deepEqual(grams(prompt).filter((gram) => own.has(gram)), [], task);
    }
  }
});

Deno.test("recallTexts() says when its documents do not do", async () => {
  const first = (documents: Document[], options = {}) =>
    Array.fromAsync(recallTexts(documents, { task: "one", tokenizer, tokens: 500, count: 1, ...options }));
  await assert.rejects(
    first(speeches, { tokens: 1e6 }),
    /documents fill, \d+ tokens: current value is 1000000$/,
  );
  await assert.rejects(
    first(speeches, { tokens: 20 }),
    /must leave room for \d+ tokens of question: current value is 20$/,
  );
  const sentence = (n: number) =>
    `${
      Array.from({ length: 90 }, (_, at) => "ab"[at % 2] + "word".repeat(1 + n % 2) + "xyz"[at % 3]).join(" ")
    }.`;
  const long = Array.from({ length: 30 }, (_, n) => sentence(n)).join(" ");
  const letters = [..."abcdefghijk"].flatMap((one) => [..."abcdefghijk"].map((other) => `some${one}${other}`))
    .join(" ");
  await assert.rejects(
    first([{ ...speeches[0], text: `${long} ${letters}.` }], { tolerance: 0.01 }),
    /as tolerance must leave room for a sentence of the documents: the longest text that fits 500 tokens has \d+$/,
  );
  await assert.rejects(
    first([{ ...speeches[0], text: "A whale." }]),
    /documents must hold 100 different words/,
  );
  await assert.rejects(first(speeches, { task: "needle" }), /task must be one of one, all, trail, greater/);
});

Deno.test("keyValueTexts() asks for one line of many, which differ by a letter", () => {
  const texts = keyValueTexts({ tokenizer, tokens: 2000, count: 20 });
  const places = texts.map(({ text, meta }) => {
    assert(length(text) <= 2000 && length(text) >= 1900);
    const lines = text.split("\n\n")[0].split("\n").slice(1);
    const keys = lines.map((line) => line.split(" | ")[0]);
    assert.equal(new Set(keys).size, keys.length);
    const asked = /part (\S+)\?/.exec(String(meta.question))![1];
    const [from, to] = spans(meta)[0];
    assert.equal(text.slice(from, to), `${asked} | ${meta.answer}`);
    assert.equal(lines.find((line) => line.startsWith(`${asked} |`)), text.slice(from, to));
    assert(keys.some((key) => key !== asked && key.slice(1) === asked.slice(1)));
    return keys.indexOf(asked) / keys.length;
  });
  assert(Math.min(...places) < 0.2 && Math.max(...places) > 0.8);
  assert.throws(() => keyValueTexts({ tokenizer, tokens: 10, count: 1 }), /must leave room for \d+ tokens/);
});

/** Truth by another way: words as a reader splits them. */
const words = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}'’-]+/u);

Deno.test("aggregateTexts() gives truths that another program finds", async () => {
  const dropped: Drop[] = [];
  const texts = await Array.fromAsync(
    aggregateTexts(speeches, { tokenizer, seed: 5, onDrop: (drop) => dropped.push(drop) }),
  );
  const kinds = new Set(texts.map(({ meta }) => meta.kind));
  assert.deepEqual([...kinds].sort(), ["count", "first", "last", "most frequent", "order"]);
  assert.equal(texts.length + dropped.length, 6 * speeches.length);
  for (const { text, meta, lineage } of texts) {
    const speech = speeches.find(({ id }) => id === lineage!.parents[0])!;
    assert(text.startsWith(speech.text) && length(text) === meta.tokens);
    const all = words(speech.text);
    const asked = [...String(meta.question).matchAll(/"(\p{L}+)"/gu)].map(([, word]) => word);
    const answers: Record<Aggregation, () => string> = {
      "count": () => String(all.filter((word) => word === asked[0]).length),
      "paragraphs": () =>
        String(speech.text.split(/\n\s*\n/).filter((part) => words(part).includes(asked[0])).length),
      "first": () => asked.toSorted((a, b) => all.indexOf(a) - all.indexOf(b))[0],
      "last": () => asked.toSorted((a, b) => all.lastIndexOf(b) - all.lastIndexOf(a))[0],
      "order": () => asked.toSorted((a, b) => all.indexOf(a) - all.indexOf(b)).join(", "),
      "most frequent": () => {
        const count = (one: string) => all.filter((word) => word === one).length;
        return asked.toSorted((a, b) => count(b) - count(a))[0];
      },
    };
    assert.equal(meta.answer, answers[meta.kind as Aggregation](), String(meta.question));
    for (const [from, to] of spans(meta)) assert(asked.includes(text.slice(from, to).toLowerCase()));
    const [[first], [last]] = [spans(meta)[0], spans(meta).at(-1)!];
    assert(last - first >= speech.text.length / 4, "what decides lies all over the text");
  }
  assert.match(lineageOf(texts[0]), /^[0-9a-f]{16} by long\/aggregate@1, model none/);
});

Deno.test("aggregateTexts() asks for no word that a reader may count otherwise", async () => {
  const text = "The whales and the whale's boat. A harpoon-line, a harpoon. Bones and bones again.\n\n"
    .repeat(5);
  const page = { id: "1", text: text.trim(), source: "sea", meta: {} };
  for (let seed = 0; seed < 20; seed++) {
    for await (const { meta } of aggregateTexts([page], { seed, kinds: ["count", "paragraphs"] })) {
      assert.match(String(meta.question), /"(whales|bones|again)"/);
    }
  }
  const dropped: Drop[] = [];
  const options = { tokenizer, minTokens: 1000, onDrop: (drop: Drop) => dropped.push(drop) };
  assert.deepEqual(await Array.fromAsync(aggregateTexts([page], options)), []);
  assert.deepEqual(dropped.map(({ reason }) => reason), ["fewer than 1000 tokens"]);
  await assert.rejects(
    Array.fromAsync(aggregateTexts([page], { minTokens: 5 })),
    /with minTokens as there is no tokenizer: give tokenizer too$/,
  );
});
