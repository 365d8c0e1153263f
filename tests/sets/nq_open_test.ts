import assert from "node:assert/strict";
import { nqOpen } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(nqOpen, "NaturalQuestions open has 3,610 questions with one answer or more", async () => {
  const questions = await Array.fromAsync(nqOpen.read());
  assert.equal(questions.length, 3610);
  assert(questions.every(({ answers }) => answers.length > 0 && answers.every((answer) => answer !== "")));
  assert.deepEqual(questions[0].answers, ["14 December 1972 UTC", "December 1972"]);
});
