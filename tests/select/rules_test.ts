import assert from "node:assert/strict";
import { type Document, documentId, type Drop } from "../../lib/data/mod.ts";
import {
  applyRules,
  c4,
  fineweb,
  gopherQuality,
  type GopherQualityOptions,
  gopherRepetition,
  type Rule,
} from "../../lib/select/mod.ts";

const rules = {
  gopherQuality: gopherQuality(),
  gopherRepetition: gopherRepetition(),
  c4: c4(),
  fineweb: fineweb(),
};

/** `count` words, every one another, none of them too long or too short. */
function words(count: number, start = 0): string {
  return Array.from({ length: count }, (_, i) => `w${"abcdefghij"[(i + start) % 10]}rd${i + start}x`).join(
    " ",
  );
}

const prose = `the river and ${words(60)}`;

function reason(rule: Rule, text: string): string | undefined {
  const { keep, reason } = rule.judge(text);
  assert.equal(keep, reason === undefined);
  return reason;
}

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

Deno.test("rules measure every statistic of every text, and never give a NaN", () => {
  const odd = [
    "",
    " ",
    "\n\n\n",
    "\0",
    "🐋",
    "\ud800",
    "...",
    "-".repeat(10_000),
    "a.".repeat(50_000),
    "don't",
    "'",
    "@".repeat(999),
  ];
  for (const { judge } of Object.values(rules)) {
    for (const text of odd) {
      for (const value of Object.values(judge(text).statistics)) {
        assert(Number.isFinite(value), text.slice(0, 9));
      }
    }
  }
});

Deno.test("rules read a line of 20 MB in linear time", () => {
  const text = "the river and all that ".repeat(900_000);
  assert.equal(reason(rules.gopherQuality, text), "more than 100000 words");
  assert.equal(reason(rules.fineweb, text), "too few lines end in punctuation");
  assert.equal(
    reason(rules.gopherRepetition, text.slice(0, 2_000_000)),
    "the most frequent 2-gram takes too much",
  );
});

Deno.test("rules refuse options that are no numbers >= 0", () => {
  assert.throws(() => gopherQuality({ minWords: NaN }), { name: "RangeError", message: /minWords.*NaN/ });
  assert.throws(() => c4({ minSentences: -1 }), { name: "RangeError" });
  assert.throws(() => fineweb({ shortLineUnits: NaN }), { name: "RangeError" });
  assert.throws(() => gopherRepetition({ maxTopGramFraction: { 0: 0.1 } }), { name: "RangeError" });
  assert.throws(() => gopherRepetition({ maxDuplicateGramFraction: { 5: NaN } }), { name: "RangeError" });
});

Deno.test("applyRules() passes what each rule leaves to the next, and tells every loss with its rule", async () => {
  const make = (text: string, i: number): Document => ({
    id: documentId("x", i),
    text,
    source: "x",
    meta: { i },
  });
  const good = Array.from({ length: 5 }, (_, i) => `The river and the ${words(20, 20 * i)}.`).join("\n");
  const documents = [make(`Home | About us\n${good}`, 0), make("short", 1), make(`${good}\nIt is { so.`, 2)];
  const drops: Drop[] = [];
  const kept = await Array.fromAsync(
    applyRules(documents, [gopherQuality(), c4(), fineweb()], { onDrop: (drop) => drops.push(drop) }),
  );
  assert.deepEqual(kept, [{ ...documents[0], text: good }]);
  assert.deepEqual(drops.map(({ id, stage, reason }) => [id, stage, reason]), [
    [documents[1].id, "select/gopher-quality", "fewer than 50 words"],
    [documents[2].id, "select/c4", "a curly bracket"],
  ]);
});
