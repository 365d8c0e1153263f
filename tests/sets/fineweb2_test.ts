import assert from "node:assert/strict";
import { fineweb2, readFineweb2Language } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(fineweb2, "fineweb2 reads the thresholds and stop words of eight languages", async () => {
  const languages = await Array.fromAsync(fineweb2.read());
  assert.equal(languages.length, 8);
  const german = languages.find(({ language }) => language === "deu_Latn")!;
  assert.deepEqual(german.maxTopGramFraction, { 2: 0.169, 3: 0.153, 4: 0.137 });
  assert.deepEqual([german.maxMeanWordUnits, german.minMeanWordUnits, german.languageScore], [15, 0, 0.821]);
  assert(german.stopWords.includes("für"));
});

Deno.test("readFineweb2Language() says what a file of another kind lacks", async () => {
  const folder = await Deno.makeTempDir();
  for (
    const [text, problem] of [
      ["a: [1", "it is no YAML"],
      ["", "it has no list stopwords"],
      ["stopwords: [a]", "it has no number language_score"],
    ]
  ) {
    await Deno.writeTextFile(`${folder}/x.yml`, text);
    await assert.rejects(readFineweb2Language(`${folder}/x.yml`), {
      name: "InvalidData",
      message: `Cannot read the thresholds of ${folder}/x.yml: ${problem}`,
    });
  }
});
