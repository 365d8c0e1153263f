import assert from "node:assert/strict";
import { documentId } from "../../lib/data/mod.ts";
import { gsm8k, gsm8kDocument } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(gsm8k, "gsm8k gives its problems, and Documents without the calculator's marks", async () => {
  const train = await Array.fromAsync(gsm8k.read({ split: "train" }), gsm8kDocument);
  const test = await Array.fromAsync(gsm8k.read({ split: "test" }));
  // The sizes of arXiv:2110.14168, section 2.
  assert.deepEqual([train.length, test.length], [7473, 1319]);
  assert(train.every(({ text, meta }) => !/<<|####/.test(text) && text.endsWith(`\nAnswer: ${meta.answer}`)));
  assert.equal(test[0].answer, "18");
  assert.match(test[0].working, /^Janet sells 16 - 3 - 4 = <<16-3-4=9>>9 duck eggs a day\./);
  const { id, source, text } = gsm8kDocument(test[0]);
  assert.deepEqual([id, source], [documentId("gsm8k/test", 0), "gsm8k/test"]);
  assert.match(text, /^Question: Janet’s ducks .*\nJanet sells 16 - 3 - 4 = 9 duck eggs a day\./);
});

Deno.test("gsm8k refuses an unknown split", async () => {
  await assert.rejects(gsm8k.read({ split: "dev" as "test" }).next(), {
    name: "RangeError",
    message: "Cannot collect word problems as split must be train or test: current value is dev",
  });
});
