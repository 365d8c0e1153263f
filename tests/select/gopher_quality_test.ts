import assert from "node:assert/strict";
import { gopherQuality, type GopherQualityOptions } from "../../lib/select/mod.ts";
import { reason, words } from "./_rules.ts";

function quality(text: string, options: GopherQualityOptions = {}): string | undefined {
  return reason(gopherQuality(options), text);
}

Deno.test("gopherQuality() counts 50 words as enough and 49 as too few, signs being none", () => {
  assert.equal(quality(`the and ${words(48)}`), undefined);
  assert.equal(quality(`the and ${words(47)} ! ? ...`), "fewer than 50 words");
  assert.equal(quality(""), "fewer than 50 words");
  assert.equal(quality(`the and ${words(9)}`, { minWords: 0, maxWords: 10 }), "more than 10 words");
});

Deno.test("gopherQuality() keeps mean word lengths of exactly 3 and 10", () => {
  const of = (length: number, last: number) => `the and that ${"x".repeat(length)} ${"y".repeat(last)}`;
  const options = { minWords: 1 };
  // (3 + 3 + 4 + a + b) / 5
  assert.equal(quality(of(2, 3), options), undefined);
  assert.equal(quality(of(2, 2), options), "mean word length below 3");
  assert.equal(quality(of(20, 20), options), undefined);
  assert.equal(quality(of(20, 21), options), "mean word length above 10");
});

Deno.test("gopherQuality() keeps one hash sign or ellipsis for ten tokens, and no more", () => {
  const options = { minWords: 1, minAlphabeticFraction: 0 };
  assert.equal(quality(`the and ${words(7)} #`, options), undefined);
  assert.equal(quality(`the and ${words(6)} #`, options), "too many hash signs");
  assert.equal(quality(`the and ${words(7)} ...`, { ...options, maxEllipsisLineFraction: 1 }), undefined);
  assert.equal(
    quality(`the and ${words(6)} …`, { ...options, maxEllipsisLineFraction: 1 }),
    "too many ellipses",
  );
});

Deno.test("gopherQuality() keeps 9 bullets in 10 lines and 3 ellipses in 10 lines", () => {
  const lines = (marked: number, line: (text: string) => string) =>
    Array.from(
      { length: 10 },
      (_, i) => i < marked ? line(`the ${words(9, 10 * i)}`) : `the and ${words(9, 10 * i)}`,
    )
      .join("\n");
  for (const bullet of ["•", "-", "  - "]) {
    assert.equal(quality(lines(9, (text) => `${bullet} ${text}`)), undefined);
    assert.equal(quality(lines(10, (text) => `${bullet} ${text} and`)), "too many bullet lines");
  }
  assert.equal(quality(lines(3, (text) => `${text}... `)), undefined);
  assert.equal(quality(lines(4, (text) => `${text}…`)), "too many lines that end in an ellipsis");
});

Deno.test("gopherQuality() keeps exactly four words in five with a letter", () => {
  const mixed = (letters: number, numbers: number) =>
    `the and ${words(letters - 2)} ${"12345 ".repeat(numbers)}`;
  assert.equal(quality(mixed(80, 20)), undefined);
  assert.equal(quality(mixed(79, 21)), "too few words with a letter");
});

Deno.test("gopherQuality() wants two different stop words", () => {
  assert.equal(quality(`the the the ${words(60)}`), "fewer than 2 stop words");
  assert.equal(quality(`the ${words(60)} of`), undefined);
  assert.equal(quality(`der ${words(60)} und`, { stopWords: ["der", "und"] }), undefined);
});
