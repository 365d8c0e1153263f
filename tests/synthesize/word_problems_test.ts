import assert from "node:assert/strict";
import { type Document, Random, synthesize, wordProblems } from "../../lib/synthesize/mod.ts";
import { whale } from "./_answers.ts";
import { answer, open, scripted } from "./_server.ts";

const problem =
  "A whale weighs 199 tonnes and eats 4 tonnes of krill a day. How many tonnes do whale and krill of one week weigh together?";
const solution = "In a week of 7 days it eats 4 * 7 = 28 tonnes.\nTogether that is 199 + 28 = 227 tonnes.";
const good = `**Question:** ${problem}\n\n**Solution:**\n${solution}\n\n**Answer:** 227`;

async function cause(text: string, page: Document = whale): Promise<string | undefined> {
  const method = wordProblems({ samples: 0 });
  const [prompt] = method.build(page, new Random(1));
  const [result] = await method.read([{ prompt, text }], page);
  return "rejected" in result ? result.rejected : undefined;
}

Deno.test("wordProblems() holds a problem to the page's numbers and its solution to its own arithmetic", async () => {
  assert.equal(await cause(good), undefined);
  assert.equal(await cause(good.replace("Solution", "Answer")), undefined, "two labels of one name");
  const cases: [string, string][] = [
    ["malformed", `The whale eats 28 tonnes a week. ${solution}`],
    ["malformed", good.replace(/\*\*Answer.*$/, "")],
    ["asks nothing", good.replace("?", ".")],
    ["wrong arithmetic", good.replace("= 28", "= 29")],
    ["answer not computed", good.replace(/227$/, "228")],
    ["no equation", good.replace(solution, "It is plain to see.")],
    [
      "invented numbers",
      good.replace("eats 4 tonnes", "eats 5 tonnes").replace("4 * 7 = 28", "5 * 7 = 35").replace(
        "199 + 28 = 227",
        "199 + 35 = 234",
      ).replace(/227$/, "234"),
    ],
    [
      "numbers from nowhere",
      good.replace("199 + 28 = 227", "199 + 28 = 227, and 227 - 17 = 210").replace(/227$/, "210"),
    ],
    [
      "too few numbers",
      `Question: A whale eats 4 tonnes of krill a day. How many in a week?\nSolution: 4 * 7 = 28\nAnswer: 28`,
    ],
    ["speaks of the text", good.replace("A whale weighs", "According to the text a whale weighs")],
    [
      "another language",
      `Question: Ein Wal ist 199 Tonnen schwer, und er frisst an dem Tag 4 Tonnen. Wie schwer ist das mit dem Krill der Woche?\nSolution: 4 * 7 = 28\n199 + 28 = 227\nAnswer: 227`,
    ],
    ["special tokens", `${good}<|im_end|>`],
    ["second turn", `${good}\nUser: now another one, with 5`],
  ];
  for (const [expected, text] of cases) assert.equal(await cause(text), expected, text);
  assert.deepEqual(
    wordProblems().build({ ...whale, text: "Whales have 2 fins, and 2 eyes." }, new Random(1)),
    [],
  );
});

Deno.test("wordProblems() has programs solve the problem again, and keeps what they agree on", async () => {
  const program = { right: "199 + 4 * 7", wrong: "199 + 4", attack: "Deno.exit(0) + 199 * 1" };
  for (
    const [programs, kept, rejected] of [
      [["right", "right", "wrong"], 1, {}],
      [["wrong", "wrong", "right"], 0, { "wrong answer": 1 }],
      [["right", "wrong", "attack"], 0, { "no agreement": 1 }],
      [["attack", "attack", "attack"], 0, { "program failed": 1 }],
    ] as const
  ) {
    let asked = 0;
    await using server = await scripted(({ content }) =>
      answer(content.startsWith("Problem:") ? program[programs[asked++]] : good)
    );
    await using model = await open(server);
    const run = synthesize([whale], wordProblems(), { model, workers: 1 });
    const texts = await Array.fromAsync(run);
    assert.deepEqual([texts.length, run.report.rejected], [kept, rejected], programs.join());
    assert.equal(server.count(), 4);
    if (kept === 0) continue;
    assert.equal(texts[0].text, `Question: ${problem}\n${solution}\nAnswer: 227`);
    const { meta, lineage } = texts[0];
    assert.deepEqual([meta.problem, meta.answer, meta.program], [problem, 227, program.right]);
    assert(Math.abs(Number(meta.agreement) - 2 / 3) < 1e-9);
    assert.deepEqual(lineage!.parents, [whale.id]);
    assert.equal(lineage!.usage!.completionTokens, 40);
  }
});

Deno.test("wordProblems() pays for no program where the problem is lost", async () => {
  await using server = await scripted(() => answer("Question: How many?\nAnswer: 3"));
  await using model = await open(server);
  const run = synthesize([whale], wordProblems(), { model });
  assert.deepEqual(await Array.fromAsync(run), []);
  assert.equal(server.count(), 1);
  assert.deepEqual(run.report.rejected, { malformed: 1 });
});
