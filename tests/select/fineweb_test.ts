import assert from "node:assert/strict";
import { reason, rules, words } from "./_rules.ts";

Deno.test("fineweb() judges each share at its edge", () => {
  const line = (i: number, end = "") => `the river and ${words(8, 8 * i)}${end}`;
  const lines = (count: number, make: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => make(i)).join("\n");
  assert.equal(reason(rules.fineweb, lines(25, (i) => line(i, i < 3 ? "." : ""))), undefined);
  assert.equal(
    reason(rules.fineweb, lines(26, (i) => line(i, i < 3 ? "." : ""))),
    "too few lines end in punctuation",
  );
  const short = (i: number) => `the quick brown fox no. ${i} ran.`.slice(-30);
  assert.equal(reason(rules.fineweb, lines(100, (i) => i < 67 ? short(i) : line(i, "."))), undefined);
  assert.equal(
    reason(rules.fineweb, lines(100, (i) => i < 68 ? short(i) : line(i, "."))),
    "too many short lines",
  );
  assert.equal(
    reason(rules.fineweb, `${line(0, ".")}\n${line(0, ".")}`),
    "too many characters in duplicate lines",
  );
  assert.equal(
    reason(rules.fineweb, `the end of it all, as they said then.${"\n".repeat(20)}`),
    "too many line breaks",
  );
  assert.equal(reason(rules.fineweb, " \n\n "), "empty");
  assert.equal(
    reason(
      rules.fineweb,
      "这是一个句子。\n这是另一个句子，它更长一些，也有结尾，这样就超过三十个字符的界限了。",
    ),
    undefined,
  );
});
