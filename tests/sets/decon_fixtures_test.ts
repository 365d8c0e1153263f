import assert from "node:assert/strict";
import { deconFixtures, readDeconQuestions } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  deconFixtures,
  "deconFixtures holds 26 documents of 13 kinds and the questions in them",
  async () => {
    const documents = await Array.fromAsync(deconFixtures.read());
    assert.equal(documents.length, 26);
    assert.equal(new Set(documents.map(({ source }) => source)).size, 13);
    assert.equal(new Set(documents.map(({ id }) => id)).size, 26);
    const of = (kind: string) => documents.filter(({ source }) => source === `decon-fixtures/${kind}`);
    const [first, ...others] = await readDeconQuestions();
    assert.deepEqual([first.benchmark, first.answer, others.length], ["test-sat-en", "1889", 3]);
    assert(of("contaminated_at_end")[0].text.includes(first.question));
    assert.equal(of("clean").length, 5);
    assert(of("clean").every(({ text }) => !text.includes("Eiffel")));
  },
);
