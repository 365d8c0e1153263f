import assert from "node:assert/strict";
import { mobyDick } from "../../lib/sets/mod.ts";

Deno.test("mobyDick gives the 135 chapters in the order of the book", async () => {
  const all = await Array.fromAsync(mobyDick.read());
  assert.deepEqual(all.map(({ meta }) => meta.chapter), Array.from({ length: 135 }, (_, i) => i + 1));
  assert.equal(all.at(-1)!.meta.title, "The Chase.—Third Day");
});
