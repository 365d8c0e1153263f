import assert from "node:assert/strict";
import {
  type ChatModel,
  type Document,
  judge,
  judgePairs,
  type Method,
  synthesize,
} from "../../lib/synthesize/mod.ts";

const page = (id: string, text: string): Document => ({ id, text, source: "", meta: {} });

/** A model without schemas of its own, which writes what the script says for the n-th request. */
function writes(script: (content: string, n: number) => string): ChatModel & { asked: number } {
  const model: ChatModel & { asked: number } = {
    name: "scripted",
    asked: 0,
    chat: ({ messages }) =>
      Promise.resolve({
        text: script(messages.at(-1)!.content, model.asked++),
        finishReason: "stop",
        usage: { promptTokens: 10, completionTokens: 5 },
        cached: false,
      }),
  };
  return model;
}

const criteria = [{ name: "truth", question: "Is it true?", points: 3 }];

Deno.test("judge() gives scores by id, repairs JSON and counts what is not as asked", async () => {
  const texts = ['{"truth": 2}', "```json\n{'truth': 1}\n```", '{"truth": 9}', '{"good": 1}', "I like it."];
  const model = writes((content) => texts[Number(content.at(-1))]);
  const pages = texts.map((_, at) => page(`p${at}`, `text ${at}`));
  const run = judge([...pages, page("empty", " ")], { model, criteria, retries: 0 });
  assert.deepEqual(await Array.fromAsync(run), [
    { id: "p0", scores: { truth: 2 }, total: 2 },
    { id: "p1", scores: { truth: 1 }, total: 1 },
  ]);
  const { malformed = 0, ...rejected } = run.report.rejected;
  assert.deepEqual(rejected, { "wrong schema": 3 - malformed, "nothing to write from": 1 });
  assert.equal(model.asked, 5);
});

Deno.test("judge() asks again for what is not as asked, with another seed, and counts all tokens", async () => {
  const model = writes((_, n) => n < 2 ? "Very good!" : '{"truth": 3}');
  const run = judge([page("1", "a text")], {
    model,
    criteria,
    retries: 2,
    price: { prompt: 2, completion: 4 },
  });
  assert.deepEqual((await Array.fromAsync(run)).map(({ total }) => total), [3]);
  assert.equal(model.asked, 3);
  assert.deepEqual(run.report.tokens, { prompt: 30, completion: 15 });
  assert.equal(run.report.cost, (30 * 2 + 15 * 4) / 1e6);
});

Deno.test("judge() shows the source beside a text: found by lineage and cut to its parts, or as one gives it", async () => {
  const asked: string[] = [];
  const model = writes((content) => {
    asked.push(content.split("nothing else.\n\n")[1]);
    return '{"faithfulness": 3, "relevance": 1, "clarity": 1, "usefulness": 1}';
  });
  const source = page("p1", "One. Two. Three.");
  const lineage = { parents: ["p1"], prompt: "x", model: "m", sampling: {} };
  const made: Document = { ...page("new", "Two!"), lineage, meta: { parts: [[5, 9]] } };
  const one = async (beside: Parameters<typeof judge>[1]["beside"], text = made) => {
    const run = judge([text], { model, beside });
    const [judged] = await Array.fromAsync(run);
    return judged?.total ?? run.report.rejected;
  };
  assert.equal(await one([page("p0", "Zero."), source]), 6);
  assert.equal(asked.at(-1), "Source:\nTwo.\n\nText:\nTwo!");
  await one(source, { ...made, meta: {} });
  assert.equal(asked.at(-1), "Source:\nOne. Two. Three.\n\nText:\nTwo!");
  await one(({ id }) => `from ${id}`);
  assert.equal(asked.at(-1), "Source:\nfrom new\n\nText:\nTwo!");
  const both = { ...lineage, parents: ["p0", "p1"] };
  await one([page("p0", "Zero."), source], { ...made, lineage: both });
  assert.equal(asked.at(-1), "Source:\nZero.\n\nOne. Two. Three.\n\nText:\nTwo!");
  await one("all of it");
  assert.equal(asked.at(-1), "Source:\nall of it\n\nText:\nTwo!");
  assert.deepEqual(await one([page("p0", "Zero.")]), { "nothing to write from": 1 });
  assert.equal(asked.length, 5);
});

