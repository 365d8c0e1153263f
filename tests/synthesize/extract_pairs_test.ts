import assert from "node:assert/strict";
import { type Answer, extractPairs, Random } from "../../lib/synthesize/mod.ts";

const page = {
  id: "1",
  source: "sea",
  meta: {},
  text: "The Pequod left Nantucket on Christmas Day. Her captain, Ahab, had lost a leg to a white whale.",
};
const method = extractPairs({ minWords: 5 });

async function read(text: string, fault?: Answer["fault"]) {
  const [prompt] = method.build(page, new Random(1));
  const results = await method.read([{ prompt: prompt, text, ...(fault ? { fault } : {}) }], page);
  return results.map((result) =>
    "rejected" in result ? result.rejected : [result.meta!.question, result.meta!.answer]
  );
}

Deno.test("extractPairs() reads the forms that models write", async () => {
  const pair = ["Who was the captain?", "Ahab"];
  for (
    const text of [
      "Question: Who was the captain?\nAnswer: Ahab",
      "Q: Who was the captain?\nA: Ahab",
      "1. Question: Who was the captain?\n   Answer: Ahab",
      "**Question 1:** Who was the captain?\n\n**Answer 1:** Ahab",
      "Question: Who was the captain?\n\nAnswer: Ahab",
    ]
  ) assert.deepEqual(await read(text), [pair], text);
});

Deno.test("extractPairs() keeps answers that stand in the page, whatever their case and punctuation", async () => {
  assert.deepEqual(await read("Question: When?\nAnswer: on christmas day!"), [[
    "When?",
    "on christmas day!",
  ]]);
  assert.deepEqual(await read("Question: When?\nAnswer: Christmas Eve"), ["answer not in the page"]);
  assert.deepEqual(await read("Question: What?\nAnswer: a leg to a white"), [["What?", "a leg to a white"]]);
  assert.deepEqual(
    await read("Question: What?\nAnswer: eg to"),
    ["answer not in the page"],
    "whole words only",
  );
});

Deno.test("extractPairs() counts what it rejects pair by pair", async () => {
  assert.deepEqual(
    await read(
      "Question: Who was the captain?\nAnswer: Ahab\nQuestion: Who was the captain?\nAnswer: Ahab\nQuestion: Was it Ahab?\nAnswer: Ahab",
    ),
    [["Who was the captain?", "Ahab"], "pair stands twice", "answer in the question"],
  );
  assert.deepEqual(await read("NONE"), ["no pairs"]);
  assert.deepEqual(await read("None."), ["no pairs"]);
  assert.deepEqual(await read("The captain was Ahab."), ["malformed"]);
  assert.deepEqual(await read("I cannot", "refused"), ["refused"]);
});

Deno.test("extractPairs() keeps the whole pairs of a truncated answer and counts the loss of the last", async () => {
  assert.deepEqual(
    await read(
      "Question: Who was the captain?\nAnswer: Ahab\nQuestion: What did he lose?\nAnswer: a le",
      "truncated",
    ),
    [["Who was the captain?", "Ahab"], "truncated"],
  );
});
