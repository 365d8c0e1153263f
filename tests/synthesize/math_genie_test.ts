import assert from "node:assert/strict";
import {
  augmentSolution,
  backTranslate,
  type ChatModel,
  type Document,
  lineageOf,
  mathGenie,
  type Method,
  Random,
} from "../../lib/synthesize/mod.ts";

const solution = "The shop sells 24 - 9 = 15 rolls less.\nIt fills 15 / 5 = 3 bags.\nAnswer: 3";
const seed: Document = { id: "seed", text: solution, source: "seeds", meta: {} };

async function cause(method: Method, text: string): Promise<string | undefined> {
  const [prompt] = method.build(seed, new Random(1));
  const [result] = await method.read([{ prompt: prompt, text }], seed);
  return "rejected" in result ? result.rejected : undefined;
}

Deno.test("augmentSolution() keeps a new solution with its closing number, and rejects the rest by name", async () => {
  const method = augmentSolution();
  const [prompt] = method.build(seed, new Random(1));
  const text = "Solution: 40 - 12 = 28 eggs remain.\nAnswer: 28";
  const [result] = await method.read([{ prompt: prompt, text }], seed);
  assert("text" in result);
  assert.deepEqual(result.meta, { solution: "40 - 12 = 28 eggs remain.\nAnswer: 28", answer: 28 });
  assert.equal(await cause(method, solution), "seed repeated");
  assert.equal(await cause(method, prompt.messages[1].content), "example repeated");
  assert.equal(await cause(method, "40 - 12 = 28 eggs remain."), "no closing answer");
  assert.equal(await cause(method, "Answer: 28"), "fewer than two numbers");
  assert.equal(
    await cause(method, "Change the solution below into one of another problem: other people 1 2\nAnswer: 3"),
    "prompt echo",
  );
});

Deno.test("backTranslate() keeps a question of the solution's own numbers, without its result", async () => {
  const method = backTranslate();
  const good = "A shop had 24 rolls and sold 9. The rest goes into bags of 5. How many bags is that?";
  assert.equal(await cause(method, good), undefined);
  assert.equal(await cause(method, `${good} It is three.`), "solution in the question");
  assert.equal(await cause(method, "A shop had 24 rolls."), "no question");
  assert.equal(await cause(method, "A shop had 25 rolls and sold 9. How many are left?"), "invented numbers");
  assert.equal(
    await cause(method, "A shop had 24 rolls and sold 9. Is it 3 bags of 5?"),
    "answer in the question",
  );
  assert.deepEqual(method.build({ ...seed, text: "No number at all." }, new Random(1)), []);
});

/** A model that plays all parts: it adds one to the solution's first number, asks for it, and solves it. */
const model: ChatModel = {
  name: "scripted",
  chat({ messages }) {
    const content = messages.at(-1)!.content;
    const [first = "0"] = content.split("\n").at(-2)!.match(/\d+/) ?? [];
    const text = content.startsWith("Change")
      ? `There were ${Number(first) + 1} - 4 = ${Number(first) - 3} rolls.\nAnswer: ${Number(first) - 3}`
      : content.startsWith("Write the question")
      ? `A baker had ${first} rolls and sold 4. How many are left?`
      : `${/had (\d+)/.exec(content)![1]} - 4`;
    return Promise.resolve({
      text,
      finishReason: "stop",
      usage: { promptTokens: 10, completionTokens: 5 },
      cached: false,
    });
  },
};

Deno.test("mathGenie() goes from solutions through a chain of changes to verified problems with their lineage", async () => {
  const seeds = [{ ...seed, text: "20 - 4 = 16 rolls\nAnswer: 16" }];
  const { documents, intermediate, stages } = await mathGenie(seeds, { model, rounds: 3 });
  assert.deepEqual(stages.map(({ stage, read, report }) => [stage, read, report.accepted]), [
    ["augment 1", 1, 1],
    ["augment 2", 1, 1],
    ["augment 3", 1, 1],
    ["back-translate", 3, 3],
    ["solve", 3, 3],
  ]);
  assert.deepEqual(documents.map(({ meta }) => meta.answer), [17, 18, 19]);
  const all = new Map([...seeds, ...intermediate].map((document) => [document.id, document]));
  const lines = lineageOf(documents[2], { find: (id) => all.get(id) }).split("\n");
  const made = lines.flatMap((line) => / by (\S+),/.exec(line)?.[1] ?? []);
  assert.deepEqual(made, [
    "solve/program@1",
    "math-genie/back-translate@1",
    "math-genie/augment@1",
    "math-genie/augment@1",
    "math-genie/augment@1",
  ]);
  assert(lines.some((line) => line.includes("seed from seeds")));
});

Deno.test("mathGenie() spends one budget over all its stages", async () => {
  const seeds = Array.from({ length: 3 }, (_, id) => ({
    ...seed,
    id: `${id}`,
    text: `${20 + id} - 4 = ${16 + id} rolls\nAnswer: ${16 + id}`,
  }));
  const { stages } = await mathGenie(seeds, { model, rounds: 2, budget: { requests: 7 } });
  assert.deepEqual(stages.map(({ report }) => report.requests), [3, 3, 1, 0]);
  assert.deepEqual(stages.map(({ report }) => report.stopped), [
    undefined,
    undefined,
    "budget of requests",
    "budget of requests",
  ]);
});

Deno.test("mathGenie() checks its rounds", async () => {
  await assert.rejects(mathGenie([seed], { model, rounds: 0 }), /rounds must be a whole number >= 1: .* 0$/);
});
