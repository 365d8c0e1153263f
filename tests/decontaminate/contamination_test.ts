import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { buildIndex, type EvaluationItem, findContamination, plant } from "../../lib/decontaminate/mod.ts";
import { exactLength } from "./_exact_subsequence.ts";
import { hosts, items, prose } from "./_made.ts";

Deno.test("findContamination() gives the item and the place of an exact copy", () => {
  const text = `${prose(50, 40)} ${items[3].question} ${prose(60, 40)}`;
  const [call, ...others] = findContamination(text, buildIndex(items));
  assert.equal(call.item, "item3");
  assert.equal(others.length, 0);
});

Deno.test("findContamination() finds what extractors left HTML's references in, at its place, on either side", () => {
  const { question } = items[3];
  const left = question.replaceAll(" ", "&nbsp;").replace("&nbsp;", " &quot;&#160;");
  const before = `${prose(50, 40)} R&D `;
  const [call] = findContamination(`${before}${left} ${prose(60, 40)}`, buildIndex(items));
  assert.equal(call.item, "item3");
  const [plain] = findContamination(`${before}${question}`, buildIndex(items));
  assert.equal(call.start, plain.start);
  const [other] = findContamination(question, buildIndex([{ ...items[3], question: left }]));
  assert.equal(other.item, "item3");
});

Deno.test("findContamination() reads empty text, wrong Unicode and a line of ten megabytes", () => {
  const index = buildIndex(items);
  assert.deepEqual(findContamination("", index), []);
  assert.deepEqual(findContamination("\ud800 \udfff \u0000", index), []);
  assert.deepEqual(findContamination("word ".repeat(2_000_000), index), []);
});

Deno.test("findContamination() refuses options out of range and an index of another making", () => {
  const find = (options: object) => findContamination("", buildIndex(items), options);
  assert.throws(() => find({ rule: "words" }), {
    name: "RangeError",
    message: "Cannot find contamination as rule must be one of ngram, lcs, decon: current value is words",
  });
  assert.throws(() => find({ n: 4 }), {
    message: "Cannot find contamination as n must be a whole number >= 5: current value is 4",
  });
  assert.throws(() => find({ threshold: 2 }), {
    message: "Cannot find contamination as threshold must be in [0, 1]: current value is 2",
  });
  assert.throws(() => findContamination("", { ...buildIndex(items) }), { name: "TypeError" });
});

Deno.test("findContamination() calls no text for a common phrase of a long item, and finds a third of it", () => {
  const phrase =
    "Be it enacted by the Senate and House of Representatives of the United States of America in Congress assembled";
  const passage = `${phrase} ${prose(1, 240)}`;
  const index = buildIndex([{ id: "long", question: passage, benchmark: "made" }]);
  assert.deepEqual(findContamination(`He read: ${phrase}. Then he sat down.`, index), []);
  const third = passage.split(" ").slice(100, 200).join(" ");
  assert.equal(findContamination(`He read: ${third}.`, index).length, 1);
  assert.equal(findContamination(phrase, index, { threshold: 0 }).length, 1);
});

const loaves =
  "Orla baked 48 small loaves for the market on Monday, and then she baked twice as many loaves on Tuesday";

const dresses: Record<string, (text: string) => string> = {
  "a word that a line's end broke": (text) => text.replace("market", "mar-\nket"),
  "the same in the manner of old mail": (text) => text.replace("market", "mar-\r\n  ket"),
  "a soft hyphen at a line's end": (text) => text.replace("market", "mar\u00ad\nket"),
  "no-break spaces": (text) => text.replaceAll(" ", "\u00a0"),
  "HTML's no-break spaces": (text) => text.replaceAll(" ", "&nbsp;"),
  "marks of Markdown": (text) => text.replace("48", "**48**"),
  "an invisible character in a word": (text) => text.replace("loaves", "loa\u200bves"),
  "decomposed accents": (text) => text.replace("Orla", "Örla".normalize("NFD")),
};

for (const [dress, wear] of Object.entries(dresses)) {
  Deno.test(`findContamination() finds all of an item in ${dress}, at its place`, () => {
    const question = dress === "decomposed accents" ? loaves.replace("Orla", "Örla") : loaves;
    const before = `${prose(50, 40)} `;
    const copy = wear(question);
    const index = buildIndex([{ id: "g", question, benchmark: "made" }]);
    const calls = findContamination(`${before}${copy} ${prose(60, 40)}`, index);
    assert.deepEqual(calls.map(({ item, score }) => [item, score]), [["g", 1]]);
    assert.equal(calls[0].start, before.length);
    assert.equal(calls[0].matched, copy);
  });
}

