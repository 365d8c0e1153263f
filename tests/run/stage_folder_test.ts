import assert from "node:assert/strict";
import { differences, stageFolder } from "../../lib/run/mod.ts";

const identity = {
  inputs: [{ name: "a", bytes: 3 }],
  parameters: { least: 2, rules: ["c4"] },
  code: "rules@1",
};

Deno.test("stageFolder() depends on every part, and not on the order of members", () => {
  const folder = stageFolder("good", identity);
  const same = {
    code: "rules@1",
    parameters: { rules: ["c4"], least: 2 },
    inputs: [{ bytes: 3, name: "a" }],
  };
  assert.equal(stageFolder("good", same), folder);
  const others = [
    { ...identity, code: "rules@2" },
    { ...identity, inputs: [{ name: "a", bytes: 4 }] },
    { ...identity, parameters: { least: 2, rules: ["c4", "fineweb"] } },
    { ...identity, parameters: { least: "2", rules: ["c4"] } },
  ].map((other) => stageFolder("good", other));
  assert.equal(new Set([folder, ...others]).size, 5);
});

Deno.test("stageFolder() refuses what is no file's name and what lacks a part", () => {
  assert.throws(() => stageFolder("../x", identity), {
    message:
      "Cannot name a stage's folder as name must be letters, digits, points, dashes and underscores: current value is ../x",
  });
  assert.throws(
    () => stageFolder("good", { inputs: [], parameters: {} } as never),
    { message: "Cannot name a stage's folder as code must be given: it is not" },
  );
});

Deno.test("differences() names what changed, what came and what went", () => {
  const now = { inputs: [{ name: "a", bytes: 4 }], parameters: { least: 2 }, code: "rules@1", seed: null };
  assert.deepEqual(differences(identity, now), [
    "inputs.0.bytes is 4, was 3",
    'parameters.rules is not given, was ["c4"]',
    "seed is null, was not given",
  ]);
  assert.deepEqual(differences(identity, identity), []);
});
