import assert from "node:assert/strict";
import { bbh } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(bbh, "BIG-Bench Hard has 27 tasks of 6,511 questions", async () => {
  const questions = await Array.fromAsync(bbh.read());
  assert.equal(questions.length, 6511);
  const counts = Map.groupBy(questions, ({ task }) => task);
  assert.equal(counts.size, 27);
  const odd = [...counts].filter(([, own]) => own.length !== 250).map(([task, own]) => [task, own.length]);
  assert.deepEqual(odd, [["causal_judgement", 187], ["penguins_in_a_table", 146], ["snarks", 178]]);
  assert.equal(questions[0].answer, "False");
});
