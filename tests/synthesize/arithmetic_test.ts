import assert from "node:assert/strict";
import { available } from "../../lib/native/mod.ts";
import {
  arithmeticProblems,
  type Change,
  type Drop,
  evolve,
  lineageOf,
  numbersOf,
  Random,
  solve,
  synthesize,
  verifyByExecution,
} from "../../lib/synthesize/mod.ts";
import { expressionIn } from "../../lib/synthesize/_problem.ts";
import { answer, open, scripted } from "./_server.ts";

Deno.test("arithmeticProblems() are solved by their own program, by their own working, in whole numbers >= 0", () => {
  const problems = arithmeticProblems({ count: 500, steps: [1, 6], seed: "all" });
  for (const { text, meta } of problems) {
    const { problem, program, answer } = meta as { problem: string; program: string; answer: number };
    assert.equal(Function(`return ${program}`)(), answer, text);
    assert(Number.isSafeInteger(answer) && answer >= 0, text);
    assert.match(
      text,
      new RegExp(`^Question: [^\\n]+\\?\\n(?:\\d+ [-+*/] \\d+ = \\d+\\n)+Answer: ${answer}$`),
    );
    for (const [, a, sign, b, result] of text.matchAll(/^(\d+) ([-+*/]) (\d+) = (\d+)$/gm)) {
      assert.equal(Function(`return ${a} ${sign} ${b}`)(), Number(result), text);
    }
    assert(numbersOf(problem).length >= 2 || /twice|times/.test(problem), problem);
  }
  assert(new Set(problems.map(({ text }) => text)).size > 490);
  assert.equal(new Set(problems.map(({ id }) => id)).size, 500);
});

Deno.test("arithmeticProblems() are the same however many there are, and others for another seed", () => {
  assert.deepEqual(arithmeticProblems({ count: 3 }), arithmeticProblems({ count: 9 }).slice(0, 3));
  assert.notEqual(
    arithmeticProblems({ count: 1, seed: 2 })[0].text,
    arithmeticProblems({ count: 1 })[0].text,
  );
  assert.deepEqual(arithmeticProblems({ count: 0 }), []);
  assert.throws(() => arithmeticProblems({ count: -1 }), /current value is -1/);
  assert.throws(() => arithmeticProblems({ count: 1, steps: [3, 2] }), /ascending: current value is 3, 2/);
});

Deno.test("verifyByExecution() keeps right answers and drops planted wrong and broken ones by name", async () => {
  const problems = arithmeticProblems({ count: 300 });
  const planted = problems.map((problem, at) =>
    at % 100 === 7
      ? { ...problem, meta: { ...problem.meta, answer: Number(problem.meta.answer) + 1 } }
      : at % 100 === 8
      ? { ...problem, meta: { ...problem.meta, program: "1 +" } }
      : problem
  );
  const drops: Drop[] = [];
  const kept = await Array.fromAsync(verifyByExecution(planted, { onDrop: (drop) => drops.push(drop) }));
  assert.equal(kept.length, 294);
  assert.deepEqual(kept, planted.filter((_, at) => at % 100 !== 7 && at % 100 !== 8));
  assert.equal(drops.filter(({ reason }) => reason === "wrong answer").length, 3);
  assert.equal(drops.filter(({ reason }) => reason === "program failed").length, 3);
});

Deno.test("verifyByExecution() isolates a program that never ends", async () => {
  const [first, second] = arithmeticProblems({ count: 2 });
  const endless = { ...second, meta: { ...second.meta, program: "(() => { while (true); })()" } };
  const drops: Drop[] = [];
  const kept = await Array.fromAsync(
    verifyByExecution([first, endless], { onDrop: (drop) => drops.push(drop) }),
  );
  assert.deepEqual(kept, [first]);
  assert.match(drops[0].excerpt, /gives timeout, not/);
});

Deno.test("expressionIn() finds the calculation in what models write, and nothing where there is none", () => {
  const cases: [string, string | undefined][] = [
    ["(24 - 9 + 15) / 5", "(24 - 9 + 15) / 5"],
    ["The answer is:\nconst answer = 3 * (4 + 5);", "3 * (4 + 5)"],
    ["$12 + $3 = $15", "12 + 3"],
    ["console.log(7 * 8);", "7 * 8"],
    ["return 60 / (2 * 3)", "60 / (2 * 3)"],
    ["Math.floor(17 / 5)", "Math.floor(17 / 5)"],
    ["42", undefined],
    ["She has many apples.", undefined],
    ["", undefined],
  ];
  for (const [text, expression] of cases) assert.equal(expressionIn(text), expression, text);
});

