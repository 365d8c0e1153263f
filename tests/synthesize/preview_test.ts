import assert from "node:assert/strict";
import { preview, synthesize } from "../../lib/synthesize/mod.ts";
import { answer, echo, open, pages, scripted } from "./_server.ts";

Deno.test("preview() of the first documents gives the run's tokens exactly where all cost the same", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  const trial = await preview(pages(50), echo, { model, k: 4, total: 50 });
  assert.equal(server.count(), 4);
  assert.deepEqual(trial.documents.map(({ text }) => text), ["text 0", "text 1", "text 2", "text 3"]);
  assert.equal(trial.tokensPerDocument, 15);
  const run = synthesize(pages(50), echo, { model });
  await Array.fromAsync(run);
  assert.equal(trial.run!.tokens, run.report.tokens.prompt + run.report.tokens.completion);
  assert.match(
    trial.summary,
    /^4 documents gave 4 texts and lost 0; 50 documents will cost about 750 tokens and [\d.e-]+ s$/,
  );
});

Deno.test("preview() refuses to judge from nothing", async () => {
  await using server = await scripted(({ content }) => answer(content));
  await using model = await open(server);
  await assert.rejects(preview([], echo, { model }), /no document was finished: there is none/);
  await assert.rejects(preview(pages(1), echo, { model, k: 0 }), /k must be a whole number >= 1/);
});
