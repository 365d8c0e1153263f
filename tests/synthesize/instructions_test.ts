import assert from "node:assert/strict";
import {
  describeImage,
  evolveInstruction,
  type Growth,
  type Method,
  Random,
  refinePair,
} from "../../lib/synthesize/mod.ts";
import type { Document } from "../../lib/data/mod.ts";

async function read(method: Method, document: Document, text: string, value?: unknown): Promise<unknown> {
  const [prompt] = method.build(document, new Random(1));
  const [result] = await method.read([{ prompt: prompt, text, value }], document);
  return "rejected" in result ? result.rejected : result.meta;
}

Deno.test("refinePair() keeps what was before and says what changed", async () => {
  const page = { id: "1", text: "", source: "web", meta: { question: "whats 2+2", answer: "4" } };
  const method = refinePair();
  const before = page.meta;
  assert.deepEqual(
    await read(method, page, "**Revised Question:** What is 2 + 2?\n\n**Revised Answer:** It is 4."),
    {
      question: "What is 2 + 2?",
      answer: "It is 4.",
      before,
      changed: "both",
    },
  );
  const same = await read(method, page, "Revised Question: Whats 2 + 2\nRevised Answer: 4");
  assert.equal((same as { changed: string }).changed, "nothing");
  assert.equal(await read(method, page, "What is 2 + 2? It is 4."), "malformed");
  assert.equal(await read(method, page, "Revised Question: What is it?\nRevised Answer: "), "malformed");
  assert.deepEqual(method.build({ ...page, meta: {} }, new Random(1)), []);
});

Deno.test("evolveInstruction() rejects each way to go wrong by its name", async () => {
  const page = { id: "1", text: "Explain why whales rise to breathe.", source: "", meta: {} };
  const method = evolveInstruction("constrain");
  const cause = (text: string) => read(method, page, text);
  assert.deepEqual(await cause("Task: Explain to a child why whales rise."), {
    question: "Explain to a child why whales rise.",
    growth: "constrain",
  });
  assert.equal(await cause(page.text.toUpperCase()), "seed repeated");
  assert.equal(
    await cause("Rewrite the task below so that it has one more demand that is hard."),
    "prompt echo",
  );
  assert.equal(await cause("Explain whales. The given task is hard."), "speaks of the prompt");
  assert.equal(await cause("Explain."), "too short");
  assert.equal(await cause(`Explain why whales ${"really ".repeat(60)} rise.`), "too long");
  assert.equal(await cause("Write a poem about the moon."), "another task");
  const broad = await read(evolveInstruction("broaden"), page, "Write about how seals hunt.");
  assert.deepEqual(broad, { question: "Write about how seals hunt.", growth: "broaden" });
  assert.throws(() => evolveInstruction("shrink" as Growth), /growth must be one of constrain, .* shrink$/);
});

Deno.test("describeImage() asks with the image beside the text, and keeps caption and questions", async () => {
  const image = "https://example.org/losses.png";
  const page = { id: "1", text: "Figure 3", source: "paper", meta: { image } };
  const method = describeImage({ pairs: 1 });
  const [prompt] = method.build(page, new Random(1));
  assert.deepEqual(prompt.messages[0].images, [image]);
  assert(prompt.messages[0].content.endsWith("Figure 3") && prompt.schema);
  const questions = [{ question: "What falls?", answer: "The loss." }];
  const caption = "A line that falls from left to right.";
  assert.deepEqual(await read(method, page, "", { caption, questions }), { image, caption, questions });
  assert.equal(await read(method, page, "", { caption: "A line.", questions }), "too short");
  assert.equal(await read(method, page, "", { caption, questions: [] }), "no questions");
  for (const meta of [{}, { image: "file:///etc/passwd" }, { image: 3 }]) {
    assert.deepEqual(method.build({ ...page, meta: meta as Document["meta"] }, new Random(1)), []);
  }
  assert.throws(() => describeImage({ pairs: 0 }), /pairs must be a whole number >= 1: current value is 0$/);
});
