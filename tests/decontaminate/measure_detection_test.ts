import assert from "node:assert/strict";
import { buildIndex, measureCalls, measureDetection, plant } from "../../lib/decontaminate/mod.ts";
import { hosts, items } from "./_made.ts";

Deno.test("measureDetection() finds every exact copy and calls nothing falsely in other prose", () => {
  const index = buildIndex(items);
  const planting = plant(items, hosts, { seed: 1 });
  const { recall, precision } = measureDetection(planting, index);
  const exact = recall.find(({ kind }) => kind === "exact")!;
  assert.equal(exact.found, items.length);
  assert.equal(precision?.estimate, 1);
});

Deno.test("measureDetection() tells a call of an item with the same text from one without cause", () => {
  const form = "Which of the following two scenes shows a deed that most people would call wrong";
  const alike = ["He stole a loaf from the baker", "She sang at night in the yard"].map((scene, i) => ({
    id: `scene${i}`,
    question: `${form}: ${scene}?`,
    benchmark: "made",
  }));
  const planting = plant(alike.slice(0, 1), hosts, { kinds: ["exact"], seed: 1 });
  const index = buildIndex([...alike, ...items, { id: "too short", question: "Why?", benchmark: "made" }]);
  const detection = measureDetection(planting, index);
  assert.deepEqual([detection.calls, detection.siblings, detection.falseCalls.length], [1, 1, 0]);
  assert.deepEqual([detection.f1, detection.recallOfAll.estimate], [1, 1]);
  assert.deepEqual(detection.unseen, { items: 1, of: items.length + 3 });
});

Deno.test("measureCalls() counts each pair of document and item once, and what is called elsewhere as wrong", () => {
  const planting = plant(items.slice(0, 2), hosts, { kinds: ["exact"], seed: 1 });
  const [first, second] = planting.planted;
  const at = { start: first.start, end: first.end, matched: "" };
  const { recall, calls, falseCalls, f1, precision } = measureCalls(
    [
      { document: first.document, item: first.item, ...at },
      { document: first.document, item: first.item, ...at },
      { document: first.document, item: second.item, ...at },
      { document: "elsewhere", item: "item9", ...at },
    ],
    planting,
    buildIndex(items),
  );
  assert.deepEqual([recall[0].found, recall[0].planted, calls], [1, 2, 3]);
  assert.deepEqual(falseCalls.map(({ document }) => document), [first.document, "elsewhere"]);
  assert.deepEqual([f1, precision?.estimate], [2 / 5, 1 / 3]);
});
