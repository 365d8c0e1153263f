import assert from "node:assert/strict";
import {
  type Document,
  lineageOf,
  Random,
  synthesize,
  theoremProblems,
  type TheoremProblemsOptions,
} from "../../../lib/synthesize/mod.ts";
import { answer, open, scripted } from "../_server.ts";

const statement =
  "**Theorem 2.1 (Pythagoras).** In a right triangle, the square of the hypotenuse equals the sum of the squares of the two legs: $c^2 = a^2 + b^2$.";
const page: Document = {
  id: "triangles",
  source: "web",
  meta: {},
  text:
    `Triangles have been measured for thousands of years, and theorems are dear to us.\n\n${statement}\n\nA proof cuts a square of side $a + b$ in two ways.\n\nA triangle is called isosceles if two of its sides have the same length, $a = b$.`,
};
const problem =
  "A ladder leans on a wall. Its foot stands 5 metres from the wall, and its top rests 12 metres above the ground. How long is the ladder?";
const solution =
  "Wall and ground meet at a right angle, so that the ladder is the hypotenuse of a right triangle and the theorem holds. The squares of its legs are 5 * 5 = 25 and 12 * 12 = 144, and 25 + 144 = 169. Hence the ladder is $\\boxed{13}$ metres long.";
const good = `**Problem:** ${problem}\n\n**Solution:** ${solution}`;

const theorem = (options: TheoremProblemsOptions = {}) =>
  theoremProblems({ statements: 1, samples: 0, ...options });
const only = { ...page, text: statement };

async function cause(text: string) {
  const [prompt] = theorem().build(only, new Random(1));
  const [result] = await theorem().read([{ prompt, text }], only);
  return "rejected" in result ? result.rejected : undefined;
}

Deno.test("theoremProblems() asks about the theorems and definitions of a page, where they stand", () => {
  const prompts = theoremProblems().build(page, new Random(1));
  assert.deepEqual(prompts.map(({ part, span }) => [part, page.text.slice(...span!)]), [
    [statement, statement],
    ...["A triangle is called isosceles if two of its sides have the same length, $a = b$."].map((
      one,
    ) => [one, one]),
  ]);
  assert.match(
    prompts[0].messages[0].content,
    /^Write a textbook problem that a student solves by the theorem below/,
  );
  assert.match(prompts[1].messages[0].content, /The definition:\nA triangle is called/);
  const latex =
    "\\begin{lemma}[Gauss]\nIf a prime divides a product of integers,\n\nit divides one of the factors.\n\\end{lemma}\n\nSatz 3. In jedem Dreieck ist die Summe der Winkel gleich 180 Grad.\n\nPythagoras' theorem: the squares of the legs add up to that of the hypotenuse.";
  const found = theoremProblems().build({ ...page, text: latex }, new Random(1));
  assert.deepEqual(found.map(({ part }) => part!.slice(0, 13)), [
    "\\begin{lemma}",
    "Satz 3. In je",
    "Pythagoras' t",
  ]);
  assert.equal(theoremProblems({ statements: 2 }).build({ ...page, text: latex }, new Random(1)).length, 2);
  assert.deepEqual(
    theoremProblems().build(
      { ...page, text: "Theorems are dear to us, and so are the proofs of them all." },
      new Random(1),
    ),
    [],
  );
});

Deno.test("theoremProblems() rejects bad and malicious answers by their cause", async () => {
  const [prompt] = theorem().build(only, new Random(1));
  const [result] = await theorem().read([{ prompt, text: good }], only);
  assert("text" in result, JSON.stringify(result));
  assert.equal(result.text, `Question: ${problem}\n${solution}\nAnswer: 13`);
  assert.deepEqual([result.meta!.kind, result.meta!.statement], ["theorem", statement]);
  const cases: [string, string][] = [
    ["malformed", `${problem} ${solution}`],
    ["malformed", `Problem: ${problem}`],
    ["no answer", good.replace("$\\boxed{13}$", "13")],
    [
      "answer too long",
      good.replace("{13}", `{${Array.from({ length: 120 }, (_, at) => at * at).join("+")}}`),
    ],
    ["wrong arithmetic", good.replace("25 + 144 = 169", "25 + 144 = 196").replace("{13}", "{14}")],
    ["asks nothing", good.replace("How long is the ladder?", "The ladder is long.")],
    ["speaks of the text", good.replace("How long", "By the theorem above, how long")],
    ["speaks of the text", good.replace("How long", "According to the text, how long")],
    [
      "another matter",
      "Problem: A shop sells 12 apples at 3 euros each. How much does it get?\nSolution: 12 * 3 = 36, so it is \\boxed{36}.",
    ],
    ["copied", good.replace("A ladder leans", `${statement.slice(30)} A ladder leans`)],
    [
      "prompt echo",
      good.replace(solution, `${solution} Say at which step the theorem is used and why it may be.`),
    ],
    [
      "loop",
      good.replace("Wall and ground", `${"The ladder leans on the wall again. ".repeat(40)}Wall and ground`),
    ],
    [
      "another language",
      "Problem: Eine Leiter steht an der Wand, 5 Meter von ihr entfernt und 12 Meter hoch. Wie lang ist die Leiter, wenn der Boden eben ist?\nSolution: Es ist \\boxed{13}.",
    ],
    ["special tokens", `${good}<|im_end|>`],
    ["second turn", `${good}\nUser: now another one`],
    ["refused", "I'm sorry, but I cannot help with that."],
  ];
  for (const [expected, text] of cases) assert.equal(await cause(text), expected, text);
});

Deno.test("theoremProblems() has the problem solved again from its words alone, and keeps it if most come to its answer", async () => {
  const says = {
    right: "The hypotenuse is $\\sqrt{25 + 144} = \\boxed{\\sqrt{169}}$.",
    wrong: "It is $5 + 12 = \\boxed{17}$.",
  };
  for (
    const [again, kept, rejected] of [
      [["right", "wrong", "right"], 1, {}],
      [["wrong", "right", "wrong"], 0, { "wrong answer": 1 }],
    ] as const
  ) {
    let asked = 0;
    await using server = await scripted(({ content }) => {
      if (!content.startsWith("Solve the problem")) return answer(good);
      assert(content.includes(problem) && !content.includes("Pythagoras") && !content.includes("13"));
      return answer(says[again[asked++]]);
    });
    await using model = await open(server);
    const run = synthesize([only, { ...only, id: "none", text: "No such thing." }], theoremProblems(), {
      model,
      workers: 1,
    });
    const texts = await Array.fromAsync(run);
    assert.deepEqual([texts.length, run.report.rejected], [kept, {
      ...rejected,
      "nothing to write from": 1,
    }]);
    assert.equal(server.count(), 4);
    if (kept === 0) continue;
    const [{ meta, lineage }] = texts;
    assert.deepEqual([meta.answer, meta.votes], ["13", { "\\sqrt{169}": 2, 17: 1 }]);
    assert(Math.abs(Number(meta.agreement) - 2 / 3) < 1e-9);
    assert.deepEqual(lineage!.parents, ["triangles"]);
    assert.match(lineageOf(texts[0]), /by reasoning\/theorem-problems@1/);
  }
});
