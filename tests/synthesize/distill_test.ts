import assert from "node:assert/strict";
import { type Audience, distill, type DistillFormat, drawMethod, Random } from "../../lib/synthesize/mod.ts";

const text =
  "The Pequod left Nantucket on Christmas Day with thirty men aboard, and in the years that followed her captain, Ahab, hunted one white whale over the oceans, past the Cape of Good Hope and into the waters of Japan.";
const page = { id: "1", text, source: "sea", meta: {} };

async function cause(format: DistillFormat, answer: string): Promise<string | undefined> {
  const method = distill(format);
  const [prompt] = method.build(page, new Random(1));
  const [result] = await method.read([{ prompt: prompt, text: answer }], page);
  return "rejected" in result ? result.rejected : undefined;
}

const why =
  "Ahab wanted revenge on the animal that had taken his leg, so he led his crew far beyond the fishing grounds.";
const good: Record<DistillFormat, string> = {
  "short-reasoning": `Question: Why did the ship sail to Japan?\nAnswer: ${why}`,
  "long-reasoning":
    `Question: Why did the ship sail to Japan?\nAnswer:\nStep 1: ${why}\nStep 2: The whale was seen there before.\nConclusion: He followed it.`,
  "multiple-choice":
    `Question: Who led the crew of the ship?\nA. Starbuck\nB. Ahab\nC. Ishmael\nD. Stubb\nAnswer: B\n${why}`,
  "dialogue":
    `Learner: Who was Ahab?\nTeacher: He was the captain.\nLearner: What did he want?\nTeacher: ${why}`,
  "textbook": `# The hunt for a whale\n\n${why}\n\nFor example, he sailed to Japan.`,
  "faq":
    `Question: Who led?\nAnswer: Ahab.\n\nQuestion: From where?\nAnswer: Nantucket.\n\nQuestion: Why?\nAnswer: ${why}`,
  "table":
    `| who | what |\n| --- | --- |\n| Ahab | captain of the ship that left at Christmas |\n| Japan | where it sailed |\n\nQuestion: Who was captain?\nAnswer: Ahab.`,
  "tutorial":
    `You need a ship.\n\n1. Hire men: ${why}\n2. Sail, as whales are far.\n3. Look out, as they dive.`,
  "code-exercise":
    `Exercise: Count the men aboard, given how many stand on each deck of the ship.\n\n\`\`\`python\ndef men(decks):\n    return sum(decks)\n\nassert men([10, 20]) == 30\n\`\`\``,
};

Deno.test("distill() accepts an answer of the form that each format asks for", async () => {
  for (const [format, answer] of Object.entries(good)) {
    assert.equal(await cause(format as DistillFormat, answer), undefined, format);
  }
});

Deno.test("distill() rejects prose where a format asks for more", async () => {
  for (const format of Object.keys(good)) {
    assert.equal(
      await cause(format as DistillFormat, `${why} ${why.replaceAll("a", "e")}`),
      "malformed",
      format,
    );
  }
});

Deno.test("distill() rejects each way to go wrong by its name", async () => {
  assert.equal(await cause("textbook", `# Sea\n${text}`), "copied");
  assert.equal(await cause("textbook", "# Sea\nShips sail."), "too short");
  assert.equal(await cause("textbook", `# Sea\n${"It is about balance. ".repeat(12)}`), "loop");
  assert.equal(
    await cause("textbook", `Write a section of a textbook on the matter of the text: # Sea ${why}`),
    "prompt echo",
  );
  assert.equal(
    await cause(
      "textbook",
      "# See\nDer Kapitän ist auf der See und die Leute sind nicht mit ihm auf dem Schiff, das von der Stadt in die Welt gefahren ist.",
    ),
    "another language",
  );
  const choices = good["multiple-choice"];
  assert.equal(await cause("multiple-choice", choices.replace("Answer: B", "Answer: E")), "no right choice");
  assert.equal(await cause("multiple-choice", choices.replace("Stubb", "Ahab")), "equal choices");
});

Deno.test("distill() asks a different thing for each format and audience, with its own id", () => {
  const asked = new Set<string>();
  const ids = new Set<string>();
  for (const format of Object.keys(good) as DistillFormat[]) {
    for (const audience of ["children", "beginners", "students", "experts"] as const) {
      const method = distill(format, { audience });
      ids.add(method.id);
      asked.add(method.build(page, new Random(1))[0].messages[0].content);
    }
  }
  assert.deepEqual([ids.size, asked.size], [36, 36]);
});

Deno.test("distill() cuts long pages, leaves out short ones and refuses unknown words", () => {
  const method = distill("faq", { maxPartTokens: 60 });
  const long = { ...page, text: `${text}\n\n${text}\n\nThe end.` };
  assert.deepEqual(method.build(long, new Random(1)).map(({ part }) => part), [text, `${text}\n\nThe end.`]);
  assert.deepEqual(method.build({ ...page, text: "" }, new Random(1)), []);
  assert.throws(
    () => distill("poem" as DistillFormat),
    /format must be one of short-reasoning, .*: current value is poem$/,
  );
  assert.throws(
    () => distill("faq", { audience: "cats" as Audience }),
    /audience must be one of children, .* cats$/,
  );
});

Deno.test("drawMethod() draws one method a document, the same each time, and notes which", async () => {
  const method = drawMethod([distill("faq"), distill("tutorial")]);
  const counts: Record<string, number> = {};
  for (let id = 0; id < 200; id++) {
    const document = { ...page, id: `${id}` };
    const [prompt] = method.build(document, new Random(1));
    const format = prompt.messages[0].content.includes("tutorial") ? "tutorial" : "faq";
    const [result] = await method.read([{ prompt: prompt, text: good[format] }], document);
    assert("text" in result);
    assert.equal(result.meta!.recipe, `distill/${format}/students@1`);
    counts[format] = (counts[format] ?? 0) + 1;
  }
  assert(Math.abs(counts.faq - 100) < 30);
  assert.throws(() => drawMethod([]), RangeError);
});

Deno.test("distill() runs the Python of an exercise with its assertions, and says what could not run", async () => {
  const exercise = (body: string) =>
    `Exercise: Write a function for the men aboard a ship of whalers who are lost in a year, and test it well with numbers.\n\n\`\`\`python\ndef left(men, lost):\n    return men - lost\n\n${body}\n\`\`\``;
  const judged = async (body: string, options: { execute?: boolean } = {}) => {
    const method = distill("code-exercise", options);
    const [prompt] = method.build(page, new Random(1));
    const answer = exercise(body);
    const [result] = await method.read([{ prompt, text: answer, written: answer }], page);
    return "rejected" in result ? result.rejected : result.meta?.executed ?? "accepted";
  };
  assert.equal(await judged("assert left(30, 2) == 28"), true);
  assert.equal(await judged("assert left(30, 2) == 27"), "code fails");
  assert.equal(await judged("assert left(30, 2) == 28\nwhile True:\n    pass"), "code fails (timeout)");
  assert.equal(await judged("import numpy\nassert left(30, 2) == 28"), false);
  assert.equal(await judged("assert left(30, 2) == 27", { execute: false }), "accepted");
});
