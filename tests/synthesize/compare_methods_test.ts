import assert from "node:assert/strict";
import { descriptionOf } from "../../lib/base/mod.ts";
import { type ChatModel, compareMethods, type Document, type Method } from "../../lib/synthesize/mod.ts";

const usage = { promptTokens: 30, completionTokens: 10 };
const by = (name: string, answer: (asked: string, seed: number) => string): ChatModel => ({
  name,
  chat: ({ messages, seed = 1 }) =>
    Promise.resolve({
      text: answer(messages.at(-1)!.content, seed),
      finishReason: "stop",
      usage,
      cached: false,
    }),
});
const documents: Document[] = Array.from({ length: 12 }, (_, at) => ({
  id: `${at}`,
  text: `Ship ${at} left the harbour of Nantucket with ${at + 20} men on a cold day of December.`,
  source: "sea",
  meta: {},
}));
/** Asks for a text and takes every one that is not of dots. */
const method = (id: string): Method => ({
  id,
  kind: "distill",
  build: ({ text }) => [{ messages: [{ role: "user", content: text }], maxTokens: 60, temperature: 0 }],
  read: ([{ text }]) => [/^\.+$/.test(text) ? { rejected: "dots", sample: text } : { text }],
});
const number = (asked: string) => Number(/\d+/.exec(asked)![0]);
const own = by("own", (asked) => {
  const at = number(asked);
  const words = [
    "whale",
    "bone",
    "oak",
    "sail",
    "rope",
    "storm",
    "island",
    "captain",
    "crew",
    "krill",
    "ice",
    "gold",
  ];
  return Array.from({ length: 12 }, (_, i) => words[(at + 5 * i) % 12] + at).join(" ") + ".";
});
const copier = by("copier", (asked) => asked);
const stuck = by(
  "stuck",
  (asked) => number(asked) % 2 === 0 ? "The sea is wide and the sea is deep tonight." : "....",
);
const methods = {
  own: method("a@1"),
  copier: { method: method("b@1"), model: copier },
  stuck: { method: method("b@1"), model: stuck },
};

Deno.test("compareMethods() tells good, copied and endlessly repeated texts apart, and what each costs", async () => {
  const { methods: [good, copied, same] } = await compareMethods(methods, documents, { model: own });
  assert.deepEqual([good.model, copied.model, same.model], ["own", "copier", "stuck"]);
  assert.deepEqual([good, copied, same].map(({ acceptance }) => acceptance.estimate), [1, 1, 0.5]);
  assert.deepEqual([good, copied, same].map(({ copied }) => copied!.estimate), [0, 1, 0]);
  assert.deepEqual([good.selfSimilarity!.estimate, same.selfSimilarity!.estimate], [0, 1]);
  assert(copied.selfSimilarity!.estimate > 0.3 && copied.selfSimilarity!.estimate < 1);
  assert(good.distinct4 === 1 && same.distinct4! < 0.5);
  assert.deepEqual(same.report.rejected, { dots: 6 });
  // All twelve answers cost 40 tokens; the six accepted ones have 44 bytes, so 11 tokens, each.
  assert.equal(same.costPerToken!.estimate, 480 / 66);
  assert(same.costPerToken!.low < 480 / 66 && same.costPerToken!.high > 480 / 66);
});

Deno.test("a price makes the cost money for a million accepted tokens", async () => {
  const price = { prompt: 0, completion: 3 };
  const tokenizer = { name: "one", encode: () => [1] };
  const given = { one: method("a@1"), two: method("b@1") };
  const { methods } = await compareMethods(given, documents, { model: own, price, tokenizer });
  assert.deepEqual(methods.map(({ costPerToken }) => costPerToken!.estimate), [30, 30]);
});

Deno.test("a judge that prefers a text does so in both orders, and one that prefers a place gives ties", async () => {
  const just = by(
    "just",
    (asked) => `{"better": ${/Text 1:\nShip/.test(asked) ? 1 : /Text 2:\nShip/.test(asked) ? 2 : 1}}`,
  );
  const fair = await compareMethods(methods, documents, { model: own, judge: just });
  assert.deepEqual(fair.methods.map(({ judged }) => judged!.estimate), [1 / 6, 1, 1 / 4]);
  // Where neither is the ship's, it takes the first.
  assert.equal(fair.judging!.agreement.estimate, 18 / 24);
  const first = by("first", () => '{"better": 1}');
  const blind = await compareMethods(methods, documents, { model: own, judge: first, judgedPairs: 4 });
  assert.deepEqual(
    blind.methods.map(({ judged }) => judged),
    Array(3).fill({ estimate: 0.5, low: 0.5, high: 0.5 }),
  );
  assert.deepEqual([blind.judging!.agreement.estimate, blind.judging!.firstShare.estimate], [0, 1]);
});