Deno.test("findContamination() reads 1,000 as 1000, and number words as numbers where the index says so", () => {
  const question =
    "A tank of 12,500 litres loses forty-eight litres in each of seven hours; what is left in it?";
  const written = "A tank of 12500 litres loses 48 litres in each of 7 hours; what is left in it?";
  const scoreOf = (numbers: "keep" | "digits", text: string) =>
    findContamination(text, buildIndex([{ id: "t", question, benchmark: "made" }], { numbers }))[0]?.score ??
      0;
  assert.equal(scoreOf("digits", written), 1);
  assert.equal(scoreOf("digits", question), 1);
  assert(scoreOf("keep", written) < 1);
  assert.equal(scoreOf("keep", question.replace("12,500", "12500")), 1);
  // Nineteen is no nine, and a list of numbers is no number.
  assert.equal(scoreOf("digits", written.replace("48", "ninety-four")) < 1, true);
  assert.equal(scoreOf("keep", question.replace("12,500", "12,5001")) < 1, true);
});

const short: readonly EvaluationItem[] = [
  { id: "binomial", question: "Compute $\\dbinom{5}{3}$.", answer: "10", benchmark: "made" },
  { id: "who", question: "Who wrote Emma?", answer: "Jane Austen", benchmark: "made" },
  { id: "log", question: "Evaluate $\\log_2 (4^2)$.", answer: "4", benchmark: "made" },
  { id: "letter", question: "Who is he?", answer: "B", benchmark: "made" },
];

Deno.test("an item of fewer than five words is found on a line of its own, or with its answer near by", () => {
  const index = buildIndex(short);
  assert.deepEqual(index.unchecked, ["letter"]);
  const called = (text: string) => findContamination(text, index).map(({ item, rule }) => `${item} ${rule}`);
  const { question } = short[0];
  assert.deepEqual(called(`${prose(1, 20)}\nProblem 3: ${question}\n${prose(2, 20)}`), ["binomial whole"]);
  assert.deepEqual(called(question), ["binomial whole"]);
  assert.deepEqual(called(`${prose(1, 20)} ${question} The answer is 10. ${prose(2, 20)}`), [
    "binomial whole",
  ]);
  assert.deepEqual(called(`${prose(1, 20)} ${question} ${prose(2, 20)} 10`), []);
  assert.deepEqual(called(`I asked: ${question}\nAnd then it rained.`), ["binomial whole"]);
  assert.deepEqual(called(`I asked them all: ${question}\nAnd then it rained.`), []);
  assert.deepEqual(called("Who wrote Emma? It was Jane Austen."), ["who whole"]);
  assert.deepEqual(called("Who wrote Emma?\nNobody knows."), []);
  assert.deepEqual(called("Q: Evaluate $\\log_2 (4^2)$. A: 4"), ["log whole"]);
  assert.deepEqual(called("Who is he?\nB"), []);
});

Deno.test("short items in a line of ten megabytes take no more than the line", () => {
  const index = buildIndex(short);
  assert.deepEqual(findContamination("Compute dbinom 5 3 ".repeat(500_000), index), []);
});

Deno.test("an edited or halved copy of an item of a few words is found, and no common phrase of it", () => {
  const question = "Which organelle of a eukaryotic cell makes most of its chemical energy?";
  const index = buildIndex([{ id: "cell", question, benchmark: "made" }]);
  const scores = (text: string) =>
    findContamination(`${prose(1, 20)} ${text} ${prose(2, 20)}`, index).map(({ score }) => score);
  assert.equal(scores(question.replace("eukaryotic", "human"))[0], 11 / 12);
  assert.equal(scores("cell makes most of its chemical energy")[0], 7 / 12);
  assert.deepEqual(scores("makes most of its own bread"), []);
  assert.deepEqual(
    findContamination(`${prose(1, 20)} ${question.replace("eukaryotic", "human")}`, index, { n: 8 }),
    [],
    "n that is given is the only one",
  );
});

Deno.test("the longest common subsequence calls what the quadratic table calls", () => {
  const random = new Random("lcs");
  const index = buildIndex(items);
  const { documents, planted } = plant(items, hosts, { seed: 5 });
  const words = (text: string) => text.toLowerCase().match(/\w+/g)!;
  const ids = new Map<string, number>();
  const numbers = (text: string) =>
    words(text).map((word) => {
      if (!ids.has(word)) ids.set(word, ids.size);
      return ids.get(word)!;
    });
  for (const { document, item } of planted) {
    // Some words of the copy's document are lost, so that scores lie on both sides of the threshold.
    const text = words(documents.find(({ id }) => id === document)!.text).filter(() => random.next() < 0.93)
      .join(" ");
    const own = items.find(({ id }) => id === item)!;
    const call = findContamination(text, index, { rule: "lcs" }).find((one) => one.item === item);
    const length = exactLength(numbers(text), numbers(own.question));
    const score = length / words(own.question).length;
    // The whole text may hold a word or two of the item far from the copy, and a copy without five words in a row has no seed.
    if (call) assert(score >= call.score && call.score >= 0.6 && length >= 13);
    else assert(score < 0.7, `${item} in ${document}: ${score}`);
  }
});
