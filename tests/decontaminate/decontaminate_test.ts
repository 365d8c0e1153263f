import assert from "node:assert/strict";
import type { Drop } from "../../lib/data/mod.ts";
import { buildIndex, decontaminate, findContamination } from "../../lib/decontaminate/mod.ts";
import { hosts, items, prose } from "./_made.ts";

Deno.test("decontaminate() drops what holds an item with its reason, and keeps the rest as it was", async () => {
  const dirty = { ...hosts[0], id: "dirty", text: `${hosts[0].text} ${items[0].question}` };
  const drops: Drop[] = [];
  const kept = await Array.fromAsync(
    decontaminate([hosts[1], dirty], buildIndex(items), { onDrop: (drop) => drops.push(drop) }),
  );
  assert.deepEqual(kept, [hosts[1]]);
  assert.deepEqual(drops.map(({ id }) => id), ["dirty"]);
});

Deno.test("decontaminate() cuts every match with its margin, wherever it stands, and counts the stretches", async () => {
  const index = buildIndex(items);
  const [first, second] = items;
  const filler = prose(900, 200);
  const cut = async (...pieces: string[]) => {
    const document = { ...hosts[0], text: pieces.join("\n") };
    const drops: Drop[] = [];
    const onDrop = (drop: Drop) => drops.push(drop);
    const [kept] = await Array.fromAsync(decontaminate([document], index, { action: "cut", onDrop }));
    if (kept) {
      assert.deepEqual(findContamination(kept.text, index), []);
      for (const line of kept.text.split("\n")) assert(document.text.includes(line));
    }
    return { stretches: kept?.meta.decontaminated, characters: kept?.text.length ?? 0, drops: drops.length };
  };
  const { length } = filler;
  const near = (characters: number, whole: number) => characters > whole - 30 && characters <= whole;
  const atStart = await cut(first.question, filler, second.question, filler);
  assert.equal(atStart.stretches, 2);
  assert(near(atStart.characters, 2 * length - 600), `${atStart.characters} of ${length}`);
  const alone = await cut("Now:", first.question, filler);
  assert.equal(alone.stretches, 1);
  assert(near(alone.characters, length - 200));
  const atEnd = await cut(filler, first.question);
  assert.equal(atEnd.stretches, 1);
  assert(near(atEnd.characters, length - 200));
  const together = await cut(filler, first.question, "and", second.question, filler);
  assert.equal(together.stretches, 1);
  assert.deepEqual(await cut("Now:", first.question), { stretches: undefined, characters: 0, drops: 1 });
});

Deno.test("decontaminate() lets a document go that would be cut into more than ten pieces", async () => {
  const index = buildIndex(items);
  const drops: Drop[] = [];
  const text = items.slice(0, 11).map(({ question }, k) => `${prose(700 + k, 120)}\n${question}`).join("\n");
  const document = { ...hosts[0], text };
  const onDrop = (drop: Drop) => drops.push(drop);
  const options = { action: "cut", onDrop } as const;
  assert.deepEqual(await Array.fromAsync(decontaminate([document], index, options)), []);
  assert.equal(drops.length, 1);
  const shorter = { ...document, text: text.slice(text.indexOf(items[0].question)) };
  const [kept] = await Array.fromAsync(decontaminate([shorter], index, options));
  assert.deepEqual([kept.meta.decontaminated, kept.text.split("\n").length], [11, 10]);
});

Deno.test("decontaminate() refuses another action", async () => {
  const run = Array.fromAsync(decontaminate(hosts, buildIndex(items), { action: "hide" as never }));
  await assert.rejects(run, {
    name: "RangeError",
    message: 'Cannot decontaminate as action must be "remove" or "cut": current value is hide',
  });
});