Deno.test("judge() checks its criteria", () => {
  const model = writes(() => "");
  assert.throws(() => judge([], { model, criteria: [] }), /names of their own: they are none$/);
  assert.throws(() => judge([], { model, criteria: [...criteria, ...criteria] }), /they are truth, truth$/);
  assert.throws(
    () => judge([], { model, criteria: [{ ...criteria[0], points: 0 }] }),
    /points of truth must be a whole number >= 1: current value is 0$/,
  );
});

Deno.test("judgePairs() asks in both orders: a preference for a text wins, one for a place is a tie", async () => {
  const model = writes((content) => {
    const [, one, two] = /Text 1:\n(.*)\n\nText 2:\n(.*)\n\n/.exec(content)!;
    return `{"better": ${one === "good" ? 1 : two === "good" ? 2 : 1}}`;
  });
  const [good, bad, dull] = ["good", "bad", "dull"].map((text) => page(text, text));
  const { judgements, agreement, firstShare } = await judgePairs(
    [{ a: good, b: bad }, { a: bad, b: good }, { a: bad, b: dull }],
    { model },
  );
  assert.deepEqual(judgements.map(({ winner }) => winner), ["a", "b", "tie"]);
  assert.equal(agreement.estimate, 2 / 3);
  assert.equal(firstShare.estimate, 4 / 6);
});

Deno.test("judgePairs() shows the source of both texts before them, in both orders", async () => {
  const asked: string[] = [];
  const model = writes((content) => {
    asked.push(content);
    return '{"better": 1}';
  });
  const lineage = { parents: ["p1"], prompt: "x", model: "m", sampling: {} };
  const made = (id: string, text: string) => ({ ...page(id, text), lineage, meta: { parts: [[5, 9]] } });
  const pairs = [{ a: made("a", "Two!"), b: made("b", "2") }, { a: page("c", "c"), b: page("d", "d") }];
  const { judgements, report } = await judgePairs(pairs, { model, beside: [page("p1", "One. Two. Three.")] });
  assert.deepEqual(judgements.map(({ winner }) => winner), ["tie"]);
  assert.deepEqual(report.rejected, { "nothing to write from": 1 });
  assert.equal(asked.length, 2);
  for (const one of asked) assert.match(one, / made from this source\.\n\nSource:\nTwo\.\n\nText 1:\n/);
});

Deno.test("judgePairs() says why no pair was judged", async () => {
  const model = writes(() => "I cannot say.");
  const pair = { a: page("1", "one"), b: page("2", "two") };
  await assert.rejects(
    judgePairs([pair], { model }),
    /no pair was judged: 1 (refused|malformed|wrong schema)$/,
  );
  await assert.rejects(judgePairs([], { model }), /no pair was judged: there is none$/);
});

Deno.test("synthesize() stops at a budget of cost, never beyond it", async () => {
  const method: Method = {
    id: "echo@1",
    kind: "distill",
    build: ({ text }) => [{ messages: [{ role: "user", content: text }], maxTokens: 5, temperature: 1 }],
    read: ([answer]) => [{ text: answer.text }],
  };
  const model = writes(() => "new");
  const price = { prompt: 1e4, completion: 1e4 };
  const pages = Array.from({ length: 20 }, (_, at) => page(`${at}`, "four"));
  const run = synthesize(pages, method, { model, price, budget: { cost: 1 }, workers: 2 });
  const made = await Array.fromAsync(run);
  assert.equal(run.report.stopped, "budget of cost");
  assert(run.report.cost <= 1 && made.length >= 5 && made.length < 7);
  assert.throws(
    () => synthesize(pages, method, { model, budget: { cost: 1 } }),
    /there is no price: give price too$/,
  );
  assert.throws(
    () => synthesize(pages, method, { model, price: { prompt: NaN, completion: 1 } }),
    /price of prompt must be >= 0: current value is NaN$/,
  );
});
