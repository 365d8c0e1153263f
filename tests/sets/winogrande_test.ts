import assert from "node:assert/strict";
import { winogrande } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(winogrande, "winogrande holds 1,267 sentences with one gap and two names for it", async () => {
  const sentences = await Array.fromAsync(winogrande.read());
  assert.equal(sentences.length, 1267);
  assert(
    sentences.every(({ sentence, answer }) => sentence.split("_").length === 2 && [0, 1].includes(answer)),
  );
  const { sentence, choices, answer } = sentences[0];
  assert.match(sentence, /^Sarah was a much better surgeon than Maria so _/);
  assert.equal(choices[answer], "Maria");
  assert.equal(new Set(sentences.map(({ id }) => id)).size, 1267);
});
