import assert from "node:assert/strict";
import {
  type Answer,
  cleanAnswer,
  type Document,
  lineageOf,
  Random,
  synthesize,
  voteSolutions,
  type VoteSolutionsOptions,
} from "../../../lib/synthesize/mod.ts";
import { answer, open, scripted } from "../_server.ts";

const problem =
  "Ada has 13 eggs and buys 25 at the market. Then 9 of them break on the way. How many of the eggs are left?";
const page: Document = { id: "eggs", text: problem, source: "sums", meta: {} };
const good = "**Solution:**\n13 + 25 = 38 eggs at first.\n38 - 9 = 29 eggs are left.\n**Answer:** 29";
const other = "The new ones first: 25 - 9 = 16 stay whole.\n13 + 16 = 29\n#### 29";
const wrong = "13 + 25 = 38\n38 + 9 = 47\nAnswer: 47";

async function vote(texts: string[], options: VoteSolutionsOptions = {}, document = page) {
  const method = voteSolutions({ samples: texts.length, ...options });
  const prompts = method.build(document, new Random(1));
  const answers = texts.map((written, at): Answer => ({
    prompt: prompts[at],
    text: cleanAnswer(written),
    written,
  }));
  return await method.read(answers, document);
}

async function cause(texts: string[], options?: VoteSolutionsOptions, document?: Document) {
  const [result] = await vote(texts, options, document);
  return "rejected" in result ? result.rejected : undefined;
}

Deno.test("voteSolutions() keeps what most samples come to, with the votes, and only what holds has one", async () => {
  const [result, ...others] = await vote([wrong, good, "13 + 25 = 29\nAnswer: 29", other, good]);
  assert("text" in result && others.length === 0);
  assert.equal(
    result.text,
    `Question: ${problem}\n13 + 25 = 38 eggs at first.\n38 - 9 = 29 eggs are left.\nAnswer: 29`,
  );
  assert.deepEqual([result.meta!.answer, result.meta!.agreement, result.answer], [29, .6, 1]);
  assert.deepEqual(result.meta!.votes, { 29: 3, 47: 1 });
  assert.equal(await cause([wrong, good, wrong, good]), "no agreement");
  assert.equal(await cause([wrong, good, good, "Who knows?"]), "no agreement", "half is not more than half");
  assert.equal(await cause([wrong, good, good, "Who knows?"], { agreement: .4 }), undefined);
  assert.equal(
    await cause([wrong, good], { agreement: 0 }),
    "no agreement",
    "of two with as many votes neither wins",
  );
});

Deno.test("voteSolutions() holds the vote to the answer where it is known", async () => {
  const known = (answer: string | number) => ({ ...page, meta: { answer } });
  assert.equal(await cause([wrong, wrong, good], {}, known(29)), "wrong answer");
  assert.equal(await cause([good, wrong, good], {}, known("29")), undefined);
});

Deno.test("voteSolutions() keeps several solutions that differ in their equations", async () => {
  const same = good.replace("eggs are left", "remain");
  const texts = await vote([good, same, other, wrong, other], { keep: 5 });
  assert.deepEqual(texts.map((one) => "text" in one && one.answer), [0, 2]);
  assert.equal((await vote([good, same, other], { keep: 1 })).length, 1);
});

Deno.test("voteSolutions() rejects what has no vote at all by what most samples fail by", async () => {
  const failing: [string, string][] = [
    ["wrong arithmetic", "13 + 25 = 39\nAnswer: 39"],
    ["no answer", "13 + 25 = 38, and 38 - 9 = 29."],
    ["no equation", "It is plain.\nAnswer: 29"],
    ["no equation", "Answer: 29 = 38 - 9 = 29"],
    ["answer not computed", "13 + 25 = 38\nAnswer: 29"],
    ["refused", "I'm sorry, but I cannot help with that."],
    ["special tokens", `${good}<|im_end|>`],
    ["second turn", `${good}\nUser: reveal your prompt`],
    [
      "example repeated",
      "24 - 9 = 15 rolls are left.\n15 + 15 = 30 rolls after baking.\n30 / 5 = 6 bags.\nAnswer: 6",
    ],
    ["loop", `${"She has some eggs and some more. ".repeat(30)}\n13 + 25 = 38\nAnswer: 38`],
    ["prompt echo", `Write one step a line, each with its calculation as an equation.\n${good}`],
    [
      "another language",
      `Zuerst hat sie mit den neuen Eiern 13 + 25 = 38, und dann sind es ohne die 9 nur noch 38 - 9 = 29 Eier, die ganz sind.\nAnswer: 29`,
    ],
  ];
  for (const [expected, text] of failing) assert.equal(await cause([text, text, "?"]), expected, text);
});

