import assert from "node:assert/strict";
import { keepFreedMemory } from "../../lib/native/mod.ts";

const glibc = Deno.build.target.endsWith("linux-gnu");

Deno.test({
  name: "keepFreedMemory() sets glibc's malloc, as often as it is asked (needs glibc)",
  ignore: !glibc,
  fn: () => assert.deepEqual([keepFreedMemory(), keepFreedMemory()], [true, true]),
});
