import assert from "node:assert/strict";
import {
  byteTokenizer,
  initialCheckpoint,
  llamaConfig,
  logitsOf,
  needleTest,
  packDocuments,
  train,
} from "../../lib/anneal/mod.ts";
import { Random } from "../../lib/base/mod.ts";
import { grammar, NEEDS, needsTensorflow, smallestConfig } from "./_models.ts";

const tokenizer = byteTokenizer();
const haystack = await grammar("hay");
const how = { tokenizer, haystack, backend: "cpu", samples: 2, digits: 2 } as const;
const prompt = { needle: "#KEY", question: "#KEY" };

Deno.test("needleTest() of a model that knows nothing recalls nothing and gains nothing", async () => {
  const model = initialCheckpoint(smallestConfig({ context: 64 }), 1);
  const grid = await needleTest(model, { ...how, contexts: [48, 64], depths: [0, 1] });
  assert.deepEqual(grid.map(({ context, depth }) => [context, depth]), [[48, 0], [48, 1], [64, 0], [64, 1]]);
  for (const { recalled, loss, gain } of grid) {
    assert.equal(recalled.estimate, 0);
    assert(Math.abs(loss - Math.log(257)) < 0.05);
    assert(Math.abs(gain.estimate) < 1e-2);
  }
  assert.deepEqual(grid, await needleTest(model, { ...how, contexts: [48, 64], depths: [0, 1] }));
});

Deno.test("needleTest() reads the loss of the key's tokens off the model's logits", async () => {
  const { checkpoint } = await train({
    config: smallestConfig({ context: 32 }),
    sources: [haystack],
    schedule: () => 1e-2,
    steps: 4,
    batch: 2,
    backend: "cpu",
  });
  // The needle fills the text: nothing is left to the haystack.
  const [result] = await needleTest(checkpoint, { ...how, prompt, contexts: [5], depths: [0], samples: 1 });
  const random = new Random("1/needle/5/0");
  const digit = () => `${random.int(10)}`;
  const key = digit() + digit();
  const text = Array.from(tokenizer.encode(`#${key}#${key}`));
  const logits = await logitsOf(checkpoint, text.slice(0, 5), { backend: "cpu" });
  const losses = [3, 4].map((at) => {
    const row = logits.subarray(at * 257, (at + 1) * 257);
    return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[text[at + 1]];
  });
  assert(Math.abs(result.loss - (losses[0] + losses[1]) / 2) < 1e-5);
});

Deno.test(
  `needleTest() finds the needles of a model that has learnt to copy ${NEEDS}`,
  needsTensorflow,
  async () => {
    // Only a look back tells which two digits come again.
    const random = new Random("copies");
    const documents = Array.from({ length: 4000 }, (_, i) => {
      const text = `#${random.int(10)}${random.int(10)}`.repeat(4);
      return { id: `${i}`, text, source: "copies", meta: {} };
    });
    const source = await packDocuments(documents, tokenizer);
    const config = llamaConfig("1M", { width: 32, layers: 1, heads: 2, feedForward: 64, context: 13 });
    const { checkpoint } = await train({
      config,
      sources: [source],
      schedule: () => 1e-2,
      steps: 200,
      batch: 32,
    });
    const options = {
      tokenizer,
      haystack: source,
      prompt,
      digits: 2,
      contexts: [5],
      depths: [0],
      samples: 20,
    };
    const [trained] = await needleTest(checkpoint, options);
    const [fresh] = await needleTest(initialCheckpoint(config, 1), options);
    assert(trained.gain.low > 4 && trained.recalled.low > 0.8, JSON.stringify(trained));
    assert(fresh.gain.high < 0.1);
  },
);

Deno.test("needleTest() names what does not fit", async () => {
  const model = initialCheckpoint(smallestConfig({ context: 64 }), 1);
  const refuses = (options: object, message: RegExp) =>
    assert.rejects(needleTest(model, { ...how, ...options }), message);
  await refuses({ contexts: [65] }, /from 1 to the model's 64 tokens: current value is 65/);
  await refuses({ contexts: [20] }, /needle and question have \d+ tokens: context 20 is too short/);
  await refuses({ depths: [1.5] }, /every depth must be in \[0, 1\]: current value is 1.5/);
  await refuses({ samples: 0 }, /samples must be a whole number >= 1: current value is 0/);
  await refuses(
    { prompt: { needle: "none", question: "KEY" } },
    /the needle must hold KEY: current value is "none"/,
  );
  await refuses({ prompt: { needle: "KEY", question: "KEY?" } }, /the question must end with KEY/);
  await refuses(
    { haystack: await grammar("short", 1) },
    /source short .* must hold context \+ 1 = 65 tokens/,
  );
});
