import assert from "node:assert/strict";
import { deconScore } from "../../lib/decontaminate/_decon.ts";
import { buildIndex, findContamination } from "../../lib/decontaminate/mod.ts";
import { deconFixtures, readDeconQuestions } from "../../lib/sets/mod.ts";
import { testOf } from "../sets/_mirror.ts";
import { items, prose } from "./_made.ts";

const near = (ours: number, theirs: number) =>
  assert(Math.abs(ours - theirs) < 1e-12, `${ours}, not ${theirs}`);

Deno.test("deconScore() is the published description's, by hand", () => {
  const long = { grams: 40, answerWords: 8, words: 60 };
  // Long enough to be sure of both: three quarters and one quarter.
  near(deconScore({ question: 0.8, answer: 0.4, ...long }, 0.8), 0.75 * 0.8 + 0.25 * 0.4);
  near(deconScore({ question: 0.9, ...long }, 0.8), 0.9);
  // 10 of 20 n-grams and 2 of 4 words: each keeps three quarters of its weight and gets a quarter of the other's.
  const weight = 0.75 * 0.75 + 0.25 * 0.25;
  const unsure = { question: 0.9, answer: 0.5, grams: 10, answerWords: 2, words: 60 };
  near(deconScore(unsure, 0.8), weight * 0.9 + (1 - weight) * 0.5);
  // Half way from 20 to 50 words 0.9 is asked where 0.8 is the threshold; at 20 words and below all.
  near(deconScore({ question: 0.9, grams: 40, answerWords: 0, words: 35 }, 0.8), 0.8);
  near(deconScore({ question: 0.9, grams: 40, answerWords: 0, words: 20 }, 0.8), 0.72);
  near(deconScore({ question: 0.9, grams: 40, answerWords: 0, words: 7 }, 0.8), 0.72);
  assert.equal(deconScore({ question: 1, answer: 1, grams: 1, answerWords: 1, words: 2 }, 0.8), 1);
});

Deno.test("the rule decon scores an edited item in an index of one as it is done by hand", () => {
  const words = Array.from({ length: 60 }, (_, i) => `word${i}`);
  const index = buildIndex([{ id: "a", question: words.join(" "), answer: "1889", benchmark: "made" }]);
  const text = words.with(30, "else").join(" ");
  const [found] = findContamination(`${prose(1, 30)} ${text} 1889 ${prose(2, 30)}`, index, { rule: "decon" });
  // 51 of 56 5-grams are left, and the answer of one word keeps 0.625 of its quarter.
  const weight = 0.75 + 0.25 * 0.375;
  near(found.score, weight * 51 / 56 + (1 - weight));
  assert.deepEqual([found.rule, found.matched, found.answer], ["decon", text, "present"]);
  const [silent] = findContamination(text, index, { rule: "decon", threshold: 0.7 });
  near(silent.score, weight * 51 / 56);
  assert.deepEqual(findContamination(text, index, { rule: "decon" }), []);
  assert.equal(findContamination(`${words.join(" ")} 1889`, index, { rule: "decon" })[0].score, 1);
});

Deno.test("the rule decon weighs rare n-grams above those that items share", () => {
  const shared = prose(7, 20);
  const two = [1, 2].map((k) => ({ id: `${k}`, question: `${shared} ${prose(k, 40)}`, benchmark: "made" }));
  const index = buildIndex([...two, ...items]);
  const calls = (text: string) =>
    findContamination(text, index, { rule: "decon", threshold: 0.65 }).map(({ item }) => item);
  assert.deepEqual(calls(two[0].question), ["1"]);
  assert.deepEqual(calls(prose(1, 40)), ["1"], "without what both have, most of the weight is there");
  assert.deepEqual(calls(shared), []);
});

Deno.test("the rule decon finds each exact copy once, wherever it stands, and nothing in other prose", () => {
  const index = buildIndex(items);
  for (let shift = 0; shift < 11; shift++) {
    const text = `${prose(90, shift)} ${items[4].question} ${items[4].answer} ${prose(91, 50)}`;
    const calls = findContamination(text, index, { rule: "decon" });
    assert.deepEqual(calls.map(({ item, answer }) => [item, answer]), [["item4", "present"]]);
  }
  assert.deepEqual(findContamination(prose(91, 5000), index, { rule: "decon" }), []);
});

await testOf(
  deconFixtures,
  "every rule finds whole items of decon's fixtures and none in its clean ones",
  async () => {
    const documents = await Array.fromAsync(deconFixtures.read());
    const index = buildIndex(await readDeconQuestions());
    const whole = ["at_beginning", "at_end", "middle_position", "multiple_in_one", "punctuation_variation"];
    for (const rule of ["ngram", "lcs", "decon"] as const) {
      for (const { source, text } of documents) {
        const kind = source.slice("decon-fixtures/".length);
        const items = findContamination(text, index, { rule }).map(({ item }) => item);
        if (kind === "clean") assert.deepEqual(items, [], rule);
        else if (whole.some((one) => kind === `contaminated_${one}`)) {
          assert(
            items.includes("101"),
            `${rule}, ${kind}`,
          );
        } else if (kind.startsWith("contaminated_single") && rule !== "decon") {
          assert.deepEqual(items, [
            "101",
          ], rule);
        }
      }
    }
  },
);
