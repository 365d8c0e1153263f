import assert from "node:assert/strict";
import { articleExtraction, type Drop, newsPages } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  articleExtraction,
  "articleExtraction holds 181 pages with the articles that people marked",
  async () => {
    const pages = await Array.fromAsync(articleExtraction.read());
    assert.equal(pages.length, 181);
    assert.equal(new Set(pages.map(({ id }) => id)).size, 181);
    assert(
      pages.every(({ url, html, article }) => url.startsWith("http") && html.includes("<") && article !== ""),
    );
  },
);

await testOf(articleExtraction, "newsPages() gives each page's article or says why not", async () => {
  const drops: Drop[] = [];
  const pages = await Array.fromAsync(newsPages({ limit: 12, onDrop: (drop) => drops.push(drop) }));
  assert.equal(pages.length + drops.length, 12);
  assert(pages.length >= 8, drops.map(({ reason }) => reason).join());
  assert(pages.every(({ text, meta }) => text.trim().length > 200 && typeof meta.title === "string"));
  assert.equal(new Set(pages.map(({ id }) => id)).size, pages.length);
});

Deno.test("newsPages() refuses a limit below zero", async () => {
  await assert.rejects(Array.fromAsync(newsPages({ limit: -1 })), { name: "RangeError", message: /is -1/ });
});
