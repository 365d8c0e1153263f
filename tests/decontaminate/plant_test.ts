import assert from "node:assert/strict";
import { plant } from "../../lib/decontaminate/mod.ts";
import { hosts, items } from "./_made.ts";

Deno.test("plant() puts each copy where it says, one a host, the same ones for a seed", () => {
  const { documents, planted } = plant(items, hosts, { kinds: ["exact", "partial"], seed: 2 });
  assert.equal(new Set(planted.map(({ document }) => document)).size, 2 * items.length);
  for (const { document, item, kind, start, end } of planted) {
    const copy = documents.find(({ id }) => id === document)!.text.slice(start, end);
    const { question } = items.find(({ id }) => id === item)!;
    assert(kind === "exact" ? copy === question : question.includes(copy));
  }
  assert.deepEqual(plant(items, hosts, { kinds: ["exact", "partial"], seed: 2 }), { documents, planted });
});

Deno.test("plant() refuses an unknown kind, a question without a word, and too few hosts", () => {
  assert.throws(() => plant(items, hosts, { kinds: ["exact", "hidden" as never] }), {
    name: "RangeError",
    message:
      "Cannot plant as a kind must be one of exact, edited, reordered, partial: current value is hidden",
  });
  assert.throws(() => plant([{ ...items[0], question: " " }], hosts), { message: /item0 has none/ });
  assert.throws(() => plant(items, hosts.slice(1, 3)), { message: /each of the 60 copies.*2 hosts/ });
});

Deno.test("plant() puts written copies beside its own, and refuses those of no item", () => {
  const written = [{ item: "item0", kind: "translated" as const, text: "Eine ganz andere Frage" }];
  const { documents, planted } = plant(items, hosts, { kinds: ["exact"], written });
  assert.equal(planted.length, items.length + 1);
  const { document, item, kind, start, end } = planted.at(-1)!;
  assert.deepEqual([item, kind], ["item0", "translated"]);
  assert.equal(documents.find(({ id }) => id === document)!.text.slice(start, end), written[0].text);
  assert.throws(() => plant(items, hosts, { kinds: [], written: [{ ...written[0], item: "item99" }] }), {
    message: "Cannot plant as a written copy must be of one of the items: item99 is none",
  });
  assert.throws(() => plant(items, hosts, { written: [{ ...written[0], kind: "sung" as never }] }), {
    message:
      "Cannot plant as the kind of a written copy must be one of rephrased, translated: current value is sung",
  });
});
