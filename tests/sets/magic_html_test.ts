import assert from "node:assert/strict";
import { magicHtml } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  magicHtml,
  "magic-html holds 81 articles and 50 threads of forums with their main texts",
  async () => {
    const pages = await Array.fromAsync(magicHtml.read());
    assert.deepEqual(["article", "forum"].map((kind) => pages.filter((page) => page.kind === kind).length), [
      81,
      50,
    ]);
    assert.equal(new Set(pages.map(({ id }) => id)).size, 131);
    const [{ url, html, text }] = pages;
    assert.equal(url, "https://physicsworld.com/a/defence-diversification-agency-to-be-created/");
    assert.match(text, /^Defence diversification agency to be created\n27 Mar 1998/);
    assert.match(new TextDecoder().decode(html), /Defence diversification agency/);
  },
);
