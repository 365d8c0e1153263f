import assert from "node:assert/strict";
import type { Document, Drop } from "../../lib/data/mod.ts";
import { type MailGroup, spamAssassin } from "../../lib/sets/mod.ts";

Deno.test("spamAssassin gives each mail of a group or says why not", async () => {
  const drops: Drop[] = [];
  const options = { groups: ["spam-1"] as MailGroup[], onDrop: (drop: Drop) => drops.push(drop) };
  const mails = await Array.fromAsync(spamAssassin.read(options));
  assert.equal(mails.length + drops.length, 500);
  assert(drops.length > 0 && drops.length < 20);
  assert(
    mails.every(({ text, meta, source }) =>
      text.trim() !== "" && text.isWellFormed() && meta.label === "spam" && source === "spam-assassin/spam-1"
    ),
  );
  assert(mails.filter(({ meta }) => meta.hadHtml).length > 150);
  assert.equal(new Set(mails.map(({ id }) => id)).size, mails.length);
});

Deno.test("spamAssassin draws the same sample for a seed, another for another, in the order of the files", async () => {
  const draw = async (seed: number) =>
    (await Array.fromAsync(spamAssassin.read({ limit: 20, seed }))).map(({ id }: Document) => id);
  assert.deepEqual(await draw(1), await draw(1));
  assert.notDeepEqual(await draw(1), await draw(2));
  const order = (await Array.fromAsync(spamAssassin.read({ limit: 50 }))).map(({ source }) => source);
  assert.deepEqual(order, [...order].sort());
  assert.deepEqual(await Array.fromAsync(spamAssassin.read({ limit: 0 })), []);
});

Deno.test("spamAssassin refuses unknown groups and limits below 0", async () => {
  await assert.rejects(Array.fromAsync(spamAssassin.read({ groups: ["ham" as MailGroup] })), {
    name: "RangeError",
    message: /easy-ham-1.*current value is ham/,
  });
  await assert.rejects(Array.fromAsync(spamAssassin.read({ limit: NaN })), { name: "RangeError" });
});
