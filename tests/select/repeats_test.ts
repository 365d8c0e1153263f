import assert from "node:assert/strict";
import { descriptionOf, Random } from "../../lib/base/mod.ts";
import type { Document, Drop } from "../../lib/data/mod.ts";
import {
  removeExactDuplicates,
  removeRepeatedLines,
  removeRepeatedPassages,
  type RepeatReport,
} from "../../lib/select/mod.ts";
import { Counts } from "../../lib/select/_counts.ts";

const documents = (...texts: string[]): Document[] =>
  texts.map((text, i) => ({ id: `d${i}`, text, source: "made", meta: {} }));
const texts = async (documents: AsyncIterable<Document>) =>
  (await Array.fromAsync(documents)).map(({ text }) => text);

Deno.test("removeExactDuplicates() compares texts, words or ids, within and against", async () => {
  const made = documents("One two.", "one two", "One two.", "", "", "Three.");
  const gone: Drop[] = [];
  const onDrop = (drop: Drop) => gone.push(drop);
  assert.deepEqual(await texts(removeExactDuplicates(made, { onDrop })), [
    "One two.",
    "one two",
    "",
    "Three.",
  ]);
  assert.deepEqual(gone.map(({ id, reason }) => `${id} ${reason}`), ["d2 same text", "d4 same text"]);
  assert.deepEqual(await texts(removeExactDuplicates(made, { by: "words" })), ["One two.", "", "Three."]);
  assert.equal(
    (await texts(removeExactDuplicates(made, { by: "id", against: documents("a", "b") }))).length,
    4,
  );
  const against = documents("ONE, two!");
  assert.deepEqual(await texts(removeExactDuplicates(made, { by: "words", against })), ["", "Three."]);
});

Deno.test("removeExactDuplicates() by words reads texts longer than any before", async () => {
  const long = Array.from({ length: 5000 }, (_, i) => `w${i}`);
  const made = documents("One.", long.join(" "), long.join("\n"), long.with(4999, "other").join(" "));
  assert.equal((await texts(removeExactDuplicates(made, { by: "words" }))).length, 3);
});

Deno.test("a table of counts holds what a Map holds, however often it grows", () => {
  const random = new Random("counts");
  const counts = new Counts(2);
  const map = new Map<string, number>();
  const keys = Array.from({ length: 20000 }, () => new Uint32Array([random.int(90), random.int(90)]));
  for (const key of keys) {
    map.set(`${key}`, (map.get(`${key}`) ?? 0) + 1);
    assert.equal(counts.add(key), map.get(`${key}`));
  }
  assert.equal(counts.size, map.size);
  for (const key of keys) assert.equal(counts.get(key), map.get(`${key}`));
  assert.equal(counts.get(new Uint32Array([91, 0])), 0);
});

Deno.test("removeRepeatedLines() cuts lines, paragraphs, all copies or all but the first, from so many on", async () => {
  const made = documents(
    "Menu | Home\nThe whale swam.\n\nAll rights reserved.",
    "menu: home\r\nThe ship sank.\n\nAll rights reserved.\n",
    "All rights reserved.",
  );
  const reports: RepeatReport[] = [];
  const gone: string[] = [];
  const options = {
    onReport: (report: RepeatReport) => reports.push(report),
    onDrop: ({ id }: Drop) => gone.push(id),
  };
  assert.deepEqual(await texts(removeRepeatedLines(made, options)), [made[0].text, "The ship sank.\n\n"]);
  assert.deepEqual(gone, ["d2"]);
  const [report] = reports;
  assert.deepEqual([report.documents, report.changed, report.removed, report.parts], [3, 2, 1, 3]);
  assert.deepEqual(report.examples[0], { text: "All rights reserved.", copies: 3, id: "d1" });
  assert.equal(descriptionOf(report)?.length, 2);
  assert.deepEqual(await texts(removeRepeatedLines(made, { keep: "none", copies: 3 })), [
    "Menu | Home\nThe whale swam.\n\n",
    "menu: home\r\nThe ship sank.\n\n",
  ]);
  assert.deepEqual(await texts(removeRepeatedLines(made, { minWords: 4 })), made.map(({ text }) => text));
  assert.deepEqual(await texts(removeRepeatedLines(made, { unit: "paragraph" })), [
    made[0].text,
    "menu: home\r\nThe ship sank.\n\n",
  ]);
  const flagged = await Array.fromAsync(removeRepeatedLines(Iterator.from(made), { action: "flag" }));
  assert.deepEqual(flagged.map(({ text }) => text), made.map(({ text }) => text));
  const spans = flagged.map(({ text, meta }) =>
    ((meta.repeated ?? []) as number[][]).map(([start, end]) => text.slice(start, end))
  );
  assert.deepEqual(spans, [[], ["menu: home\r\n", "All rights reserved.\n"], ["All rights reserved."]]);
});

Deno.test("removeRepeatedPassages() finds just what comparing every passage with every other finds", async () => {
  const random = new Random("passages");
  for (const words of [2, 5, 8, 13]) {
    const pool = Array.from({ length: 40 }, () => `p${random.int(25)}`);
    const made = documents(...Array.from({ length: 30 }, () => {
      const own = () => Array.from({ length: random.int(12) }, () => `o${random.int(1e6)}`);
      const start = random.int(40);
      return [...own(), ...pool.slice(start, start + random.int(20)), ...own()].join(" ");
    }));
    const counts = new Map<string, number>();
    const passages = (text: string) => {
      const list = text === "" ? [] : text.split(" ");
      return list.slice(words - 1).map((_, at) => list.slice(at, at + words).join(" "));
    };
    for (const { text } of made) {
      for (const passage of passages(text)) counts.set(passage, (counts.get(passage) ?? 0) + 1);
    }
    let repeated = 0;
    const flagged = await Array.fromAsync(
      removeRepeatedPassages(made, { words, keep: "none", action: "flag" }),
    );
    for (const { text, meta } of flagged) {
      const expected = new Set<number>();
      for (const [at, passage] of passages(text).entries()) {
        for (let i = 0; counts.get(passage)! > 1 && i < words; i++) expected.add(at + i);
      }
      const found = new Set<number>();
      for (const [start, end] of (meta.repeated ?? []) as number[][]) {
        const before = text.slice(0, start).split(" ").length - 1;
        text.slice(start, end).trim().split(" ").forEach((_, i) => found.add(before + i));
      }
      assert.deepEqual([...found], [...expected].sort((a, b) => a - b));
      repeated += found.size;
    }
    assert.ok(repeated > 0 || words === 13, `${words}`);
    // With the first copies kept, nothing is found a second time.
    const kept = await Array.fromAsync(removeRepeatedPassages(made, { words }));
    const [first] = kept;
    assert.equal(first.text, made.find(({ id }) => id === first.id)!.text);
  }
});

Deno.test("a row of one word keeps its first passage, and a passage is cut with what stands behind it", async () => {
  const row = Array.from({ length: 12 }, () => "la").join(" ");
  assert.deepEqual(await texts(removeRepeatedPassages(documents(row), { words: 4 })), ["la la la la "]);
  const made = documents(
    "A long road, a high hill; and home.",
    "A LONG road a high hill. The end.",
    "a long road a high hill",
  );
  assert.deepEqual(await texts(removeRepeatedPassages(made, { words: 6 })), [made[0].text, "The end."]);
});
