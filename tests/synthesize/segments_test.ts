import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { segments } from "../../lib/synthesize/mod.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;

Deno.test("segments() cuts at paragraphs, then sentences, then words, then letters", () => {
  assert.deepEqual(segments("aaaa bbbb.\n\ncccc dddd.", { maxTokens: 3 }), ["aaaa bbbb.", "cccc dddd."]);
  assert.deepEqual(segments("Aaaa bbbb. Cccc dddd.", { maxTokens: 3 }), ["Aaaa bbbb.", "Cccc dddd."]);
  assert.deepEqual(segments("aaaa bbbb cccc dddd", { maxTokens: 3 }), ["aaaa bbbb", "cccc dddd"]);
  assert.deepEqual(segments("aaaabbbbcccc", { maxTokens: 1 }), ["aaaa", "bbbb", "cccc"]);
  assert.deepEqual(segments("鯨は海に住む", { maxTokens: 1 }), ["鯨", "は", "海", "に", "住", "む"]);
});

Deno.test("segments() of an empty page are none, of a short one the page itself", () => {
  assert.deepEqual(segments(" \n\n "), []);
  assert.deepEqual(segments("one line\n\nand another"), ["one line\n\nand another"]);
});

Deno.test("segments() keep the limit and every letter of any page", () => {
  const random = new Random("segments");
  for (let i = 0; i < 200; i++) {
    const page = Array.from(
      { length: random.int(300) },
      () =>
        random.pick(["a", "word", "é", "鯨", "🐋", " ", " ", ". ", "\n", "\n\n", "longer-word-than-most"]),
    ).join("");
    const maxTokens = 1 + random.int(20);
    const pieces = segments(page, { maxTokens });
    for (const piece of pieces) assert(bytes(piece) <= Math.max(4 * maxTokens, 4) && piece.trim() === piece);
    assert.equal(pieces.join("").replace(/\s/g, ""), page.replace(/\s/g, ""));
  }
});

Deno.test("segments() of one line of a megabyte take no longer than it takes to read", () => {
  assert.equal(segments("x".repeat(1 << 20), { maxTokens: 256 }).length, 1024);
  assert(segments("word ".repeat(200_000), { maxTokens: 256 }).length > 900);
});

Deno.test("segments() refuses a limit that is none", () => {
  assert.throws(
    () => segments("a", { maxTokens: 0 }),
    /maxTokens must be a whole number >= 1: current value is 0/,
  );
});

Deno.test("segments() put no space where Chinese and Thai write none, and cut at words before letters", () => {
  const page = "蓝鲸是已知最大的动物。它主要以南极磷虾为食。一九六七年禁止捕猎蓝鲸。";
  assert.equal(segments(page, { maxTokens: 300 }).join(""), page);
  assert.deepEqual(segments(page, { maxTokens: 18 }), [
    "蓝鲸是已知最大的动物。它主要以南极磷虾为食。",
    "一九六七年禁止捕猎蓝鲸。",
  ]);
  const words = segments("วาฬสีน้ำเงินเป็นสัตว์ที่ใหญ่ที่สุด", { maxTokens: 10 });
  assert.deepEqual(words, ["วาฬสีน้ำเงิน", "เป็นสัตว์ที่", "ใหญ่ที่สุด"]);
});
