import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { buildIndex, decontaminate } from "../../lib/decontaminate/mod.ts";
import {
  type Benchmark,
  compareClean,
  depthScores,
  evaluate,
  type EvaluatedModel,
  formatSensitivity,
  leakItems,
  ruler,
} from "../../lib/evaluate/mod.ts";

interface Capital {
  id: string;
  country: string;
  capital: string;
}

const CAPITALS = [
  ["France", "Paris"],
  ["Italy", "Rome"],
  ["Spain", "Madrid"],
  ["Portugal", "Lisbon"],
  ["Austria", "Vienna"],
  ["Poland", "Warsaw"],
  ["Norway", "Oslo"],
  ["Finland", "Helsinki"],
].map(([country, capital], i): Capital => ({ id: `capital/${i}`, country, capital }));

/** Words of its own in each question, so that one is not taken for another. */
const asked = ({ country }: Capital) => {
  const random = new Random(country);
  const word = () => Array.from({ length: 6 }, () => "abcdefghij"[random.int(10)]).join("");
  return `${Array.from({ length: 20 }, word).join(" ")} is the capital of ${country}.`;
};

function form(cue: string, draw: "first" | "sample"): Benchmark<Capital>["forms"][string] {
  return {
    ...{ source: "this test", shots: 2, draw, pool: () => Promise.resolve(CAPITALS) },
    ask: (item, shots) => ({
      prompt: [...shots.map((shot) => `${asked(shot)}${cue} ${shot.capital}`), `${asked(item)}${cue}`].join(
        "\n",
      ),
      ...{ stop: ["\n"], maxTokens: 4, gold: ` ${item.capital}` },
    }),
  };
}

const capitals: Benchmark<Capital> = {
  ...{ name: "capitals", title: "Capitals", source: "this test", version: 1 },
  async *items() {
    yield* CAPITALS;
  },
  forms: { drawn: form("\nAnswer:", "sample"), fixed: form(" ->", "first") },
  rules: {
    exact: {
      ...{ source: "this test", version: 1 },
      grade: ({ capital }, text) => ({ score: Number(text.trim() === capital), extracted: text.trim() }),
    },
  },
  leak: (item) => ({ question: asked(item), answer: item.capital }),
};

/** Answers by a test of the prompt. */
function knowing(knows: (prompt: string, item: Capital) => boolean): EvaluatedModel {
  return {
    complete({ prompt = "" }) {
      const question = prompt.split("\n").findLast((line) => line.includes("capital of"))!;
      const item = CAPITALS.find(({ country }) => question.includes(country))!;
      const usage = { promptTokens: 0, completionTokens: 0 };
      const text = knows(prompt, item) ? ` ${item.capital}` : " nothing";
      return Promise.resolve({ text, finishReason: "stop", usage, cached: false });
    },
  };
}

Deno.test("items found in training text are scored apart, with the interval of the difference", async () => {
  const flagged = new Set<string>();
  const documents = CAPITALS.slice(0, 3).map((item) => (
    { id: item.id, text: `A page of questions.\n${asked(item)}\n${item.capital}.`, source: "web", meta: {} }
  ));
  const index = buildIndex(await leakItems(capitals));
  await Array.fromAsync(
    decontaminate(documents, index, { onContamination: ({ item }) => flagged.add(item) }),
  );
  assert.deepEqual([...flagged].sort(), ["capital/0", "capital/1", "capital/2"]);
  const evaluation = await evaluate(knowing((_, { id }) => flagged.has(id) || id === "capital/7"), capitals);
  const { clean, flagged: dirty, all, difference } = compareClean(evaluation, flagged);
  assert.deepEqual([clean, dirty, all], [{ n: 5, score: 0.2 }, { n: 3, score: 1 }, { n: 8, score: 0.5 }]);
  assert.equal(difference!.estimate, 0.8);
  // 1 less the mean of five draws of which one in five is right: quantiles of a binomial.
  assert.deepEqual([difference!.low.toFixed(1), difference!.high.toFixed(1)], ["0.4", "1.0"]);
  assert.equal(compareClean(evaluation, []).difference, null);
  assert.throws(() => compareClean(evaluation, ["capital/9"]), {
    message:
      "Cannot compare clean and flagged items as every flagged id must be an item of capitals: current value is capital/9",
  });
});

Deno.test("the variance between forms and between draws of examples is told apart", async () => {
  // Right in the fixed form always, in the drawn one where France is an example.
  const model = knowing((prompt) =>
    prompt.includes("->") ||
    prompt.includes("capital of France.\nAnswer: Paris")
  );
  const found = await formatSensitivity(model, capitals, { seeds: [1, 2, 3] });
  assert.deepEqual(found.cells.map(({ form, seed }) => [form, seed]), [
    ...[1, 2, 3].map((seed) => ["drawn", seed]),
    ["fixed", null],
  ]);
  const drawn = found.cells.slice(0, 3).map(({ score }) => score);
  const centre = drawn.reduce((a, b) => a + b) / 3;
  const within = drawn.reduce((sum, score) => sum + (score - centre) ** 2, 0) / 2;
  assert.equal(found.cells[3].score, 1);
  assert.equal(found.seedVariance!.toFixed(9), within.toFixed(9));
  assert.equal(found.mean.toFixed(9), ((centre + 1) / 2).toFixed(9));
  // The variance of the two means, less what the mean of three draws moves by itself.
  const between = (1 - centre) ** 2 / 2 - within / 3 / 2;
  assert.equal(found.formVariance!.toFixed(9), between.toFixed(9));
  const steady = await formatSensitivity(knowing(() => true), capitals, { shots: [0, 1] });
  assert.deepEqual([steady.formVariance, steady.seedVariance, steady.unsteady], [0, 0, 0]);
});

Deno.test("one way to ask, or an unknown score, is refused", async () => {
  const model = knowing(() => true);
  await assert.rejects(formatSensitivity(model, capitals, { forms: ["fixed"] }), {
    message:
      "Cannot measure format sensitivity as there must be two ways to ask or more: forms, seeds or shots: current value is 1",
  });
  await assert.rejects(formatSensitivity(model, capitals, { rule: "fuzzy" }), {
    message:
      "Cannot measure format sensitivity as rule must be one that every form is scored by, exact: current value is fuzzy",
  });
});

Deno.test("scores by length and depth come from the groups of long texts only", async () => {
  const tokenizer = { name: "bytes", encode: (text: string) => new TextEncoder().encode(text) };
  const needles = ruler({
    task: "niah-single",
    tokenizer,
    contexts: [2000, 1500],
    depths: [1, 0.5],
    samples: 2,
  });
  const reader: EvaluatedModel = {
    complete({ prompt = "" }) {
      const text = /is: (\d+)\./.exec(prompt.slice(-700))?.[1] ?? "";
      const usage = { promptTokens: 0, completionTokens: 0 };
      return Promise.resolve({ text, finishReason: "stop", usage, cached: false });
    },
  };
  const rows = depthScores(await evaluate(reader, needles), { rule: "exact" });
  assert.deepEqual(rows.map(({ context, depth, n }) => [context, depth, n]), [
    [1500, 0.5, 2],
    [1500, 1, 2],
    [2000, 0.5, 2],
    [2000, 1, 2],
  ]);
  assert.deepEqual(rows.map(({ score }) => score).filter((_, i) => i % 2), [1, 1]);
  const plain = await evaluate(knowing(() => true), capitals);
  assert.throws(() => depthScores(plain), /capitals must be a benchmark of ruler\(\)/);
});
