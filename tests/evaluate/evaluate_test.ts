import assert from "node:assert/strict";
import {
  type Benchmark,
  evaluate,
  type EvaluatedModel,
  evaluationPage,
  gradeChoices,
  passAtK,
} from "../../lib/evaluate/mod.ts";

interface Sum {
  id: string;
  a: number;
  b: number;
}

/** Forty sums: to choose from four, or to write. */
const sums: Benchmark<Sum> = {
  name: "sums",
  title: "Sums",
  source: "this test",
  version: 1,
  async *items() {
    for (let at = 0; at < 40; at++) yield { id: `sum-${at}`, a: at, b: at % 7 };
  },
  group: ({ a }) => a < 20 ? "small" : "large",
  forms: {
    choices: {
      ...{ source: "this test", shots: 2, draw: "sample" },
      pool: () => Array.fromAsync(sums.items()),
      ask({ a, b }, shots) {
        const context = [
          ...shots.map((shot) => `${shot.a} + ${shot.b} = ${shot.a + shot.b}`),
          `${a} + ${b} =`,
        ]
          .join("\n");
        const choices = [0, 1, 2, 3].map((off) => ({ context, continuation: ` ${a + b + off}` }));
        return { choices, gold: 0 };
      },
    },
    text: {
      ...{ source: "this test", shots: 0, draw: "first" },
      ask: ({ a, b }) => ({ prompt: `${a} + ${b} =`, stop: ["\n"], maxTokens: 4, gold: ` ${a + b}` }),
    },
  },
  rules: {
    exact: {
      ...{ source: "this test", version: 1 },
      grade({ a, b }, text) {
        const found = /\d+/.exec(text)?.[0] ?? null;
        return { score: Number(found === String(a + b)), extracted: found };
      },
    },
  },
  leak: ({ a, b }) => ({ question: `${a} + ${b}`, answer: String(a + b) }),
};

/** Knows every sum below 30, and counts what it is asked. */
function adder(
  over: Partial<EvaluatedModel> = {},
): EvaluatedModel & { asked: { pairs: number; texts: number } } {
  const asked = { pairs: 0, texts: 0 };
  const sumOf = (text: string) => {
    const [a, b] = text.split("\n").at(-1)!.match(/\d+/g)!.map(Number);
    return a < 30 ? a + b : 0;
  };
  return {
    ...{ name: "adder", identity: "adder/1", asked },
    loglikelihood(pairs) {
      asked.pairs += pairs.length;
      return Promise.resolve(pairs.map(({ context, continuation }) => {
        const greedy = Number(continuation) === sumOf(context);
        return { logLikelihood: greedy ? -0.5 : -3 - continuation.length, tokens: 1, greedy };
      }));
    },
    complete({ prompt }) {
      asked.texts++;
      const usage = { promptTokens: 1, completionTokens: 1 };
      const text = ` ${sumOf(prompt)}\n1 + 1`;
      return Promise.resolve({ text, finishReason: "stop" as const, usage, cached: false });
    },
    ...over,
  };
}

Deno.test("a text is cut at its stops, graded by every rule, and its gold answer rated", async () => {
  const { scores, goldBitsPerByte, items, n, groups } = await evaluate(adder(), sums, { form: "text" });
  assert.deepEqual([n, scores.length, scores[0].rule, scores[0].value], [40, 1, "exact", 0.75]);
  assert.deepEqual(items[3].written, [{ text: " 6", ended: "stop" }]);
  assert.deepEqual(groups, [{ group: "small", n: 20, value: 1 }, { group: "large", n: 20, value: 0.5 }]);
  assert.equal(items[0].goldBitsPerByte, 0.5 / Math.LN2 / 2);
  const bits = items.map(({ goldBitsPerByte, goldBytes }) => goldBitsPerByte! * goldBytes);
  const bytes = items.reduce((sum, { goldBytes }) => sum + goldBytes, 0);
  assert.equal(
    goldBitsPerByte!.bytes.toFixed(12),
    (bits.reduce((sum, bit) => sum + bit) / bytes).toFixed(12),
  );
});

Deno.test("an evaluation that was given up goes on without asking twice, to the same result", async () => {
  const folder = await Deno.makeTempDir();
  const whole = await evaluate(adder(), sums, { form: "choices" });
  const stop = new AbortController();
  const first = adder();
  const broken = evaluate(first, sums, {
    ...{ form: "choices", folder, signal: stop.signal },
    onProgress: ({ done }) => done >= 16 && stop.abort(new Error("given up")),
  });
  await assert.rejects(broken, /given up/);
  const second = adder();
  assert.deepEqual(await evaluate(second, sums, { form: "choices", folder }), whole);
  assert.deepEqual([first.asked.pairs, second.asked.pairs], [64, 96]);
  const third = adder();
  assert.deepEqual(await evaluate(third, sums, { form: "choices", folder }), whole);
  assert.equal(third.asked.pairs, 0);
});

Deno.test("other weights are asked anew in the same folder", async () => {
  const folder = await Deno.makeTempDir();
  await evaluate(adder(), sums, { form: "text", folder });
  const other = adder({ identity: "adder/2" });
  await evaluate(other, sums, { form: "text", folder });
  assert.equal(other.asked.texts, 40);
});

