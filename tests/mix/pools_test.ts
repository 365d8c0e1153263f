import assert from "node:assert/strict";
import { countPool, type Document, pool, poolTable } from "../../lib/mix/mod.ts";

const pages: Document[] = [
  { id: "1", text: "naïve €", source: "web", meta: {} },
  { id: "2", text: "a longer page of text", source: "web", meta: {} },
  { id: "3", text: "naïve €", source: "web", meta: {} },
  { id: "4", text: "f(x)", source: "code", meta: {} },
];

Deno.test("countPool() counts bytes in UTF-8 and duplicates once", async () => {
  const web = await countPool(pages.slice(0, 3), { name: "web" });
  assert.deepEqual([web.documents, web.bytes, web.tokens, web.uniqueTokens], [3, 10 + 21 + 10, 3 + 6 + 3, 9]);
});

Deno.test("countPool() of nothing is an empty pool", async () => {
  const none = await countPool([], { name: "none" });
  assert.deepEqual([none.documents, none.tokens, none.bytes], [0, 0, 0]);
});

Deno.test("countPool() says where a tokenizer counts wrongly", async () => {
  await assert.rejects(countPool(pages, { name: "web", countTokens: () => NaN }), /tokens must be finite/);
});

Deno.test("pool() checks its counts", () => {
  assert.throws(() => pool({ name: "a", tokens: -1 }), /tokens must be finite and >= 0: current value is -1/);
  assert.throws(() => pool({ name: "a", tokens: 1, uniqueTokens: 2 }), /uniqueTokens must be <= tokens/);
  assert.throws(() => pool({ name: "", tokens: 1 }), TypeError);
});

Deno.test("poolTable() shows shares that sum to 1, and refuses none or the same name twice", async () => {
  const table = await poolTable([pool({ name: "a", tokens: 1 }), pool({ name: "b", tokens: 2 })]);
  assert.deepEqual(
    table.columns,
    [
      "domain",
      "form",
      "documents",
      "uniqueTokens",
      "bytes",
      "name",
      "tokens",
      "share",
    ].sort((x, y) => table.columns.indexOf(x) - table.columns.indexOf(y)),
  );
  assert.deepEqual([...table.getColumn("share").toArray()], [1 / 3, 2 / 3]);
  await assert.rejects(poolTable([]), /at least one/);
  await assert.rejects(
    poolTable([pool({ name: "a", tokens: 1 }), pool({ name: "a", tokens: 2 })]),
    /stands twice/,
  );
});
