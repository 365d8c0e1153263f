import assert from "node:assert/strict";
import { htmlToText } from "../../lib/collect/mod.ts";

const paragraph = `<p>${"The quick brown fox, as it were, jumps over the lazy dog again. ".repeat(12)}</p>`;
const references = Array.from(
  { length: 6 },
  (_, i) => `<li><a href=x${i}>Smith ${i}, A study of whales and their long songs, 200${i}</a></li>`,
).join("");
const related = Array.from({ length: 6 }, (_, i) => `<li><a href=y${i}>More foxes ${i}</a></li>`).join("");
const page = `<html><title>T</title><article><h1>Heading</h1>${paragraph}
  <figure><img src=a><figcaption>Figure 1: growth of the loss</figcaption></figure>${paragraph}
  <p>Sources used:</p><ul>${references}</ul>${paragraph}<ul>${related}</ul></article></html>`;

Deno.test("captions stay with a main text when asked for", async () => {
  assert.doesNotMatch((await htmlToText(page)).text, /Figure 1/);
  assert.match((await htmlToText(page, { captions: true })).text, /\n\nFigure 1: growth of the loss\n\n/);
});

Deno.test("a list of references stays with a main text when asked for, and one of other pages does not", async () => {
  assert.doesNotMatch((await htmlToText(page)).text, /Smith 3/);
  const { text } = await htmlToText(page, { references: true });
  assert.match(text, /- Smith 0.*\n- Smith 1[^]*- Smith 5/);
  assert.doesNotMatch(text, /More foxes|Figure 1/);
});

Deno.test("all of a page has its captions and lists whatever is asked for", async () => {
  assert.match((await htmlToText(page, { keep: "all" })).text, /Figure 1[^]*Smith 3[^]*More foxes 5/);
});
