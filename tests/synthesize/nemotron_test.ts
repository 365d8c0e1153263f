import assert from "node:assert/strict";
import {
  nemotron,
  nemotronLimits,
  type NemotronTask,
  nemotronTasks,
  Random,
} from "../../lib/synthesize/mod.ts";

const text = "The Pequod left Nantucket on Christmas Day with thirty men aboard. ".repeat(8).trim();
const page = { id: "1", text, source: "sea", meta: {} };

/** What a task makes of one answer: the new text, or the cause of its loss. */
async function read(task: NemotronTask, written: string): Promise<string> {
  const method = nemotron(task);
  const [prompt] = method.build(page, new Random(1));
  const [result] = await method.read([{ prompt: prompt, text: "cleaned", written }], page);
  return "rejected" in result ? result.rejected : result.text;
}

const said = "A ship of thirty men sailed from Nantucket at Christmas. ".repeat(8).trim();

Deno.test("nemotronTasks() sends pages to bucket 11 to the paraphrase and better ones to the other four", () => {
  for (let bucket = 0; bucket <= 11; bucket++) {
    assert.deepEqual(nemotronTasks(bucket), ["wikipedia-paraphrase"]);
  }
  for (let bucket = 12; bucket <= 19; bucket++) {
    assert.deepEqual(nemotronTasks(bucket), [
      "diverse-question-answer",
      "distill",
      "extract-knowledge",
      "knowledge-list",
    ]);
  }
  assert.throws(
    () => nemotronTasks(20),
    /^RangeError: Cannot route a page as its bucket must be .* 0 to 19: current value is 20$/,
  );
});

Deno.test("nemotronLimits() are those of the public pipeline", () => {
  const rows = (["wikipedia-paraphrase", ...nemotronTasks(19)] as NemotronTask[]).map((task) =>
    Object.values(nemotronLimits(task))
  );
  assert.deepEqual(rows, [
    [5, 5, 512, 512, 510, 50],
    [30, 30, 1000, 600, 598, 100],
    [30, 10, 2000, 1600, 1598, 50],
    [30, 30, 1400, 1400, 1398, 50],
    [30, 30, 1000, 600, 598, 50],
  ]);
});

Deno.test("nemotron() asks for the opening, takes it off, and rejects answers without it", async () => {
  assert.equal(await read("wikipedia-paraphrase", `**Here is a paraphrased version:**\n"${said}"`), said);
  assert.equal(await read("distill", `Paraphrased Text: ${said}`), said);
  assert.equal(await read("distill", said), "required opening missing");
});

Deno.test("nemotron() rejects answers at their limit and texts that are too short", async () => {
  const long = "Here is a paraphrased version: " + "word ".repeat(420);
  assert.equal(await read("wikipedia-paraphrase", long), "truncated");
  assert.equal(await read("wikipedia-paraphrase", "Here is a paraphrased version: Ships sail."), "too short");
});

Deno.test("nemotron() puts whole question-answer pairs after the page, at least one and at most its share", async () => {
  const pairs = Array.from(
    { length: 8 },
    (_, at) => `- Question: What about matter ${at}?\nAnswer: It is ${at}.`,
  );
  const written = `Some words first.\n${pairs.join("\n")}\nQuestion: What is left open?`;
  const made = await read("diverse-question-answer", written);
  assert(made.startsWith(`${text}\n\nQuestion: What about matter `));
  const kept = [...made.matchAll(/Question: What about matter (\d)\?\nAnswer: It is (\d)\./g)];
  assert(kept.length >= 1 && kept.length <= Math.floor(10 * Math.ceil(text.length / 4) / 150));
  for (const [, question, answer] of kept) assert.equal(question, answer);
  assert(!made.includes("left open") && !made.includes("Some words first"));
  assert.equal(await read("diverse-question-answer", written), made);
  assert.equal(await read("diverse-question-answer", "There is nothing to ask."), "malformed");
});

Deno.test("nemotron() takes passage marks and bullets off", async () => {
  assert.equal(
    await read("extract-knowledge", `Passage: ${said}\n\nPassage 2:\n${said}`),
    `${said}\n\n${said}`,
  );
  assert.equal(
    await read("knowledge-list", `Here is what the text teaches.\n- ${said}\n* ${said}`),
    `${said}\n${said}`,
  );
});

Deno.test("nemotron() joins the pieces of a page and counts those that were lost", async () => {
  const method = nemotron("wikipedia-paraphrase");
  const long = { ...page, text: Array(8).fill(text).join("\n\n") };
  const prompts = method.build(long, new Random(1));
  assert(prompts.length > 1 && prompts.every(({ messages }) => messages[0].content.length <= 4 * 512));
  assert.deepEqual([prompts[0].maxTokens, prompts[0].temperature, prompts[0].topP], [512, 0.5, 0.9]);
  const results = await method.read(
    prompts.map((prompt, at) => ({
      prompt,
      text: "",
      written: at === 0 ? said : `Here is a paraphrased version: ${said}`,
    })),
    long,
  );
  assert.deepEqual(results.length, 2);
  assert.deepEqual(results[0], {
    text: Array(prompts.length - 1).fill(said).join("\n"),
    meta: { parts: prompts.slice(1).map(({ span }) => span) },
    answer: 1,
  });
  assert.deepEqual(results[1], { rejected: "required opening missing", sample: said });
});

Deno.test("nemotron() leaves out pages that are too short and refuses unknown tasks", () => {
  assert.deepEqual(nemotron("distill").build({ ...page, text: "Ships sail." }, new Random(1)), []);
  assert.deepEqual(nemotron("distill").build({ ...page, text: "" }, new Random(1)), []);
  for (const task of ["haiku", "toString"] as unknown[] as NemotronTask[]) {
    for (const use of [nemotron, nemotronLimits]) {
      assert.throws(() => use(task), /^RangeError: Cannot rewrite as the task must be one of /);
    }
  }
});
