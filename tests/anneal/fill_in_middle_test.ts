import assert from "node:assert/strict";
import { byteTokenizer, fillInMiddle, type FillInMiddleOptions } from "../../lib/anneal/mod.ts";

const marks = { prefix: "~", suffix: "@", middle: "#" };
const options: FillInMiddleOptions = { tokenizer: byteTokenizer(), ...marks };
const documents = Array.from({ length: 400 }, (_, i) => ({
  ...{ id: `${i}`, source: "code", meta: { i } },
  text: `const x${i} = "🙂 ${i}"; // ünïcode`,
}));

function gaps(changes: Partial<FillInMiddleOptions> = {}, given = documents) {
  return Array.fromAsync(fillInMiddle(given, { ...options, ...changes }));
}

/** The text of before, by whichever order it was written in. */
function restored(text: string): { text: string; spm: boolean } {
  if (text.startsWith("~@")) {
    const [, suffix, rest] = /^~@([^]*)#([^]*)$/u.exec(text)!;
    return { text: rest + suffix, spm: true };
  }
  const [, prefix, suffix, middle] = /^~([^]*)@([^]*)#([^]*)$/u.exec(text)!;
  return { text: prefix + middle + suffix, spm: false };
}

Deno.test("fillInMiddle() rewrites the share asked for, half of it suffix first, and loses no character", async () => {
  const made = await gaps({ rate: 0.6 });
  const rewritten = made.filter(({ text }) => text.includes("#"));
  assert(Math.abs(rewritten.length / 400 - 0.6) < 0.08, `${rewritten.length}`);
  const spm = rewritten.filter(({ meta }) => meta.fillInMiddle === "spm").length;
  assert(Math.abs(spm / rewritten.length - 0.5) < 0.1, `${spm} of ${rewritten.length}`);
  for (const { id, text, meta } of rewritten) {
    assert.equal(restored(text).text, documents[Number(id)].text);
    assert(text.isWellFormed(), "no character is cut");
    assert.equal(meta.i, Number(id));
  }
  const [all, none] = [await gaps({ rate: 1, suffixFirst: 1 }), await gaps({ rate: 0 })];
  assert(all.every(({ text }) => restored(text).spm));
  assert.deepEqual(none, documents);
});

Deno.test("fillInMiddle() draws by seed and id, not by order", async () => {
  const [once, again, other] = [
    await gaps(),
    await gaps({}, documents.toReversed()),
    await gaps({ seed: 2 }),
  ];
  assert.deepEqual(once, again.toReversed());
  assert.notDeepEqual(once, other);
});

Deno.test("fillInMiddle() leaves what holds a mark, and refuses marks that are no token and moved answers", async () => {
  const marked = [{ id: "m", text: "a@b", source: "s", meta: { i: 0 } }];
  assert.deepEqual(await gaps({ rate: 1 }, marked), marked);
  await assert.rejects(gaps({ suffix: "<SUF>" }), {
    name: "RangeError",
    message:
      "Cannot make gaps to fill as suffix must be one token of bytes: current value is <SUF>, which is 5",
  });
  await assert.rejects(gaps({ suffix: "~" }), /prefix, suffix and middle must differ/);
  const answered = [{ id: "a", text: "abc", source: "s", meta: { i: 0, responses: [[0, 1]] } }];
  await assert.rejects(
    gaps({ rate: 1 }, answered),
    /document a as its responses must not be marked by place/,
  );
});
