import assert from "node:assert/strict";
import { collectMails, type MailGroup, novel, speeches } from "../../lib/collect/mod.ts";
import type { Document, Drop } from "../../lib/data/mod.ts";

Deno.test("collectMails() gives each mail of a group or says why not", async () => {
  const drops: Drop[] = [];
  const options = { groups: ["spam-1"] as MailGroup[], onDrop: (drop: Drop) => drops.push(drop) };
  const mails = await Array.fromAsync(collectMails(options));
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

Deno.test("collectMails() draws the same sample for a seed, another for another, in the order of the files", async () => {
  const draw = async (seed: number) =>
    (await Array.fromAsync(collectMails({ limit: 20, seed }))).map(({ id }: Document) => id);
  assert.deepEqual(await draw(1), await draw(1));
  assert.notDeepEqual(await draw(1), await draw(2));
  const order = (await Array.fromAsync(collectMails({ limit: 50 }))).map(({ source }) => source);
  assert.deepEqual(order, [...order].sort());
  assert.deepEqual(await Array.fromAsync(collectMails({ limit: 0 })), []);
});

Deno.test("collectMails() refuses unknown groups and limits below 0", async () => {
  await assert.rejects(Array.fromAsync(collectMails({ groups: ["ham" as MailGroup] })), {
    name: "RangeError",
    message: /easy-ham-1.*current value is ham/,
  });
  await assert.rejects(Array.fromAsync(collectMails({ limit: NaN })), { name: "RangeError" });
});

Deno.test("speeches() gives the addresses in order of time", async () => {
  const all = await Array.fromAsync(speeches());
  const years = all.map(({ meta }) => meta.year as number);
  assert.equal(all.length, 233);
  assert.deepEqual(years, years.toSorted((a, b) => a - b));
  assert(all.every(({ text }) => text.split(/\s+/).length > 500));
});

Deno.test("novel() gives the 135 chapters in the order of the book", async () => {
  const all = await Array.fromAsync(novel());
  assert.deepEqual(all.map(({ meta }) => meta.chapter), Array.from({ length: 135 }, (_, i) => i + 1));
  assert.equal(all.at(-1)!.meta.title, "The Chase.—Third Day");
});
