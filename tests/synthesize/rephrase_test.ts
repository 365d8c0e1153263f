import assert from "node:assert/strict";
import { Random, rephrase, type RephraseStyle } from "../../lib/synthesize/mod.ts";

const part =
  "The Pequod left Nantucket on Christmas Day with thirty men aboard, and in the 3 years that followed her captain, Ahab, hunted one white whale over 2 oceans.";
const page = { id: "1", text: part, source: "sea", meta: {} };

/** What becomes of one answer. */
async function cause(text: string, style: RephraseStyle = "plain"): Promise<string | undefined> {
  const method = rephrase(style);
  const [prompt] = method.build(page, new Random(1));
  const [result] = await method.read([{ prompt: prompt, text }], page);
  return "rejected" in result ? result.rejected : undefined;
}

Deno.test("rephrase() accepts a text that says the same in other words", async () => {
  assert.equal(
    await cause(
      "On Christmas Day a ship called the Pequod sailed out of Nantucket. Her captain was Ahab. For 3 years he chased a white whale on 2 oceans.",
    ),
    undefined,
  );
});

Deno.test("rephrase() rejects each way to go wrong by its name", async () => {
  assert.equal(await cause(part), "copied");
  assert.equal(await cause("A ship hunted a whale."), "too short");
  assert.equal(await cause("The ship sailed on and on. ".repeat(20)), "too long");
  assert.equal(
    await cause(
      "Say the text below again in plain English, with short sentences and common words. The ship left.",
    ),
    "prompt echo",
  );
  assert.equal(
    await cause(
      "Das Schiff ist an dem Tag aus der Stadt gefahren und der Kapitän ist auf der See nicht zu sehen.",
    ),
    "another language",
  );
  assert.equal(
    await cause("The ship left at Christmas. For 4 years her captain chased a white whale."),
    "invented numbers",
  );
  assert.equal(
    await cause("The ship left at Christmas. Its captain, Starbuck, chased a white whale over 2 oceans."),
    "invented names",
  );
});

Deno.test("rephrase() asks question-answer texts for both tags", async () => {
  assert.equal(
    await cause(
      "Question: Which ship left Nantucket?\nAnswer: The Pequod, on Christmas Day, with Ahab.",
      "question-answer",
    ),
    undefined,
  );
  assert.equal(
    await cause("The ship that left Nantucket was the Pequod, under Ahab.", "question-answer"),
    "malformed",
  );
});

Deno.test("rephrase() passes the engine's faults on, with the text", async () => {
  const method = rephrase("plain");
  const [prompt] = method.build(page, new Random(1));
  assert.deepEqual(await method.read([{ prompt: prompt, text: "cut o", fault: "truncated" }], page), [
    { rejected: "truncated", sample: "cut o" },
  ]);
});

Deno.test("rephrase() cuts long pages into parts and leaves out those without words", () => {
  const method = rephrase("encyclopaedic", { maxPartTokens: 40 });
  const prompts = method.build({ ...page, text: `${part}\n\n${part}\n\nThe end.` }, new Random(1));
  assert.deepEqual(prompts.map((prompt) => prompt.part), [part, part]);
  assert.deepEqual(rephrase("plain").build({ ...page, text: "Too short." }, new Random(1)), []);
});

Deno.test("rephrase() checks its style and options", () => {
  assert.throws(
    () => rephrase("poetic" as RephraseStyle),
    /style must be one of plain, encyclopaedic, .*question-answer/,
  );
  assert.throws(() => rephrase("plain", { lengthRatio: [2, 1] }), /ascending: current value is 2,1/);
});
