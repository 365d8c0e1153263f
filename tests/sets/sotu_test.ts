import assert from "node:assert/strict";
import { sotu } from "../../lib/sets/mod.ts";

Deno.test("sotu gives the addresses in order of time", async () => {
  const all = await Array.fromAsync(sotu.read());
  const years = all.map(({ meta }) => meta.year as number);
  assert.equal(all.length, 233);
  assert.deepEqual(years, years.toSorted((a, b) => a - b));
  assert(all.every(({ text }) => text.split(/\s+/).length > 500));
  assert.equal(all[0].meta.speaker, "George Washington");
  assert.match(all[0].text, /^Fellow-Citizens/);
});
