import assert from "node:assert/strict";
import { join } from "node:path";
import { checkBenchmark, rulerQa } from "../../lib/evaluate/mod.ts";
import { readPassageQuestions } from "../../lib/sets/mod.ts";

const tokenizer = { name: "words", encode: (text: string) => (text.match(/\S+/g) ?? []).map(() => 0) };

const rain = (day: number) =>
  `On day ${day} of the voyage it rains from dawn to dusk and the crew mends nets below.`;

/** Both publishers' forms, in miniature. */
const SQUAD = {
  version: "v2.0",
  data: [
    {
      title: "Ships",
      paragraphs: [
        {
          context: "Ahab sails the Pequod.",
          qas: [
            {
              id: "a",
              question: " Who sails? ",
              answers: [{ text: "Ahab" }, { text: "Ahab" }, { text: "Captain Ahab" }],
            },
            { id: "b", question: "Who swims?", answers: [], is_impossible: true },
          ],
        },
        { context: "The Rachel sails too.", qas: [] },
      ],
    },
    { title: "Rain", paragraphs: Array.from({ length: 40 }, (_, day) => ({ context: rain(day), qas: [] })) },
  ],
};
const HOTPOT = [{
  _id: "h",
  question: "Where was the captain of the Pequod born?",
  answer: "Nantucket",
  supporting_facts: [["Pequod", 0], ["Ahab", 1]],
  context: [
    ["Ahab", ["Ahab is a captain.", " He was born in Nantucket."]],
    ["Rain", ["It rains."]],
    ["Pequod", ["Ahab sails it."]],
  ],
}];

async function written(value: unknown): Promise<string> {
  const path = join(await Deno.makeTempDir(), "questions.json");
  await Deno.writeTextFile(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

Deno.test("questions come with their passages and those near them, from both publishers' files", async () => {
  const { passages, questions } = await readPassageQuestions(await written(SQUAD));
  assert.equal(passages.length, 42);
  assert.deepEqual(questions, [{
    ...{ id: "squad/a", question: "Who sails?", answers: ["Ahab", "Captain Ahab"], passages: [0], near: [1] },
  }]);
  const hotpot = await readPassageQuestions(await written(HOTPOT));
  assert.equal(hotpot.passages[0], "Ahab\nAhab is a captain. He was born in Nantucket.");
  assert.deepEqual(hotpot.questions[0].passages, [0, 2]);
  assert.deepEqual(hotpot.questions[0].near, [1]);
});

Deno.test("what is no such file is refused with what it is", async () => {
  await assert.rejects(async () => readPassageQuestions(await written("{")), /as it must be JSON: /);
  await assert.rejects(async () => readPassageQuestions(await written({ rows: [] })), {
    name: "SyntaxError",
    message: /as it must be SQuAD's object with data or HotpotQA's list: it has rows$/,
  });
  await assert.rejects(async () => readPassageQuestions(await written([{ q: 1 }])), {
    message: /as every question must have question, context and supporting_facts: one has q$/,
  });
  await assert.rejects(
    async () => readPassageQuestions(await written([])),
    /must be there: current value is 0$/,
  );
});

Deno.test("the passage that answers stands among as many others as fit, those of its article first", async () => {
  const benchmark = rulerQa(await written(SQUAD), { tokenizer, contexts: [110, 400] });
  const [short, long] = await Array.fromAsync(benchmark.items());
  for (const { prompt, tokens, context } of [short, long]) {
    assert.equal(tokens, tokenizer.encode(prompt).length);
    assert(tokens <= context - 32 && tokens > context - 32 - 20);
    assert(prompt.includes("Ahab sails the Pequod.") && prompt.endsWith("\n\nQuestion: Who sails? Answer:"));
  }
  const shown = (prompt: string) => prompt.match(/Document \d+:/g)!.length;
  assert(shown(long.prompt) > shown(short.prompt) && short.prompt.includes("The Rachel sails too."));
  const again = await Array.fromAsync(
    rulerQa(await written(SQUAD), { tokenizer, contexts: [110, 400] }).items(),
  );
  assert.deepEqual(again, [short, long]);
  assert.notDeepEqual(
    await Array.fromAsync(
      rulerQa(await written(SQUAD), { tokenizer, contexts: [110, 400], seed: 2 }).items(),
    ),
    again,
  );
  assert.deepEqual((await checkBenchmark(benchmark)).map(({ rule, gold, silent }) => [rule, gold, silent]), [
    ["string match part", 1, 0],
  ]);
  const { rules } = benchmark;
  assert.equal((await rules!["string match part"].grade(short, "captain ahab.")).score, 1);
});
