import assert from "node:assert/strict";
import {
  type ChatModel,
  cleanAnswer,
  distill,
  extractPairs,
  type Method,
  Random,
  rephrase,
  splitReasoning,
  synthesize,
} from "../../lib/synthesize/mod.ts";
import { pythonFault } from "../../lib/synthesize/_python.ts";
import { bad, good, jing, lossOf, wan, whale } from "./_answers.ts";

for (const [what, method, document, answer] of good) {
  Deno.test(`reading accepts a good answer of ${method.id}: ${what}`, async () => {
    assert.equal(await lossOf(method, document, answer), undefined);
  });
}

for (const [what, method, document, answer, cause] of bad) {
  Deno.test(`reading loses a bad answer of ${method.id} by its name: ${what}`, async () => {
    assert.equal(await lossOf(method, document, answer), cause);
  });
}

/** A model that always writes one text. */
const writes = (text: string): ChatModel => ({
  name: "fixed",
  chat: () =>
    Promise.resolve({
      text,
      finishReason: "stop",
      usage: { promptTokens: 9, completionTokens: 9 },
      cached: false,
    }),
});

Deno.test("reading through a run gives what reading alone gives, also for a method of one's own", async () => {
  const own: Method = {
    id: "own@1",
    kind: "distill",
    build: ({ text }) => [{ messages: [{ role: "user", content: text }], maxTokens: 9, temperature: 0 }],
    read: ([{ fault, text }]) => [fault ? { rejected: fault, sample: text } : { text }],
  };
  const become = async (text: string) => {
    const run = synthesize([whale], own, { model: writes(text) });
    const [made] = await Array.fromAsync(run);
    return made?.text ?? Object.keys(run.report.rejected)[0];
  };
  assert.equal(await become("Whales sing."), "Whales sing.");
  assert.equal(await become("Whales sing.<|im_end|>"), "special tokens");
  assert.equal(await become("Whales\0 sing."), "broken characters");
  assert.equal(await become("Whales sing.\n\nUser: And dogs?"), "second turn");
  assert.equal(await become("<think>I wonder"), "empty");
  assert.equal(await become("Es tut mir leid, aber das kann ich nicht."), "refused");
});

Deno.test("thinking is kept out of texts, and in meta where it is asked for", async () => {
  const text =
    "<think>Short words.</think>The blue whale is the biggest animal that lives on krill, and nobody has hunted it since 1967.";
  for (const keepReasoning of [false, true]) {
    const run = synthesize([whale], rephrase("plain"), { model: writes(text), keepReasoning });
    const [made] = await Array.fromAsync(run);
    assert(made.text.startsWith("The blue whale is the biggest"));
    assert.equal(made.meta.reasoning, keepReasoning ? "Short words." : undefined);
  }
  const beside: ChatModel = {
    name: "fixed",
    chat: async (request) => ({ ...await writes(text).chat(request), reasoning: "First of all." }),
  };
  const [made] = await Array.fromAsync(
    synthesize([whale], rephrase("plain"), { model: beside, keepReasoning: true }),
  );
  assert.equal(made.meta.reasoning, "First of all.\n\nShort words.");
});

Deno.test("splitReasoning() takes off every thought and leaves the text alone", () => {
  assert.deepEqual(splitReasoning("<think>a</think>b<think>c</think> d"), {
    text: "b d",
    reasoning: "a\n\nc",
  });
  assert.deepEqual(splitReasoning("a</think>\nb"), { text: "b", reasoning: "a" });
  assert.deepEqual(splitReasoning("<think></think>b"), { text: "b" });
  assert.deepEqual(splitReasoning("<think>a"), { text: "", reasoning: "a" });
  assert.deepEqual(splitReasoning("I think so."), { text: "I think so." });
});

Deno.test("Markdown's marks are kept, or stripped where it is asked for, and code and tables stay", async () => {
  const rest =
    "| a | b |\n|---|---|\n| c | d |\n\n```python\n# no heading\ndef krill(n):\n    return 4 * n ** 1\n\nassert krill(2) == 8\n```";
  const answer =
    `### Exercise\n\nWrite a *short* function \`krill\` that gives what **one** whale eats in some days, by the table.\n\n${rest}`;
  const read = async (markdown: "keep" | "strip") => {
    const method = distill("code-exercise", { markdown });
    const [prompt] = method.build(whale, new Random(1));
    const [result] = await method.read([{ prompt, text: answer }], whale);
    return "text" in result ? result.text : result.rejected;
  };
  assert.equal(await read("keep"), answer);
  assert.equal(
    await read("strip"),
    `Exercise\n\nWrite a short function \`krill\` that gives what one whale eats in some days, by the table.\n\n${rest}`,
  );
});

