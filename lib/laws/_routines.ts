import {
  add,
  addDoubles,
  addIntegers,
  both,
  type Code,
  countUp,
  div,
  first,
  gather,
  i32,
  load,
  loadDouble,
  loadInteger,
  type Local,
  mul,
  pmax,
  type Routine,
  second,
  shiftInteger,
  splat,
  store,
  storeDouble,
  sub,
} from "./_assembler.ts";
import { type exp, type Fresh, powerOf } from "./_lanes.ts";

/** A function of every value of an array times a factor, in place. */
export function inPlace(formula: typeof exp): Routine {
  return {
    parameters: ["i32", "i32", "f64"],
    write([at, end, factor], local) {
      const [times, x] = [local("v128"), local("v128")];
      const { before, value } = formula(local, x.get);
      return [
        ...times.set(splat(factor.get)),
        ...countUp(at, end.get, 16, [
          ...x.set(mul(load(at.get), times.get)),
          ...before,
          ...store(at.get, value),
        ]),
      ];
    },
  };
}

/**
 * Sums over the blocks of each measured step, with `x = scale (clock - origin)`, held at 0, and `left = (1 + x)^-beta`: of
 * `drop (1 - left)`, `drop left log2(1 + x)` and `drop left x / (1 + x)`; then of the last times one more column or, `weighted`, of
 * two more columns times `1 - left`. Columns lie one behind the other. A block at x = 0 adds nothing, so that two may be taken
 * at a time.
 */
export function sums({ grouped, weighted }: { grouped: boolean; weighted: boolean }): Routine {
  return {
    parameters: [...new Array<"i32">(8).fill("i32"), "f64"],
    write([clock, end, until, chosen, columns, stride, out, outStride, beta], local) {
      const [now, exponent] = [local("v128"), local("v128")];
      const totals = Array.from({ length: weighted ? 5 : 4 }, () => local("v128"));
      const [at, other, limit, place] = [local("i32"), local("i32"), local("i32"), local("i32")];
      // The columns are read in order, each time one further on.
      const lanes = (): Code => grouped ? gather(at.get, other.get) : load(at.get);
      const onward = [
        ...at.set(addIntegers(at.get, stride.get)),
        ...(grouped ? other.set(addIntegers(other.get, stride.get)) : []),
      ];
      const body = pair({ now, exponent, totals, lanes, onward, weighted }, local);
      const from = (index: Code) => addIntegers(columns.get, shiftInteger(index, 3));
      const last = loadInteger(until.get);
      const walk = grouped
        ? [
          ...limit.set(addIntegers(chosen.get, shiftInteger(last, 2))),
          ...countUp(place, limit.get, 8, [
            ...at.set(from(loadInteger(place.get))),
            ...other.set(from(loadInteger(place.get, 4))),
            ...body,
          ]),
        ]
        : [
          ...place.set(columns.get),
          ...limit.set(from(last)),
          ...countUp(place, limit.get, 16, [...at.set(place.get), ...body]),
        ];
      return [
        ...place.set(chosen.get),
        ...exponent.set(splat(beta.get)),
        ...countUp(clock, end.get, 8, [
          ...now.set(splat(loadDouble(clock.get))),
          ...totals.flatMap((total) => total.set(both(0))),
          ...walk,
          ...at.set(out.get),
          ...totals.flatMap((total) => [
            ...storeDouble(at.get, addDoubles(first(total.get), second(total.get))),
            ...at.set(addIntegers(at.get, outStride.get)),
          ]),
          ...out.set(addIntegers(out.get, i32(8))),
          ...until.set(addIntegers(until.get, i32(4))),
        ]),
      ];
    },
  };
}

/** Two blocks' part of the sums. */
function pair(
  { now, exponent, totals, lanes, onward, weighted }: {
    now: Local;
    exponent: Local;
    totals: readonly Local[];
    lanes: () => Code;
    onward: Code;
    weighted: boolean;
  },
  local: Fresh,
): Code {
  const [scale, x, whole, drop, left, slope, kept] = Array.from({ length: 7 }, () => local("v128"));
  const power = powerOf(local, whole.get, exponent.get);
  const plus = (total: Local, value: Code) => total.set(add(total.get, value));
  return [
    ...scale.set(lanes()),
    ...onward,
    ...x.set(pmax(mul(scale.get, sub(now.get, lanes())), both(0))),
    ...onward,
    ...drop.set(lanes()),
    ...whole.set(add(x.get, both(1))),
    ...slope.set(div(mul(drop.get, x.get), whole.get)),
    ...power.before,
    ...left.set(power.value),
    ...kept.set(mul(drop.get, left.get)),
    ...slope.set(mul(slope.get, left.get)),
    ...plus(totals[0], sub(drop.get, kept.get)),
    ...plus(totals[1], mul(kept.get, power.log2)),
    ...plus(totals[2], slope.get),
    ...(weighted
      ? [
        ...left.set(sub(both(1), left.get)),
        ...onward,
        ...plus(totals[3], mul(lanes(), left.get)),
        ...onward,
        ...plus(totals[4], mul(lanes(), left.get)),
      ]
      : [...onward, ...plus(totals[3], mul(slope.get, lanes()))]),
  ];
}
