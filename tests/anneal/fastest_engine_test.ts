import assert from "node:assert/strict";
import { fastestEngine } from "../../lib/anneal/mod.ts";
import { NEEDS, needsTensorflow, smallestConfig } from "./_models.ts";

Deno.test(
  `fastestEngine() takes the engine of the shortest step and says what it saw ${NEEDS}`,
  needsTensorflow,
  async () => {
    const engines = ["eager", "traced"] as const;
    const options = { engines, batch: 2, context: 8 };
    const found = await fastestEngine(smallestConfig(), options);
    const { engine, milliseconds, firstStepSeconds } = found;
    assert.deepEqual(Object.keys(milliseconds), engines);
    assert.equal(milliseconds[engine], Math.min(...engines.map((name) => milliseconds[name]!)));
    assert.deepEqual(Object.keys(firstStepSeconds), engines);
    assert.match(
      `${found}`,
      new RegExp(`^The fastest engine is ${engine}: eager [\\d.]+ ms a step .*, traced [\\d.]+ ms`),
    );
  },
);

Deno.test("fastestEngine() without TensorFlow has one choice, and refuses none", async () => {
  const options = { batch: 1, context: 4, backend: "cpu" } as const;
  assert.equal((await fastestEngine(smallestConfig(), options)).engine, "reference");
  await assert.rejects(
    fastestEngine(smallestConfig(), { ...options, engines: [] }),
    /engines must hold one or more: there is none/,
  );
});