Deno.test("new texts say which part of the page they come from", async () => {
  const page = { ...whale, text: ` ${whale.text}\n\n\n${whale.text}` };
  const method = extractPairs({ maxPartTokens: 80 });
  const prompts = method.build(page, new Random(1));
  assert.deepEqual(prompts.map(({ part, span }) => page.text.slice(...span!) === part), [true, true]);
  const text = "Question: What is its main food?\nAnswer: Antarctic krill";
  const [, second] = await method.read(prompts.map((prompt) => ({ prompt, text })), page);
  assert("rejected" in second && second.rejected === "pair stands twice");
  const [other] = await method.read([{ prompt: prompts[1], text }], page);
  assert("text" in other);
  assert.deepEqual(other.meta!.parts, [prompts[1].span]);
});

Deno.test("the room for an answer grows with a page's words in every script", () => {
  const room = (page: typeof whale) => rephrase("plain").build(page, new Random(1))[0].maxTokens;
  // Each says the same.
  for (const page of [jing, wan]) assert(room(page) > 0.6 * room(whale), `${room(page)} of ${room(whale)}`);
});

Deno.test("cleanAnswer() takes off openings and notes of other languages, and leaves narrators alone", () => {
  for (
    const text of [
      "Voici le texte reformulé :\n\nx y.",
      "以下是改写后的文本：\n\nx y.",
      "当然！以下是译文：\nx y.",
      "Aquí está la traducción:\nx y.",
      "Вот переписанный текст:\nx y.",
      "x y.\n\n（注：我保留了原文的所有数字。）",
      "x y.\n\n*Note: This version has been simplified, and the original text was longer.*",
      "x y.\n\n---\n\nIch habe alle Fakten und Zahlen beibehalten.",
    ]
  ) assert.equal(cleanAnswer(text), "x y.", text);
  for (
    const text of [
      "Ships sail.\n\nNote: keep away from whales.",
      "He said it.\n\nI have kept my promise to the crew.",
      "Ships sail.\n\nThis is where I rest.",
    ]
  ) assert.equal(cleanAnswer(text), text);
});

Deno.test("pythonFault() finds what does not parse, and passes what does", () => {
  for (
    const code of [
      "x = 1",
      "def f(a, *, b=2): return a\n\n\nclass A: ...",
      "if (a and\n    b):\n    pass\nelif not a:\n    x = {1: 'a', 2: \"b\"}\nelse:\n  pass",
      's = """\ndef no(\n"""\nassert s, "a" "b"',
      "async def f():\n    async with a as b:\n        await b\n    return [i async for i in b if i]",
      "x: int = 3 if y else 4\nprint(x, end='', file=None)\nassert f(x=1) == 2",
      "try:\n\tpass\nexcept (A, B) as e:\n\traise X from e\nfinally:\n\tpass",
      "r = rb'\\d' + f'{x!r:>{w}}' * 2 ** -1 // 3\nlambda: (yield)",
      "# only a note\n",
      "while (n := n - 1) > 0: print(n); continue",
      "def f(x):\n    '''doc'''\n    return x @ x\n\n    # trailing\n# note\nassert f(1) is not None",
      "type X = int\nmatch = 3\nmatch.real",
      "größe = 1_000.5e-3j; 数 = 0xFF",
    ]
  ) assert.equal(pythonFault(code), undefined, code);
  for (
    const code of [
      "def f(n)\n    return n",
      "def f(n):\nreturn n",
      "def f(n):",
      "  x = 1\nx = 2\n   y = 3",
      "x = (1, 2",
      "x = [1)",
      "x = 'a\ny = 1",
      "if x = 1:\n    pass",
      "assert f(2) = 8",
      "print 'a'",
      "Here is the code\nx = 1",
      "x = 1 +",
      "for i in range(3)\n    pass",
      "x = 1\n    y = 2",
      "if a:\n        x\n    y",
      ">>> x = 1",
      "const x = 1",
      "x = 5 apples",
    ]
  ) assert.notEqual(pythonFault(code), undefined, code);
});
