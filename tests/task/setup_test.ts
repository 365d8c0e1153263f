import assert from "node:assert/strict";
import { wantedOf } from "../../lib/task/setup.ts";

Deno.test("setup takes everything by default, and what --only names", () => {
  assert.deepEqual(wantedOf([]), { names: ["tensorflow", "smollm2", "minilm", "lightgbm"] });
  assert.deepEqual(wantedOf(["--only", "minilm", "--only=lightgbm"]), { names: ["minilm", "lightgbm"] });
  assert.deepEqual(wantedOf(["--only", "tensorflow", "--gpu"]), { names: ["tensorflow"], variant: "gpu" });
  assert.equal(wantedOf(["-h"]), "help");
});

Deno.test("setup refuses unknown words with what is allowed", () => {
  assert.throws(
    () => wantedOf(["--only", "torch"]),
    /^RangeError: .*one of tensorflow, .*: current value is torch$/,
  );
  assert.throws(() => wantedOf(["--fast"]), /^RangeError: .*current value is --fast$/);
  assert.throws(() => wantedOf(["minilm"]), /^RangeError: .*current value is minilm$/);
  assert.throws(() => wantedOf(["--gpu", "--cpu"]), /^RangeError: .*only one of/);
});
