import assert from "node:assert/strict";
import { prose, reason, rules, words } from "./_rules.ts";

Deno.test("gopherRepetition() keeps three duplicate lines in ten, and measures their characters", () => {
  const unique = Array.from({ length: 7 }, (_, i) => `the river ${words(60, 60 * i)}`);
  assert.equal(reason(rules.gopherRepetition, [...unique, "x", "x", "x"].join("\n")), undefined);
  const four = [...unique.slice(1), "x", "x", "x", "x"].join("\n");
  const { statistics } = rules.gopherRepetition.judge(four);
  assert.equal(statistics.duplicateLineFraction, 0.3);
  assert.equal(
    reason(rules.gopherRepetition, [...unique.slice(2), "x", "x", "x", "x"].join("\n")),
    "too many duplicate lines",
  );
  assert.equal(
    reason(rules.gopherRepetition, [...unique, unique[0], unique[1]].join("\n")),
    "too many characters in duplicate lines",
  );
  assert.equal(
    reason(rules.gopherRepetition, [...unique, ...unique.slice(0, 4)].join("\n\n")),
    "too many duplicate paragraphs",
  );
});

Deno.test("gopherRepetition() measures the most frequent pair by its characters, spaces among them", () => {
  const text = `ab cd ${words(5)} ab cd ${words(5, 5)} ab cd`;
  const { statistics } = rules.gopherRepetition.judge(text);
  assert.equal(statistics.top2GramFraction, 3 * 5 / text.length);
});

Deno.test("gopherRepetition() counts a duplicate 5-gram once, and goes on behind it", () => {
  const five = "alpha beta gamma delta omega";
  const text = `${five} ${words(40)} ${five} ${words(5, 40)} ${five}`;
  const { statistics } = rules.gopherRepetition.judge(text);
  assert.equal(statistics.duplicate5GramFraction, 2 * (five.length - 4) / text.length);
  assert.equal(statistics.duplicate10GramFraction, 0);
  assert.equal(
    reason(rules.gopherRepetition, "buy now ".repeat(200)),
    "the most frequent 2-gram takes too much",
  );
  assert.equal(reason(rules.gopherRepetition, ""), "empty");
});

Deno.test("gopherRepetition() measures a text the same after a longer and a shorter one", () => {
  const text = `${prose} ${prose}`;
  const first = rules.gopherRepetition.judge(text);
  rules.gopherRepetition.judge(words(50_000));
  rules.gopherRepetition.judge("x");
  assert.deepEqual(rules.gopherRepetition.judge(text), first);
});
