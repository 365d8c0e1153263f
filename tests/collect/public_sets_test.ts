import assert from "node:assert/strict";
import { newsPages, wordProblems } from "../../lib/collect/mod.ts";
import { available, type Drop } from "../../lib/data/mod.ts";

const news = await available("article-extraction");
const problems = await available("gsm8k");

Deno.test({
  name: "newsPages() gives each page's article or says why not (needs the data mirror)",
  ignore: !news,
  async fn() {
    const drops: Drop[] = [];
    const pages = await Array.fromAsync(newsPages({ limit: 12, onDrop: (drop) => drops.push(drop) }));
    assert.equal(pages.length + drops.length, 12);
    assert(pages.length >= 8, drops.map(({ reason }) => reason).join());
    assert(pages.every(({ text, meta }) => text.trim().length > 200 && typeof meta.title === "string"));
    assert.equal(new Set(pages.map(({ id }) => id)).size, pages.length);
  },
});

Deno.test("newsPages() refuses a limit below zero", async () => {
  await assert.rejects(Array.fromAsync(newsPages({ limit: -1 })), { name: "RangeError", message: /is -1/ });
});

Deno.test({
  name: "wordProblems() gives GSM8K's problems without the calculator's marks (needs the data mirror)",
  ignore: !problems,
  async fn() {
    const train = await Array.fromAsync(wordProblems({ split: "train" }));
    const test = await Array.fromAsync(wordProblems({ split: "test" }));
    // The sizes of arXiv:2110.14168, section 2.
    assert.deepEqual([train.length, test.length], [7473, 1319]);
    assert(
      train.every(({ text, meta }) => !/<<|####/.test(text) && text.endsWith(`\nAnswer: ${meta.answer}`)),
    );
    assert.equal(test[0].meta.answer, "18");
    assert.match(test[0].text, /^Question: Janet’s ducks .*\nJanet sells 16 - 3 - 4 = 9 duck eggs a day\./);
  },
});

Deno.test("wordProblems() refuses an unknown split", async () => {
  await assert.rejects(Array.fromAsync(wordProblems({ split: "dev" as "test" })), { name: "RangeError" });
});