Deno.test("solve() accepts what execution and agreement verify, and names every other end", async () => {
  const scripts: Record<string, string[]> = {
    "Two of three?": ["2 + 3", "3 + 2", "2 * 3"],
    "All differ?": ["1 + 1", "1 + 2", "1 + 3"],
    "One of three?": ["7 + 1", "who knows", "(7 + 1"],
    "None?": ["five", "many", "it depends"],
    "Broken?": ["1 + nothing", "2 + (3", "4 + throw"],
    "Steals?": Array(3).fill("Deno.readTextFileSync('/etc/passwd').length + 1 + 1"),
    "Known and right?": ["6 * 7", "6 * 7", "6 + 7"],
    "Known and decimal?": ["0.7 * 6", "1.4 * 3", "42 / 10"],
    "Known and wrong?": ["6 + 7", "6 + 7", "6 * 7"],
  };
  const left = structuredClone(scripts);
  await using server = await scripted(({ content }) =>
    answer(left[content.replace("Problem:\n", "")].shift()!)
  );
  await using model = await open(server);
  const documents = Object.keys(scripts).map((problem, id) => ({
    id: `${id}`,
    text: problem,
    source: "problems",
    meta: problem.startsWith("Known") ? { answer: problem.includes("decimal") ? 4.2 : 42 } : {},
  }));
  const drops: Drop[] = [];
  const run = synthesize(documents, solve(), { model, workers: 1, onDrop: (drop) => drops.push(drop) });
  const made = await Array.fromAsync(run);
  assert.deepEqual(made.map(({ text }) => text), [
    "Question: Two of three?\nAnswer: 5",
    "Question: Known and right?\nAnswer: 42",
    "Question: Known and decimal?\nAnswer: 4.2",
  ]);
  assert.deepEqual([made[0].meta.program, made[0].meta.agreement], ["2 + 3", 2 / 3]);
  assert.deepEqual(drops.map(({ id, reason }) => [documents[Number(id)].text, reason]), [
    ["All differ?", "no agreement"],
    ["One of three?", "no agreement"],
    ["None?", "no program"],
    ["Broken?", "program failed"],
    ["Steals?", "program failed"],
    ["Known and wrong?", "wrong answer"],
  ]);
});

Deno.test("evolve() keeps problems that change what they were asked to change", async () => {
  const seed = "Amara has 12 eggs. She buys 5 more. How many eggs does she have?";
  const document = { id: "1", text: seed, source: "seeds", meta: { problem: seed, answer: 17 } };
  const cause = async (change: Change, text: string) => {
    const method = evolve(change);
    const [prompt] = method.build(document, new Random(1));
    const [result] = await method.read([{ prompt: prompt, text }], document);
    return "rejected" in result ? result.rejected : result.meta;
  };
  const objects = "Bo has 12 cars. He gets 5 more. How many cars does he have?";
  assert.deepEqual(await cause("objects", objects), { problem: objects, answer: 17 });
  const numbers = "Amara has 20 eggs. She buys 7 more. How many eggs does she have?";
  assert.deepEqual(await cause("numbers", `Problem: ${numbers}`), { problem: numbers });
  const step = "Amara has 12 eggs. She buys 5 more and breaks 3. How many eggs does she have?";
  assert.deepEqual(await cause("step", step), { problem: step });
  assert.equal(await cause("objects", numbers), "numbers changed");
  assert.equal(await cause("numbers", objects), "numbers kept");
  assert.equal(await cause("numbers", step), "another count of numbers");
  assert.equal(await cause("step", objects), "no step added");
  assert.equal(await cause("objects", seed), "seed repeated");
  assert.equal(await cause("objects", "Bo has 12 cars. He gets 5 more."), "no question");
  assert.equal(await cause("objects", `${objects} He has 17 cars.`), "solution in the problem");
});

Deno.test("lineageOf() reads from a solved problem back to its template", async () => {
  await using server = await scripted(({ content }) =>
    answer(
      content.includes("other people") ? content.split("Problem:\n")[1].replace(/^\w+/, "Zoe") : "40 + 2",
    )
  );
  await using model = await open(server);
  const [seed] = arithmeticProblems({ count: 1, seed: 3 });
  const problems = await Array.fromAsync(synthesize([seed], evolve("objects"), { model }));
  const solved = await Array.fromAsync(
    synthesize(
      problems.map(({ meta, ...rest }) => ({ ...rest, meta: { problem: meta.problem! } })),
      solve(),
      { model },
    ),
  );
  const known = new Map([seed, ...problems].map((one) => [one.id, one]));
  const lines = lineageOf(solved[0], { find: (id) => known.get(id) }).split("\n");
  assert.match(
    lines[0],
    /^[0-9a-f]{16} by solve\/program@1, model scripted, temperature 0.7, max_tokens 80, seed \d+, 15 tokens read, 30 written$/,
  );
  assert.match(lines[2], /^ {2}[0-9a-f]{16} by evolve\/objects@1, model scripted/);
  assert.match(lines[4], /^ {4}[0-9a-f]{16} by arithmetic\/template@1, model none, seed 3$/);
  assert.equal(lineageOf({ ...solved[0] }).split("\n").at(-1), `  ${problems[0].id}`);
});

const embedded = await available("smollm2");

Deno.test({
  name:
    "solve() holds the embedded model's arithmetic against known answers and counts what fails (needs the packaged weights)",
  ignore: !embedded,
  fn: async () => {
    const { openModel } = await import("../../lib/llm/mod.ts");
    await using model = await openModel({ kind: "embedded", maxRetries: 0, cache: false });
    const problems = arithmeticProblems({ count: 2, steps: [1, 1], seed: 1 });
    const run = synthesize(problems, solve({ samples: 2 }), { model });
    const made = await Array.fromAsync(run);
    const { report } = run;
    const lost = Object.values(report.rejected).reduce((sum, count) => sum + count, 0);
    assert.equal(made.length + lost, 2);
    assert.equal(report.requests, 4);
    for (const { meta, lineage } of made) {
      const parent = problems.find(({ id }) => id === lineage!.parents[0]);
      assert.equal(meta.answer, parent!.meta.answer);
    }
  },
});
