import assert from "node:assert/strict";
import { triviaQa } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(triviaQa, "TriviaQA's 3,000 questions have an answer and its aliases", async () => {
  const questions = await Array.fromAsync(triviaQa.read());
  assert.equal(questions.length, 3000);
  assert.equal(questions[0].answer, "Onion");
  assert(questions[0].aliases.includes("Allium cepa") || questions[0].aliases.includes("Bulb onion"));
});
