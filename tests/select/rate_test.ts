import assert from "node:assert/strict";
import {
  type DocumentRater,
  joinLabels,
  modelRater,
  rate,
  rateByAll,
  trainRater,
} from "../../lib/select/mod.ts";
import { answer, open, pages, refusal, scripted } from "../synthesize/_server.ts";

/** A rater that counts what it is asked for. */
function counting(name = "length"): DocumentRater & { asked: string[][] } {
  const asked: string[][] = [];
  return {
    name,
    asked,
    rateDocuments(documents) {
      asked.push(documents.map(({ id }) => id));
      return documents.map(({ text }) => ({ score: text.length, known: true }));
    },
  };
}

Deno.test("rate() gives documents in their order, in batches", async () => {
  const rater = counting();
  const rated = await Array.fromAsync(rate(pages(5), rater, { batch: 2 }));
  assert.deepEqual(rated.map(({ document }) => document.id), pages(5).map(({ id }) => id));
  assert.deepEqual(rater.asked.map(({ length }) => length), [2, 2, 1]);
});

Deno.test("rate() with a folder rates anew only what is not there or has another text", async () => {
  const folder = await Deno.makeTempDir();
  const first = counting();
  const some = await Array.fromAsync(rate(pages(3), first, { folder }));
  const second = counting();
  const documents = pages(5).map((page, at) => at === 1 ? { ...page, text: "another text" } : page);
  const all = await Array.fromAsync(rate(documents, second, { folder, batch: 2 }));
  assert.deepEqual(second.asked, [["page-1"], ["page-3"], ["page-4"]]);
  assert.deepEqual([all[0], all[2]], [some[0], some[2]]);
  assert.equal(all[1].score, "another text".length);
});

Deno.test("a row that a kill cut short is rated anew", async () => {
  const folder = await Deno.makeTempDir();
  await Array.fromAsync(rate(pages(2), counting(), { folder }));
  const path = `${folder}/ratings.jsonl`;
  await Deno.truncate(path, (await Deno.stat(path)).size - 4);
  const again = counting();
  assert.equal((await Array.fromAsync(rate(pages(2), again, { folder }))).length, 2);
  assert.deepEqual(again.asked, [["page-1"]]);
});

Deno.test("a folder belongs to one rater", async () => {
  const folder = await Deno.makeTempDir();
  await Array.fromAsync(rate(pages(1), counting(), { folder }));
  await assert.rejects(Array.fromAsync(rate(pages(1), counting("other"), { folder })), {
    name: "RangeError",
    message:
      `Cannot rate documents into ${folder}/ratings.jsonl as it must be other's own: it has the ratings of length`,
  });
});

Deno.test("rateByAll() puts raters side by side and keeps each in a folder of its own", async () => {
  const folder = await Deno.makeTempDir();
  const raters = [counting("a/1"), counting("b")];
  const rows = await Array.fromAsync(rateByAll(pages(3), raters, { folder, batch: 2 }));
  assert.deepEqual(rows.map(({ ratings }) => Object.keys(ratings)), Array(3).fill(["a/1", "b"]));
  const again = [counting("a/1"), counting("b")];
  assert.deepEqual(await Array.fromAsync(rateByAll(pages(3), again, { folder })), rows);
  assert.deepEqual([...again[0].asked, ...again[1].asked], []);
});

Deno.test("a fastText rater says what it has never seen, and empty texts, are not known", async () => {
  const rater = trainRater([{ text: "sea", label: "good" }, { text: "spam", label: "bad" }], {
    positive: "good",
  });
  const documents = ["", "\u{1F40B}", "xyzzy", "sea"].map((text, i) => ({
    id: `${i}`,
    text,
    source: "x",
    meta: {},
  }));
  const rated = await Array.fromAsync(rate(documents, rater));
  assert.deepEqual(rated.map(({ known }) => known), [false, false, false, true]);
});

Deno.test("a model's last line is its score, and what cannot be read has a cause", async () => {
  const cases: [text: string, score: number | string][] = [
    ["It explains.\nScore: 4", 4],
    ["**Score: 3**", 3],
    ["Educational score: 5/5.\n\n", 5],
    ["Score: 2 points", 2],
    ["0", 0],
    ["Score: 1.\n", 1],
    ["The final score is 2.", 2],
    ["Score: 4\nI hope that helps!", "no score on the last line"],
    ["Statement 3 holds in 2024", "no score on the last line"],
    ["Score: 8/10", "no score on the last line"],
    ["Score: 3.5", "score out of range"],
    ["Score: 7", "score out of range"],
    ["Score: -1", "score out of range"],
    ["", "empty answer"],
    ["<think>Score: 3", "empty answer"],
    ["<think>Score: 1\n</think>Score: 3", 3],
  ];
  await using server = await scripted(({ content }) =>
    answer(cases[Number(/text (\d+)/.exec(content)![1])][0])
  );
  await using model = await open(server);
  const rated = await Array.fromAsync(rate(pages(cases.length), modelRater(model)));
  assert.deepEqual(
    rated.map(({ score, known, cause }) => known ? score : cause),
    cases.map(([, end]) => end),
  );
});

Deno.test("an answer that was cut, or withheld, is no score; nor is there one for an empty text", async () => {
  await using server = await scripted(({ content }) =>
    /text 0/.test(content) ? answer("Score: 3", "length") : answer("Score: 3", "content_filter")
  );
  await using model = await open(server);
  const documents = [...pages(2), { id: "empty", text: " \n", source: "x", meta: {} }];
  const rated = await Array.fromAsync(rate(documents, modelRater(model)));
  assert.deepEqual(rated.map(({ cause }) => cause), ["truncated", "refused", "empty text"]);
});

Deno.test("labels by a model outlive an endpoint that fails in between, and are not asked for twice", async () => {
  const folder = await Deno.makeTempDir();
  let broken = true;
  await using server = await scripted(({ count }) => broken && count > 4 ? refusal(400) : answer("Score: 3"));
  await using model = await open(server);
  const all = () => Array.fromAsync(rate(pages(8), modelRater(model, { workers: 1 }), { folder, batch: 2 }));
  await assert.rejects(all());
  broken = false;
  const before = server.count();
  assert.equal((await all()).filter(({ score }) => score === 3).length, 8);
  assert.equal(server.count() - before, 4);
});

Deno.test("joinLabels() refuses labels without a document, and those that stand twice", async () => {
  await assert.rejects(joinLabels(pages(1), [{ id: "b", score: 1 }]), {
    message: "Cannot join labels as each must have its document: 1 have none, such as b",
  });
  await assert.rejects(joinLabels(pages(1), [{ id: "page-0", score: 1 }, { id: "page-0", score: 2 }]), {
    message: 'Cannot join labels as ids of labels must differ: "page-0" stands twice',
  });
});
