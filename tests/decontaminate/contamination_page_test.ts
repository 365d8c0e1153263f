import assert from "node:assert/strict";
import { htmlToText } from "../../lib/collect/mod.ts";
import {
  buildIndex,
  contaminationPage,
  findContamination,
  type FoundIn,
  measureDetection,
  plant,
} from "../../lib/decontaminate/mod.ts";
import { hosts, items, prose } from "./_made.ts";

const hostile =
  `</p><script>alert(1)</script><img src=x onerror=alert(2)> "' &amp; \u202egnp.exe\u0007 \ud800`;

function found(
  text: string,
  own = items,
  id = "d1",
): { list: FoundIn[]; index: ReturnType<typeof buildIndex> } {
  const index = buildIndex(own);
  return { list: findContamination(text, index).map((call) => ({ call, document: { id, text } })), index };
}

Deno.test("contaminationPage() marks on both sides the words that both have, and those alone", () => {
  const own = "Which of the nine planets is nearest to the sun?";
  const text = `Before. Which of the nine planets lies nearest to the sun? Behind.`;
  const { list, index } = found(text, [{ id: "q1", question: own, answer: "Mercury", benchmark: "own" }]);
  const html = contaminationPage(list, index);
  const marks = [...html.matchAll(/<mark>(.*?)<\/mark>/g)].map(([, inner]) => inner);
  const both = ["Which of the nine planets", "nearest to the sun"];
  assert.deepEqual(marks, [...both, ...both]);
  assert.match(html, /Calls: 1, of 1 of 1 items; documents: 1\. Items that no rule can see: 0/);
  assert.match(html, /characters 8 to 57<\/h3>/);
  assert.match(html, /<p class="answer">Mercury<\/p>/);
});

Deno.test("contaminationPage() escapes what documents, items and names say, and asks for nothing", async () => {
  const question = `${items[0].question} ${hostile}`;
  const own = [{ id: hostile, question, answer: hostile, benchmark: hostile }];
  const { list, index } = found(`${hostile} ${question} ${hostile}`, own, hostile);
  const html = contaminationPage(list, index, { title: hostile });
  assert.equal(list.length, 1);
  assert.doesNotMatch(html, /<script|<img|onerror=alert\(2\)>|https?:|\u202e|(?!\n)\p{Cc}/u);
  assert.match(html, /default-src 'none'/);
  assert(html.isWellFormed());
  assert.match((await htmlToText(html, { keep: "all" })).text, /<script>alert\(1\)<\/script>/);
});

Deno.test("contaminationPage() shows the first calls and says how many there are, and the detector's own recall", () => {
  const index = buildIndex(items);
  const planting = plant(items, hosts, { seed: 1 });
  const list = planting.documents.flatMap((document) =>
    findContamination(document.text, index).map((call) => ({ call, document }))
  );
  const html = contaminationPage(list, index, {
    limit: 2,
    detection: measureDetection(planting, index),
    context: 10,
  });
  assert.equal(html.match(/<article>/g)!.length, 2);
  assert.match(html, new RegExp(`Calls: ${list.length}, .*The first 2 are shown\\.`));
  assert.match(html, /<td>exact<\/td><td>15 of 15<\/td>/);
  assert.match(html, /precision 1\.00/);
  assert.doesNotMatch(html, new RegExp(prose(100, 20)));
});

Deno.test("contaminationPage() of nothing is a page that says so, and an item of another index is refused", () => {
  const { list, index } = found(items[0].question);
  assert.match(contaminationPage([], index), /Calls: 0, of 0 of 15 items; documents: 0/);
  assert.throws(() => contaminationPage(list, buildIndex(items.slice(1))), {
    name: "RangeError",
    message: 'Cannot write a page of contamination as each item must be in the index: "item0" is not',
  });
});
