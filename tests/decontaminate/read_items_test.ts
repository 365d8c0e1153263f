import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { descriptionOf } from "../../lib/base/mod.ts";
import { buildIndex, readItems, type ReadItemsOptions } from "../../lib/decontaminate/mod.ts";
import { writeParquet } from "../../lib/data/mod.ts";

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = `${await Deno.makeTempDir()}/${name}`;
  await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  return path;
}

const jsonl = (...records: object[]) => records.map((one) => JSON.stringify(one)).join("\n") + "\n";
const question = "Which of these four planets is nearest to the sun?";

/** Records as public benchmarks have them, with the answer and the question that they hold. */
const forms: Record<string, [content: string, answer: string | undefined, question?: string]> = {
  "MMLU": [jsonl({ question, choices: ["Mars", "Mercury"], answer: 1, subject: "x" }), "Mercury"],
  "MMLU with numbers for choices": [jsonl({ question, choices: ["1", "0"], answer: 1 }), "0"],
  "ARC": [
    jsonl({ id: "m1", question, choices: { text: ["Mars", "Mercury"], label: ["A", "B"] }, answerKey: "B" }),
    "Mercury",
  ],
  "ARC with numbers for labels": [
    jsonl({ id: "m1", question, choices: { text: ["Mars", "Mercury"], label: ["1", "2"] }, answerKey: "2" }),
    "Mercury",
  ],
  "choices with labels, one by one": [
    jsonl({
      question,
      choices: [{ label: "A", text: "Mars" }, { label: "B", text: "Mercury" }],
      answer: "b",
    }),
    "Mercury",
  ],
  "HellaSwag": [jsonl({ ind: 4, ctx: question, endings: ["Mars", "Mercury"], label: "1" }), "Mercury"],
  "PIQA": [
    jsonl({ goal: question, sol1: "Mars", sol2: "Mercury", label: 1 }, {
      goal: "x",
      sol1: "a",
      sol2: "b",
      label: 0,
    }),
    "Mercury",
  ],
  "WinoGrande": [jsonl({ sentence: question, option1: "Mars", option2: "Mercury", answer: "2" }), "Mercury"],
  "GSM8K": [jsonl({ question, answer: "By thought.\n#### 2" }), "By thought.\n#### 2"],
  "BoolQ": [jsonl({ passage: "A text.", question, answer: true }), "true", `A text.\n${question}`],
  "SQuAD": [
    jsonl({
      id: "s",
      context: "A text.",
      question,
      answers: { text: ["Mercury", "it"], answer_start: [1, 2] },
    }),
    "Mercury",
    `A text.\n${question}`,
  ],
  "HumanEval": [
    jsonl({ task_id: "HumanEval/0", prompt: question, canonical_solution: "return 1" }),
    "return 1",
  ],
  "a test set without answers": [jsonl({ question }), undefined],
  "a JSON array": [JSON.stringify([{ question, answer: "Mercury" }], null, 2), "Mercury"],
  "CSV with choices in columns": [`Question,A,B,Answer\n"${question}",Mars,Mercury,B\n`, "Mercury"],
  "CSV with semicolons and a byte order mark": [`\ufeffquestion;answer\n${question};Mercury\n`, "Mercury"],
  "CSV with a list in a cell": [
    `question,choices,answer\n${question},"[""Mars"",""Mercury""]",1\n`,
    "Mercury",
  ],
};

for (const [name, [content, answer, asked = question]] of Object.entries(forms)) {
  Deno.test(`readItems() reads ${name}`, async () => {
    const items = await readItems(await file("bench.jsonl", content));
    assert.equal(items[0].answer, answer);
    assert.equal(items[0].question, asked);
    assert.equal(items[0].benchmark, "bench");
    assert.deepEqual(buildIndex(items).items.length, items.length);
  });
}

Deno.test("readItems() reads Parquet, whose text may be the question", async () => {
  const path = `${await Deno.makeTempDir()}/quiz.parquet`;
  await writeParquet(path, [{ id: "7", text: question, source: "s", meta: {} }]);
  const items = await readItems(path);
  assert.deepEqual([...items], [{ id: "quiz/7", question, benchmark: "quiz" }]);
});

Deno.test("readItems() says which fields it took, and by what the items are called", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/planets`);
  const path = `${root}/planets/test.jsonl`;
  await Deno.writeTextFile(
    path,
    jsonl({ id: 1, problem: question, answer: "x" }, { id: 1, problem: "y", answer: "x" }),
  );
  const items = await readItems(path);
  assert.deepEqual(items.map(({ id }) => id), ["planets/0", "planets/1"]);
  assert.match(items.notes[0], /2 records, question "problem", answer "answer", id "id"$/);
  assert.match(items.notes[1], /Field "id" does not tell the records apart/);
  const [table, said] = descriptionOf(items)!;
  assert.equal((table as { rows: object[] }).rows.length, 2);
  assert.equal(said, items.notes[0]);
  assert.deepEqual(Object.keys(items), ["0", "1"]);
  const named = await readItems(path, { benchmark: "mine", fields: { question: "answer" } });
  assert.deepEqual([named[0].id, named[0].question], ["mine/0", "x"]);
});

const wrong: Record<string, [content: string | Uint8Array, message: RegExp, options?: ReadItemsOptions]> = {
  "no record": ["", /begins with|is empty|there is none/],
  "no question": [
    jsonl({ a: "x", b: "y" }),
    /the question's field must be one of a, b: .* give fields\.question/,
  ],
  "a misspelt field": [
    jsonl({ question }),
    /fields\.question must be one of question: current value is "questoin"; did you mean question\?/,
    { fields: { question: "questoin" } },
  ],
  "a record without a question": [
    jsonl({ question }, { question: " " }),
    /record 1 must have a question: field question holds no text/,
  ],
  "plain text": ["Which planet\nis it\n", /must be records: .* it begins with "Which planet"/],
  "a broken array": ['[{"question":"a"},', /must be one JSON array/],
  "an archive": [Buffer.from("504b030414000000", "hex"), /it is a zip archive/],
  "an option that there is not": [
    jsonl({ question }),
    /there is no option field: did you mean fields\?/,
    { field: {} } as ReadItemsOptions,
  ],
};

for (const [name, [content, message, options]] of Object.entries(wrong)) {
  Deno.test(`readItems() of ${name} says one sentence`, async () => {
    await assert.rejects(readItems(await file("bench.jsonl", content), options), (error: Error) => {
      assert.match(error.message, message);
      assert.match(error.message, /^Cannot read [^\n]+$/);
      return true;
    });
  });
}
