import assert from "node:assert/strict";
import { signTest } from "../../lib/base/mod.ts";
import { compareProportions } from "../../lib/mix/mod.ts";
import { publishedTables, readOlmo2Microanneals } from "../../lib/sets/mod.ts";

const of200 = (label: string, successes: number) => ({ label, successes, trials: 200 });

Deno.test("compareProportions() bounds McNemar's test by what totals allow", () => {
  const [row] = compareProportions([of200("a", 120), of200("b", 130)]);
  assert.equal(row.paired.least, signTest(10, 0));
  // b alone at most 80 of the items that a misses, so a alone at most 70.
  assert.equal(row.paired.greatest, signTest(80, 70));
  assert.equal(row.verdict, "open");
});

Deno.test("compareProportions() has every McNemar test of such items between its bounds", () => {
  const [first, second, trials] = [57, 63, 80];
  const [row] = compareProportions([
    { label: "a", successes: first, trials },
    { label: "b", successes: second, trials },
  ]);
  for (let onlyFirst = 0; onlyFirst <= Math.min(first, trials - second); onlyFirst++) {
    const p = signTest(onlyFirst + second - first, onlyFirst);
    assert(p >= row.paired.least && p <= row.paired.greatest, `${onlyFirst}`);
  }
});

Deno.test("compareProportions() agrees with published z-tests and Newcombe's interval", () => {
  // Newcombe 1998, method 10 of example (a): 0.0524 to 0.3339. scipy's chi2_contingency without correction: p below.
  const [row] = compareProportions([
    { label: "48 of 80", successes: 48, trials: 80 },
    { label: "56 of 70", successes: 56, trials: 70 },
  ]);
  assert.equal(row.difference.low.toFixed(4), "0.0524");
  assert.equal(row.difference.high.toFixed(4), "0.3339");
  assert(Math.abs(row.unpaired - 0.008045081368196585) < 1e-12);
  assert.deepEqual(row.paired, { least: row.unpaired, greatest: row.unpaired });
});

Deno.test("compareProportions() corrects for how many comparisons there are", () => {
  const pair = [of200("a", 60), of200("b", 88)];
  assert.equal(compareProportions(pair)[0].verdict, "different");
  const many = [...pair, ...Array.from({ length: 18 }, (_, i) => of200(`same ${i}`, 60))];
  assert.equal(compareProportions(many)[0].verdict, "open");
});

Deno.test("compareProportions() of equal totals, of none and of all is noise", () => {
  const rows = compareProportions([of200("a", 0), of200("b", 0), of200("c", 200)], { pairs: "all" });
  assert.deepEqual(rows.map(({ verdict }) => verdict), ["noise", "different", "different"]);
  assert.deepEqual([rows[0].unpaired, rows[0].difference.estimate], [1, 0]);
});

Deno.test("compareProportions() names what is wrong", () => {
  assert.throws(() => compareProportions([of200("a", 1)]), /at least 2: there are 1/);
  assert.throws(() => compareProportions([of200("a", 1), of200("a", 2)]), /"a" stands twice/);
  assert.throws(() => compareProportions([of200("a", 1), of200("b", 201)]), /b has 201 of 200/);
  assert.throws(() => compareProportions([of200("a", 1.5), of200("b", 2)]), /a has 1.5 of 200/);
  assert.throws(() => compareProportions([of200("a", 1), of200("b", 2)], { error: 0 }), /error must be in/);
});

Deno.test({
  name:
    "OLMo 2's doses of mathematics cannot be told apart on 200 items, none and inline code can (needs the data mirror)",
  ignore: !await publishedTables.available(),
  fn: async () => {
    const rows = await readOlmo2Microanneals();
    assert.equal(rows.length, 8);
    const verdicts = compareProportions(rows.map(({ mix, gsm }) => of200(mix, Math.round(2 * gsm))), {
      pairs: "all",
    });
    const of = (first: string, second: string) =>
      verdicts.find((row) => row.first === first && row.second === second)!.verdict;
    for (
      const [a, b] of [["Math 35/65", "Math 10/90"], ["Math 35/65", "2x Math"], ["Math 35/65", "4x Math"], [
        "2x Math",
        "4x Math",
      ]]
    ) {
      assert.equal(of(a, b), "noise", `${a} ${b}`);
    }
    assert.equal(of("TinyGSM-MIND", "2x TinyGSM-MIND"), "open");
    assert.equal(of("Baseline", "Math 10/90"), "different");
    assert.equal(of("TinyGSM-Inline", "TinyGSM-MIND"), "different");
  },
});
