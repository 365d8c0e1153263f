import assert from "node:assert/strict";
import { chrF, Random, translate, translateBack } from "../../lib/synthesize/mod.ts";

const text = "The captain led 30 men over the sea, and he was not afraid of the storms that came.";
const page = { id: "1", text, source: "sea", meta: {} };

async function cause(answer: string, options = {}): Promise<string | undefined> {
  const method = translate("German", options);
  const [prompt] = method.build(page, new Random(1));
  const [result] = await method.read([{ prompt: prompt, text: answer }], page);
  return "rejected" in result ? result.rejected : undefined;
}

const german =
  "Der Kapitän führte 30 Männer über das Meer, und er hatte nicht vor den Stürmen Angst, die kamen.";

Deno.test("translate() accepts another language with the same numbers, and rejects the rest by name", async () => {
  assert.equal(await cause(german), undefined);
  assert.equal(await cause(text), "not translated");
  assert.equal(
    await cause("The man who led the others was not afraid of the sea and of the storm."),
    "not translated",
  );
  assert.equal(await cause(german.replace("30", "40")), "numbers changed");
  assert.equal(await cause("Der Kapitän führte 30 Männer."), undefined);
  assert.equal(await cause(german, { isTarget: () => false }), "another language");
});

Deno.test("translate() holds numbers to their digits, in any script, with or without a language rater", async () => {
  const isTarget = () => true;
  const source = { ...page, text: "It cost 1,200.5 pounds in 1851." };
  const method = translate("Another", { isTarget });
  const [prompt] = method.build(source, new Random(1));
  const read = async (text: string) => {
    const [result] = await method.read([{ prompt: prompt, text }], source);
    return "rejected" in result ? result.rejected : undefined;
  };
  assert.equal(await read("Es kostete 1.200,5 Pfund im Jahr 1851."), undefined);
  assert.equal(await read("Il coûta 1\u202f200,5 livres en 1851."), undefined);
  assert.equal(await read("كلف ١٬٢٠٠٫٥ جنيه في عام ١٨٥١."), undefined);
  assert.equal(await read("1851 में इसकी कीमत १,२००.५ पाउंड थी।"), undefined);
  assert.equal(await read("Es kostete 1.300,5 Pfund im Jahr 1851."), "numbers changed");
  assert.equal(await read("Es kostete viel im Jahr 1851."), "numbers changed");
});

Deno.test("translateBack() keeps the translation that returns, with its similarity", async () => {
  const there = { id: "2", text: german, source: "", meta: { original: text, language: "German" } };
  const method = translateBack({ minSimilarity: 0.6 });
  const [prompt] = method.build(there, new Random(1));
  assert.equal(prompt.temperature, 0);
  const returned = "The captain led 30 men across the sea, and he had no fear of the storms that came.";
  const [kept] = await method.read([{ prompt: prompt, text: returned }], there);
  assert("text" in kept);
  assert.deepEqual([kept.text, kept.meta!.returned, kept.meta!.language], [german, returned, "German"]);
  assert(Number(kept.meta!.similarity) > 0.6);
  const [lost] = await method.read([{ prompt: prompt, text: "Nobody knows." }], there);
  assert.deepEqual(lost, { rejected: "lost on the way", sample: "Nobody knows." });
  assert.deepEqual(method.build(page, new Random(1)), []);
});

Deno.test("chrF() agrees with sacreBLEU 2.6.0", () => {
  for (
    const [hypothesis, reference, score] of [
      ["ship", "whale", 0.05208333333333334],
      ["The whale has to rise to breathe.", "The whale must rise to breathe.", 0.729915884889719],
      ["Ships are made of wood.", "The whale must rise to breathe.", 0.09542545270736422],
    ] as const
  ) assert(Math.abs(chrF(hypothesis, reference) - score) < 1e-12);
  assert.deepEqual([chrF("", "a"), chrF("a", ""), chrF("", "")], [0, 0, 0]);
});

Deno.test("translate() and translateBack() check their options", () => {
  assert.throws(() => translate(" "), /the language must be named: it is empty$/);
  assert.throws(
    () => translateBack({ minSimilarity: 2 }),
    /minSimilarity must be in \[0, 1\]: current value is 2$/,
  );
});
