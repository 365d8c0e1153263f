import assert from "node:assert/strict";
import { diversity, type Document, tokensBySource, trainingRecords } from "../../lib/synthesize/mod.ts";

const page = (text: string, meta: Document["meta"] = {}): Document => ({
  id: "1",
  text,
  source: "sea",
  meta,
});
const records = (document: Document, shape: "text" | "messages" | "question-answer") =>
  Array.fromAsync(trainingRecords([document], { shape }));

Deno.test("trainingRecords() writes text, messages and question-answer records", async () => {
  const problem = page("any", { problem: "What is 2 + 2?", answer: 4 });
  assert.deepEqual(await records(problem, "text"), [{ id: "1", text: "any", source: "sea" }]);
  assert.deepEqual(await records(problem, "question-answer"), [
    { id: "1", question: "What is 2 + 2?", answer: "4", source: "sea" },
  ]);
  const [record] = await records(
    page("A page.\n\nQuestion: Who?\nAnswer: Ahab,\nthe captain.\n\nQuestion: Where?\nAnswer: At sea."),
    "messages",
  );
  assert.deepEqual(record.messages, [
    { role: "user", content: "Who?" },
    { role: "assistant", content: "Ahab,\nthe captain." },
    { role: "user", content: "Where?" },
    { role: "assistant", content: "At sea." },
  ]);
});

Deno.test("trainingRecords() takes the lineage along when asked, and names a text without a question", async () => {
  const lineage = { parents: ["0"], prompt: "echo@1", model: "m", sampling: {} };
  const [record] = await Array.fromAsync(trainingRecords([{ ...page("x"), lineage }], { lineage: true }));
  assert.deepEqual(JSON.parse(String(record.lineage)), lineage);
  await assert.rejects(
    records(page("No question."), "messages"),
    /^TypeError: Cannot write 1 as messages as it has no question and answer: it begins "No question."$/,
  );
});

Deno.test("tokensBySource() adds tokens of texts and of the models that wrote them", async () => {
  const usage = { promptTokens: 10, completionTokens: 4 };
  const lineage = { parents: ["0"], prompt: "echo@1", model: "m", sampling: {}, usage };
  const made = { ...page("a b c"), source: "echo@1", lineage };
  assert.deepEqual(await tokensBySource([page("a b"), made, made], (text) => text.split(" ").length), [
    { source: "sea", documents: 1, tokens: 2, promptTokens: 0, completionTokens: 0 },
    { source: "echo@1", documents: 2, tokens: 6, promptTokens: 20, completionTokens: 8 },
  ]);
});

Deno.test("diversity() falls when texts repeat, and its spread is the mean distance of two", () => {
  const varied = diversity([page("the old man and the sea"), page("call me what you like today")]);
  const same = diversity([page("the old man and the sea"), page("the old man and the sea")]);
  assert(varied.distinct4 === 1 && same.distinct4 === 0.5);
  assert.deepEqual([varied.sharedOpenings, same.sharedOpenings], [0, 1]);
  const vectors = [[1, 0], [0, 1], [-1, 0]].map((values) => new Float32Array(values));
  const three = [page("a"), page("b"), page("c")];
  assert.equal(diversity(three, { vectors }).spread, (1 + 1 + 2) / 3);
  assert.equal(diversity([page("a")], { vectors: [vectors[0]] }).spread, 0);
  assert.throws(() => diversity([]), /there is no text$/);
  assert.throws(() => diversity(three, { words: NaN }), /words must be a whole number >= 1: .* NaN$/);
  assert.throws(() => diversity(three, { vectors: [] }), /each of 3 texts needs one vector: there are 0$/);
});