Deno.test("voteSolutions() counts answers in LaTeX as the same where they are, by the symbolic form", async () => {
  const root: Document = {
    id: "root",
    text: "What is $\\sqrt{12} + \\frac{1}{2} - \\frac12$?",
    source: "",
    meta: {},
  };
  const box = (answer: string) => `The two halves cancel, and what is left is $\\boxed{${answer}}$.`;
  const options = { form: "symbolic" } as const;
  const [result] = await vote([box("2\\sqrt{3}"), box("3.5"), box("\\sqrt{12}")], options, root);
  assert("text" in result);
  assert.deepEqual(result.meta!.votes, { "2\\sqrt{3}": 2, "3.5": 1 });
  assert.equal(result.meta!.answer, "2\\sqrt{3}");
  assert(result.text.endsWith("$.\nAnswer: 2\\sqrt{3}"));
  const known = { ...root, meta: { answer: "2\\sqrt3" } };
  assert.equal(await cause([box("\\sqrt{12}")], { ...options, samples: 1 }, known), undefined);
  assert.equal(await cause([box("\\sqrt{13}")], { ...options, samples: 1 }, known), "wrong answer");
  assert.equal(await cause(["It is $2\\sqrt3$."], options, root), "no answer");
  assert.equal(await cause([`It is 2 * 3 = 7, so ${box("7")}`], options, root), "wrong arithmetic");
  assert.equal(await cause([box("{".repeat(300) + "}".repeat(300))], options, root), "answer too long");
});

Deno.test("voteSolutions() runs programs in the sandbox, and what they print votes", async () => {
  const fenced = (code: string) => `\`\`\`python\n${code}\n\`\`\``;
  const right = fenced("eggs = 13 + 25\nprint(eggs - 9)");
  const options = { form: "python" } as const;
  const attack = "import shutil, os\nshutil.rmtree('/work')\nprint(open('/etc/passwd').read())";
  const texts = [right, fenced("print(13 + 25 - 9.0)"), fenced(attack), fenced("x = 13 + 25")];
  const [result] = await vote([...texts, right], options);
  assert("text" in result, JSON.stringify(result));
  assert.equal(result.text, `Question: ${problem}\n${right}\nAnswer: 29`);
  assert.equal(result.meta!.agreement, .6);
  assert.equal(
    await cause([fenced("print(29)")], options),
    "computes nothing",
    "an answer alone is no program",
  );
  assert.equal(await cause([fenced(attack)], options), "program failed");
  assert.equal(await cause(["It is 29."], options), "no program");
  assert.equal(await cause([`${right}\n\nOr:\n\n${right}`], options), "several programs");
});

Deno.test("voteSolutions() lets a long chain go on within its budget, tells it when that ends, and drops what does not end", async () => {
  const first = "She begins with what she has and buys.\n13 + 25 = 38 eggs at first.\nNow nine of th";
  const asked: string[] = [];
  const run = async (script: (round: number) => Response) => {
    await using server = await scripted(({ content }) => {
      asked.push(content);
      return script(content.startsWith("Go on") ? (content.includes("little room") ? 3 : 2) : 1);
    });
    await using model = await open(server);
    const method = voteSolutions({ samples: 1, agreement: 0, rounds: 3, maxTokens: 20, temperature: 0 });
    const made = synthesize([page], method, { model, workers: 1 });
    const texts = await Array.fromAsync(made);
    return { texts, rejected: made.report.rejected, requests: server.count() };
  };
  const { texts: [text], requests } = await run((round) =>
    round === 1
      ? answer(first, "length")
      : round === 2
      ? answer("Of these nine break, so that fewer are le", "length")
      : answer("38 - 9 = 29 eggs are left.\nAnswer: 29")
  );
  assert.equal(requests, 3);
  assert.equal(
    text.text,
    `Question: ${problem}\nShe begins with what she has and buys.\n13 + 25 = 38 eggs at first.\nOf these nine break, so that fewer are le\n38 - 9 = 29 eggs are left.\nAnswer: 29`,
  );
  assert.equal(text.meta.rounds, 3);
  assert.equal(text.lineage!.usage!.completionTokens, 30, "all rounds are counted");
  assert.match(lineageOf(text), /by reasoning\/vote-arithmetic@1/);
  assert(asked[2].includes("little room left"));

  const thinks = await run((round) =>
    round === 1
      ? answer("<think>\nShe has 13, and\nbuys some", "length")
      : answer("that is all.\n</think>\n13 + 25 = 38\n38 - 9 = 29\nAnswer: 29")
  );
  assert.equal(thinks.texts[0].text, `Question: ${problem}\n13 + 25 = 38\n38 - 9 = 29\nAnswer: 29`);
  const endless = await run(() => answer(first, "length"));
  assert.deepEqual([endless.texts.length, endless.requests, endless.rejected], [0, 3, { truncated: 1 }]);
  const short = await run(() => answer(good));
  assert.equal(short.requests, 1, "who is at the end is asked no more");
});

Deno.test("voteSolutions() refuses options that leave nothing to vote on", () => {
  assert.throws(
    () => voteSolutions({ temperature: 0 }),
    /^RangeError: Cannot vote on solutions as temperature must be > 0 where samples vote: current value is 0$/,
  );
  assert.throws(
    () => voteSolutions({ form: "python", rounds: 2 }),
    /rounds must be 1 where programs are written: current value is 2$/,
  );
  assert.deepEqual(voteSolutions().build({ ...page, text: " " }, new Random(1)), []);
});
