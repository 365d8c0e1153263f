import assert from "node:assert/strict";
import { arithmeticProblems, Random, recast } from "../../lib/synthesize/mod.ts";
import type { Document } from "../../lib/data/mod.ts";

const problem =
  "Amara has 31 lemons. Then Amara buys 5 more. Amara sells 6 to a friend. How many lemons does Amara have now?";
const seed: Document = {
  id: "1",
  source: "template",
  text: `Question: ${problem}\n31 + 5 = 36\n36 - 6 = 30\nAnswer: 30`,
  meta: { problem, program: "31 + 5 - 6", answer: 30 },
};

async function read(chosen: Record<string, string>, document = seed) {
  const [prompt] = recast().build(document, new Random(1));
  const [result] = await recast().read([{ prompt, text: JSON.stringify(chosen), value: chosen }], document);
  return result;
}

Deno.test("recast() puts the model's words in their places, and nothing else changes", async () => {
  const result = await read({ Amara: "Tomas", lemons: "lanterns" });
  assert("text" in result);
  assert.equal(result.text, seed.text.replaceAll("Amara", "Tomas").replaceAll("lemons", "lanterns"));
  assert.deepEqual(result.meta, {
    problem: problem.replaceAll("Amara", "Tomas").replaceAll("lemons", "lanterns"),
    program: "31 + 5 - 6",
    answer: 30,
  });
});

Deno.test("recast() rejects words that do not fit their place, whatever they try", async () => {
  const [prompt] = recast().build(seed, new Random(1));
  const taken = JSON.parse(prompt.messages[1].content) as Record<string, string>;
  const [, thing] = Object.values(taken);
  const rows: [string, string, string][] = [
    ["Amara", "lanterns", "nothing new"],
    ["Tomas", "lemons", "nothing new"],
    ["tomas", "lanterns", "no name"],
    ["Then", "lanterns", "nothing new"],
    ["They", "lanterns", "no name"],
    ["Tomas 7", "lanterns", "no name"],
    ["Tomas", "lantern", "no things"],
    ["Tomas", "glass", "no things"],
    ["Tomas", "99 lanterns", "no things"],
    ["Tomas", "dollars", "no things"],
    ["Tomas", thing, "example repeated"],
    ["Tomas", "</s>", "special tokens"],
    ["$&", "lanterns", "no name"],
  ];
  for (const [name, things, expected] of rows) {
    const result = await read({ Amara: name, lemons: things });
    assert.equal("rejected" in result && result.rejected, expected, `${name}, ${things}`);
  }
});

Deno.test("recast() executes the program and holds its numbers to the problem's", async () => {
  const chosen = { Amara: "Tomas", lemons: "lanterns" };
  const cause = async (meta: Document["meta"]) => {
    const result = await read(chosen, { ...seed, meta: { ...seed.meta, ...meta } });
    return "rejected" in result && result.rejected;
  };
  assert.equal(await cause({ answer: 31 }), "wrong answer");
  assert.equal(await cause({ program: "30" }), "numbers of another problem");
  assert.equal(await cause({ program: "31 + 5 - 6 +" }), "program failed");
  assert.equal(await cause({ program: "31 + 5 - 6; Deno.exit(0)" }), "program failed");
});

Deno.test("recast() asks for one word a place and finds the places of every template", () => {
  for (const document of arithmeticProblems({ count: 200, seed: 3 })) {
    const [prompt] = recast().build(document, new Random(1));
    const [name, things, ...more] = prompt.schema!.required as string[];
    assert(String(document.meta.problem).startsWith(`${name} has `), `${name}: ${document.text}`);
    assert(String(document.meta.problem).includes(` ${things}.`), `${things}: ${document.text}`);
    assert.deepEqual(more, []);
  }
  assert.deepEqual(recast().build({ ...seed, meta: {}, text: "It rains." }, new Random(1)), []);
});
