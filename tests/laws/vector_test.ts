import assert from "node:assert/strict";
import { expAll, logAll, powerSums } from "../../lib/laws/_vector.ts";

/** How many steps between neighbouring doubles lie between two. */
function ulps(a: number, b: number): number {
  const [x, y] = new BigInt64Array(Float64Array.of(a, b).buffer);
  return Math.abs(Number(x - y));
}

Deno.test("expAll() gives what Math.exp() gives, to a neighbouring double", () => {
  const places = Float64Array.from({ length: 100_001 }, (_, i) => -708 + 0.01417 * i);
  const values = places.slice();
  expAll(values);
  values.forEach((value, i) => assert(ulps(value, Math.exp(places[i])) <= 1, `exp(${places[i]})`));
  const special = Float64Array.of(0, -0, NaN, -1e9, 1e9);
  expAll(special);
  assert.deepEqual([...special], [1, 1, NaN, special[3], special[4]]);
  assert(ulps(special[3], Math.exp(-708)) <= 1 && ulps(special[4], Math.exp(709)) <= 1);
});

Deno.test("logAll() gives what Math.log() gives, to a neighbouring double, near 1 too", () => {
  for (const place of [(i: number) => 1 + (i - 50_000) * 1e-9, (i: number) => Math.exp(-700 + 0.014 * i)]) {
    const places = Float64Array.from({ length: 100_001 }, (_, i) => place(i));
    const values = places.slice();
    logAll(values);
    values.forEach((value, i) => assert(ulps(value, Math.log(places[i])) <= 1, `log(${places[i]})`));
  }
  const special = Float64Array.of(1, 0, -1, NaN, Infinity, -Infinity, 2 ** -1030);
  logAll(special);
  assert.deepEqual([...special], [0, NaN, NaN, NaN, NaN, NaN, NaN]);
});

Deno.test("powerSums() sums as its formula does, of odd and even numbers of blocks, and of chosen ones", () => {
  const wave = (length: number, of: (i: number) => number) => Float64Array.from({ length }, (_, i) => of(i));
  const clock = wave(40, (i) => 0.1 + i * 0.09);
  const until = Int32Array.from(clock, (now) => Math.ceil(now * 10));
  const [scale, origin, drop, more, other] = [
    wave(41, (i) => 10 ** (i % 9 - 4)),
    wave(41, (i) => 0.1 * i),
    wave(41, (i) => Math.sin(i)),
    wave(41, (i) => Math.cos(i)),
    wave(41, (i) => i / 41),
  ];
  const rows = [...until].map((to) => Array.from({ length: Math.min(to, 41) }, (_, b) => b));
  const chosen = rows.map((row) => row.filter((b) => b % 3 === 0)).map((row) =>
    row.length % 2 === 0 ? row : row.slice(1)
  );
  const ends = Int32Array.from(chosen, (_, i) => chosen.slice(0, i + 1).flat().length);
  for (const columns of [[scale, origin, drop, more], [scale, origin, drop, more, other]]) {
    for (const listed of [undefined, Int32Array.from(chosen.flat())]) {
      const sums = powerSums({ clock, until: listed ? ends : until, chosen: listed, columns }, 0.7);
      (listed ? chosen : rows).forEach((row, i) => {
        const terms = row.map((b) => {
          const x = Math.max(scale[b] * (clock[i] - origin[b]), 0);
          const left = (1 + x) ** -0.7;
          const slope = drop[b] * left * x / (1 + x);
          const last = columns.length > 4 ? [more[b] * (1 - left), other[b] * (1 - left)] : [slope * more[b]];
          return [drop[b] * (1 - left), drop[b] * left * Math.log2(1 + x), slope, ...last];
        });
        sums.forEach((sum, s) => {
          const expected = terms.reduce((total, term) => total + term[s], 0);
          // What is left of 1 - (1 + x)^-beta at a small x is rounded as 1 is.
          const size = terms.reduce((total, term) => total + Math.abs(term[s]) + 1, 0);
          assert(Math.abs(sum[i] - expected) <= 1e-15 * size, `sum ${s} of step ${i}`);
        });
      });
    }
  }
});