Deno.test("a judge that never answers in form costs its column, and none of what the methods made", async () => {
  const found = await compareMethods(methods, documents, { model: own, judge: by("mute", () => "...") });
  assert.deepEqual(found.methods.map(({ texts }) => texts.length), [12, 12, 6]);
  assert.deepEqual([found.judging, found.methods[0].judged], [undefined, undefined]);
  assert.match(found.notes.join(), /^Cannot compare as no pair was judged: 24 /);
  assert.deepEqual(descriptionOf(found)!.slice(1), [...found.notes, "Intervals are 95 %"]);
  const alone = { own: methods.own, none: { method: method("c@1"), model: by("dots", () => "....") } };
  const { notes } = await compareMethods(alone, documents, { model: own, judge: own });
  assert.deepEqual(notes, ["Nothing was judged, as no document has accepted texts of two methods"]);
});

Deno.test("a proxy gets the texts of each method that has some, and embeddings give the spread", async () => {
  const dots = by("dots", () => "....");
  const interval = { estimate: 0.1, low: 0.05, high: 0.2 };
  const found = await compareMethods(
    { ...methods, none: { method: method("c@1"), model: dots } },
    documents,
    {
      model: own,
      proxy: (texts) => {
        assert.deepEqual(texts.map(({ name, documents }) => [name, documents.length]), [
          ["own", 12],
          ["copier", 12],
          ["stuck", 6],
        ]);
        return Promise.resolve([interval, interval, interval]);
      },
      embed: (texts) =>
        Promise.resolve(texts.map((_, i) => Float32Array.of(Number(i % 2 === 0), Number(i % 2 === 1)))),
    },
  );
  const [good, , same, none] = found.methods;
  assert.deepEqual([good.gain, none.gain], [interval, undefined]);
  // Six against six at right angles: of the eleven others six are at distance 1.
  assert(Math.abs(good.spread!.estimate - 6 / 11) < 1e-12 && Math.abs(same.spread!.estimate - 3 / 5) < 1e-12);
  assert.deepEqual(
    [none.acceptance.estimate, none.costPerToken, none.distinct2, none.copied, none.texts],
    [0, undefined, undefined, undefined, []],
  );
  const [{ rows }] = descriptionOf(found) as [{ rows: Record<string, unknown>[] }];
  assert.deepEqual(rows.map((row) => [row.method, row["texts accepted"]]), [
    ["own", 12],
    ["copier", 12],
    ["stuck", 6],
    ["none", 0],
  ]);
  assert.equal(rows[3]["gain of a proxy (nats per token)"], "");
});

Deno.test("the same comparison gives the same numbers", async () => {
  const judge = by("by chance", (_, seed) => `{"better": ${1 + seed % 2}}`);
  const [first, second] = await Promise.all([1, 2].map(async () => {
    const { methods: found, judging } = await compareMethods(methods, documents, {
      model: own,
      judge,
      seed: 5,
    });
    return { judging, found: found.map(({ report: _, ...rest }) => rest) };
  }));
  assert.deepEqual(first, second);
});

Deno.test("compareMethods() refuses a proxy that gives too few gains, one method, and pages that give nothing", async () => {
  await assert.rejects(
    compareMethods(methods, documents, { model: own, proxy: () => Promise.resolve([]) }),
    { message: "Cannot compare methods as proxy must give 3 gains: current value is 0" },
  );
  await assert.rejects(compareMethods({ own: method("a@1") }, documents, { model: own }), {
    message: "Cannot compare methods as there must be two methods: current value is 1",
  });
  const silent = { ...method("a@1"), build: () => [] };
  await assert.rejects(compareMethods({ ...methods, silent }, documents, { model: own }), {
    message: "Cannot compare methods by silent as it must ask about a document: current value is 0",
  });
});
