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
