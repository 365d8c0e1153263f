import assert from "node:assert/strict";
import { wantedOf } from "../../lib/task/setup.ts";

const none = { gpu: false, cpu: false, only: [] };

Deno.test("setup takes everything by default, and what --only names", () => {
  assert.deepEqual(wantedOf(none), { names: ["tensorflow", "smollm2", "minilm", "lightgbm"] });
  assert.deepEqual(wantedOf({ ...none, only: ["minilm", "lightgbm"] }), { names: ["minilm", "lightgbm"] });
  assert.deepEqual(wantedOf({ ...none, only: ["tensorflow"], gpu: true }), {
    names: ["tensorflow"],
    variant: "gpu",
  });
});

Deno.test("setup refuses what cannot be, with what is allowed", () => {
  assert.throws(
    () => wantedOf({ ...none, only: ["torch"] }),
    /^RangeError: .*--only must be one of tensorflow, .*: current value is torch$/,
  );
  assert.throws(() => wantedOf({ ...none, gpu: true, cpu: true }), /^RangeError: .*only one of/);
});
