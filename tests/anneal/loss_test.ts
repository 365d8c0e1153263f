import assert from "node:assert/strict";
import { evaluateLoss, initialCheckpoint, logitsOf } from "../../lib/anneal/mod.ts";
import { grammar, NEEDS, needsTensorflow, tinyConfig } from "./_models.ts";

const source = await grammar("web");
const checkpoint = initialCheckpoint(tinyConfig(), 1);
const plain = { backend: "cpu" } as const;

Deno.test("evaluateLoss() of a model that knows nothing is ln V at every window and position", async () => {
  const weights = { ...checkpoint.weights, finalNorm: new Float32Array(16) };
  const { perWindow, perPosition, windows, tokens } = await evaluateLoss(
    { ...checkpoint, weights },
    source,
    plain,
  );
  assert.equal(windows, Math.floor((source.tokens.length - 1) / 16));
  assert.equal(tokens, windows * 16);
  for (const losses of [perWindow, perPosition]) {
    losses.forEach((loss) => assert(Math.abs(loss - Math.log(257)) < 1e-5));
  }
});

Deno.test("evaluateLoss() agrees with the logits, token by token", async () => {
  const { perWindow } = await evaluateLoss(checkpoint, source, plain);
  const tokens = source.tokens.subarray(16, 32);
  const targets = source.tokens.subarray(17, 33);
  const logits = await logitsOf(checkpoint, tokens, plain);
  let sum = 0;
  targets.forEach((target, t) => {
    const row = logits.subarray(t * 257, (t + 1) * 257);
    sum += Math.log(row.reduce((total, logit) => total + Math.exp(logit), 0)) - row[target];
  });
  assert(Math.abs(perWindow[1] - sum / 16) < 1e-5);
});

Deno.test("evaluateLoss() does not depend on the batch, also where the last one is short", async () => {
  const measure = (batch: number) => evaluateLoss(checkpoint, source, { ...plain, batch, windows: 7 });
  const one = await measure(1);
  const three = await measure(3);
  assert.equal(three.windows, 7);
  one.perWindow.forEach((loss, i) => assert(Math.abs(loss - three.perWindow[i]) < 1e-6));
  one.perPosition.forEach((loss, i) => assert(Math.abs(loss - three.perPosition[i]) < 1e-6));
});

Deno.test(
  `evaluateLoss() gives the same on every engine, documents masked or not ${NEEDS}`,
  needsTensorflow,
  async () => {
    for (const maskDocuments of [false, true]) {
      const expected = await evaluateLoss(checkpoint, source, { ...plain, maskDocuments });
      for (const engine of ["traced", "eager"] as const) {
        const { perWindow } = await evaluateLoss(checkpoint, source, { engine, maskDocuments });
        perWindow.forEach((loss, i) => assert(Math.abs(loss - expected.perWindow[i]) < 1e-5));
      }
    }
  },
);

Deno.test("logitsOf() looks only back", async () => {
  const one = await logitsOf(checkpoint, [1, 2, 3, 4], plain);
  const other = await logitsOf(checkpoint, [1, 2, 3, 200], plain);
  assert.deepEqual(one.subarray(0, 3 * 257), other.subarray(0, 3 * 257));
  assert.notDeepEqual(one.subarray(3 * 257), other.subarray(3 * 257));
});

Deno.test("evaluateLoss() and logitsOf() name what does not fit", async () => {
  await assert.rejects(
    evaluateLoss(checkpoint, source, { context: 17 }),
    /at most the model's 16 tokens: current value is 17/,
  );
  await assert.rejects(
    evaluateLoss(checkpoint, source, { windows: 0 }),
    /windows must be .*: current value is 0/,
  );
  const short = { ...source, tokens: source.tokens.subarray(0, 16) };
  await assert.rejects(evaluateLoss(checkpoint, short), /must hold context \+ 1 = 17 tokens: it holds 16/);
  await assert.rejects(logitsOf(checkpoint, []), /must hold 1 to 16 ids: there are 0/);
  await assert.rejects(logitsOf(checkpoint, [1, 257]), /\[0, 257\): token 1 is 257/);
  await assert.rejects(logitsOf(checkpoint, [-1]), /token 0 is -1/);
  await assert.rejects(logitsOf(checkpoint, [1, 1.5]), /must be whole numbers .*: token 1 is 1\.5/);
  await assert.rejects(logitsOf(checkpoint, [NaN]), /token 0 is NaN/);
});
