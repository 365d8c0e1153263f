import assert from "node:assert/strict";
import { dolmaSamples } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(dolmaSamples, "dolmaSamples holds 30 pages, each with Dolma's record in its meta", async () => {
  const pages = await Array.fromAsync(dolmaSamples.read());
  assert.equal(pages.length, 30);
  assert.equal(new Set(pages.map(({ id }) => id)).size, 30);
  assert(pages.every(({ text, meta }) => text.length > 0 && /^https?:/.test(String(meta.id))));
});