Deno.test("a rating that is no number costs its item and is counted, not the run", async () => {
  const model = adder();
  const { loglikelihood } = model;
  model.loglikelihood = async (pairs) =>
    (await loglikelihood!(pairs)).map((rating, i) =>
      pairs[i].context.endsWith("\n3 + 3 =") ? { ...rating, logLikelihood: -Infinity } : rating
    );
  const { scores, counts, items } = await evaluate(model, sums, { form: "choices" });
  assert.equal(counts.unscored, 1);
  assert.deepEqual([items[3].scores.acc, items[3].goldBitsPerByte], [0, null]);
  // Of 30 known ones one is lost; of the ten that it cannot add, four choices tie.
  assert.equal(scores[0].value, (29 + 10 / 4) / 40);
});

Deno.test("a model that answers too few continuations is refused", async () => {
  const model = adder({ loglikelihood: () => Promise.resolve([]) });
  await assert.rejects(evaluate(model, sums, { form: "choices" }), /64 were asked, 0 came/);
});

Deno.test("what cannot be asked is said", async () => {
  const { loglikelihood: _, ...mute } = adder();
  await assert.rejects(evaluate(mute, sums, { form: "choices" }), /needs a model with loglikelihood/);
  await assert.rejects(
    evaluate(adder(), sums, { form: "text", shots: 1 }),
    /this form takes no examples: shots is 1/,
  );
  await assert.rejects(
    evaluate(adder(), sums, { form: "essay" }),
    /form must be one of choices, text|form must be/,
  );
  const nameless = adder();
  await assert.rejects(
    evaluate({ complete: nameless.complete! }, sums, { form: "text", folder: await Deno.makeTempDir() }),
    /must have identity, or name and baseURL/,
  );
});

Deno.test("characters are code points, as in Python", () => {
  const context = "Smile:";
  const choices = [{ context, continuation: " 😀😀😀😀" }, { context, continuation: " abcdefgh" }];
  const ratings = [{ logLikelihood: -5, tokens: 4 }, { logLikelihood: -8, tokens: 2 }];
  const { scores } = gradeChoices({ choices, gold: 1 }, ratings);
  assert.deepEqual([scores.acc, scores.acc_norm, scores.acc_per_char, scores.acc_bytes], [0, 1, 1, 0]);
});

Deno.test("a page tells what was forgotten and gained first, and escapes what models and items say", async () => {
  const before = await evaluate(adder(), sums, { form: "text" });
  const hostile = adder({
    complete: ({ prompt }) =>
      Promise.resolve({
        text: prompt.startsWith("3 +") ? " 0<script>alert(1)</script>\u202e" : ` ${sumFrom(prompt)}`,
        finishReason: "length" as const,
        usage: { promptTokens: 1, completionTokens: 1 },
        cached: false,
      }),
  });
  const after = await evaluate(hostile, sums, { form: "text" });
  const html = await evaluationPage(sums, after, { before });
  assert.match(html, /40 items, 1 forgotten, 10 gained, 29 right by exact/);
  assert.match(html, /0&lt;script&gt;alert\(1\)&lt;\/script&gt;\ufffd/);
  assert(!html.includes("<script"));
  assert(html.indexOf('forgotten</b> <span dir="auto">sum-3') < html.indexOf("gained</b>"));
  assert.match(html, /cut at its longest/);
  await assert.rejects(
    evaluationPage({ ...sums, name: "products" }, after),
    /products is given, sums \(text\)/,
  );
});

function sumFrom(prompt: string): number {
  const [a, b] = prompt.match(/\d+/g)!.map(Number);
  return a + b;
}

Deno.test("several texts of a question give pass@k beside their mean, by the unbiased estimate and with an interval", async () => {
  let at = 0;
  // Every fourth text is right: 5 of the 20 of each question.
  const fourth: EvaluatedModel = {
    complete: ({ prompt }) => {
      const [a, b] = prompt.match(/\d+/g)!.map(Number);
      const usage = { promptTokens: 1, completionTokens: 1 };
      const text = at++ % 4 === 0 ? ` ${a + b}` : " none";
      return Promise.resolve({ text, finishReason: "stop", usage, cached: false });
    },
  };
  const { scores, items } = await evaluate(fourth, sums, { form: "text", samples: 20, limit: 6, workers: 1 });
  const all = { samples: 20, correct: 5 };
  assert.deepEqual(scores.map(({ rule }) => rule), ["exact", "exact, pass@10", "exact, pass@20"]);
  assert.deepEqual(items[0].scores, {
    "exact": 0.25,
    "exact, pass@10": passAtK({ ...all, k: 10 }),
    "exact, pass@20": 1,
  });
  assert.equal(passAtK({ ...all, k: 10 }).toFixed(6), (1 - 252 / 15504).toFixed(6));
  for (const { low, value, high } of scores) assert(low <= value && value <= high);
  const one = await evaluate(fourth, sums, { form: "text", limit: 6 });
  assert.deepEqual(one.scores.map(({ rule }) => rule), ["exact"]);
});

Deno.test("a rule with grades between right and wrong has no pass@k", async () => {
  const partly = { source: "this test", version: 1, grade: () => ({ score: 0.5, extracted: null }) };
  const { scores } = await evaluate(adder(), { ...sums, rules: { partly } }, {
    ...{ form: "text", samples: 2, limit: 3 },
  });
  assert.deepEqual(scores.map(({ rule }) => rule), ["partly"]);
});
