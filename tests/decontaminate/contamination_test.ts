import assert from "node:assert/strict";
import { buildIndex, findContamination } from "../../lib/decontaminate/mod.ts";
import { items, prose } from "./_made.ts";

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
    message: 'Cannot find contamination as rule must be "ngram" or "lcs": current value is words',
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
