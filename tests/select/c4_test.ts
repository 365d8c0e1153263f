import assert from "node:assert/strict";
import { c4 } from "../../lib/select/mod.ts";
import { reason, rules } from "./_rules.ts";

Deno.test("c4() takes out lines and citation marks, and keeps the rest", () => {
  const text = [
    "Menu | Home",
    "  The first sentence stands.[12] The second[edit] too! ",
    "Two words.",
    "Please enable JavaScript to go on.",
    "We use cookies to serve you.",
    "It trails off into nothing...",
    `A ${"x".repeat(1001)} is no word.`,
    'He said "it is enough now."',
    "Is this the fourth? It is the fifth.",
  ].join("\n");
  const { keep, text: left, statistics } = c4().judge(text);
  assert(keep);
  assert.equal(
    left,
    'The first sentence stands. The second too!\nHe said "it is enough now."\nIs this the fourth? It is the fifth.',
  );
  assert.deepEqual(statistics, { lines: 9, keptLines: 3, sentences: 5 });
  assert.equal(reason(c4({ minSentences: 6 }), text), "fewer than 6 sentences");
});

Deno.test("c4() drops a page with a curly bracket or lorem ipsum, and an empty one", () => {
  assert.equal(reason(rules.c4, "This is { a bracket."), "a curly bracket");
  assert.equal(reason(rules.c4, "It says Lorem Ipsum here."), "lorem ipsum");
  assert.equal(reason(rules.c4, ""), "fewer than 5 sentences");
});

Deno.test("c4() keeps lines without an end mark when FineWeb's switch says so", () => {
  const text = Array.from({ length: 5 }, (_, i) => `line number ${i} without end`).join("\n");
  assert.equal(reason(rules.c4, text), "fewer than 5 sentences");
  assert.equal(reason(c4({ terminalPunctuation: false }), text), undefined);
});
