import assert from "node:assert/strict";
import { itemsFromDocuments } from "../../lib/decontaminate/mod.ts";

const text = "One two three. Four five six. Seven eight nine.";
const documents = [{ id: "a", text, source: "made", meta: {} }];

Deno.test("itemsFromDocuments() takes a passage of enough words, and none from a document without", async () => {
  const [item] = await itemsFromDocuments(documents, { sentences: 2, minWords: 6 });
  assert.deepEqual([item.id, item.question, item.answer], [
    "held-out/a",
    "One two three. Four five six.",
    "Seven eight nine.",
  ]);
  assert.deepEqual(await itemsFromDocuments(documents, { sentences: 2, minWords: 7 }), []);
});

Deno.test("itemsFromDocuments() refuses numbers below 1 and the former name of an option", async () => {
  await assert.rejects(itemsFromDocuments(documents, { minWords: 0 }), {
    name: "RangeError",
    message: "Cannot make items as minWords must be a whole number >= 1: current value is 0",
  });
  await assert.rejects(itemsFromDocuments(documents, { minimumWords: 7 } as object), {
    name: "TypeError",
    message: "Cannot make items as the option minimumWords is called minWords now",
  });
});
