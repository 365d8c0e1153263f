import {
  abs,
  add,
  addDoubles,
  addIntegers,
  and,
  atLeast,
  both,
  type Code,
  countUp,
  div,
  equal,
  first,
  i32,
  load,
  loadSplat,
  type Local,
  mul,
  negate,
  pmax,
  pmin,
  type Routine,
  second,
  select,
  splat,
  store,
  storeDouble,
  sub,
} from "./_assembler.ts";

/**
 * The loops of `HuberStep`. Arrays have a whole number of eight doubles, zeros at the end; sums go to `out`, one double after
 * the other.
 */
export const huberRoutines = {
  /** What residuals pull by and how they curve the matrix: their weight, beyond delta a share of it. */
  weigh: {
    parameters: ["i32", "i32", "i32", "i32", "i32", "f64", "f64"],
    write([rest, end, weights, pulls, curves, delta, flat], local) {
      const [top, far, r, size, w] = Array.from({ length: 5 }, () => local("v128"));
      return [
        ...top.set(splat(delta.get)),
        ...far.set(splat(flat.get)),
        ...countUp(rest, end.get, 16, [
          ...r.set(load(rest.get)),
          ...size.set(abs(r.get)),
          ...w.set(load(weights.get)),
          ...store(pulls.get, mul(w.get, held(r.get, top))),
          ...store(
            curves.get,
            mul(w.get, select(both(1), div(far.get, size.get), atLeast(top.get, size.get))),
          ),
          ...onward(16, weights, pulls, curves),
        ]),
      ];
    },
  },
  /** Products of one column with itself and those before it, weighed by `curves`; then with `pulls`. */
  gramRow: {
    parameters: ["i32", "i32", "i32", "i32", "i32", "i32"],
    write([row, size, curves, pulls, columns, out], local) {
      const sums = Array.from({ length: 4 }, () => local("v128"));
      const [at, end, weight, last] = Array.from({ length: 4 }, () => local("i32"));
      const product = (factors: readonly Local[], weigh: readonly Local[]) => [
        ...sums.flatMap((sum) => sum.set(both(0))),
        ...at.set(row.get),
        ...end.set(addIntegers(row.get, size.get)),
        ...countUp(at, end.get, 64, [
          ...sums.flatMap((sum, i) =>
            sum.set(
              add(
                sum.get,
                [...factors, ...weigh].reduce(
                  (value, factor) => mul(value, load(factor.get, 16 * i)),
                  load(at.get, 16 * i),
                ),
              ),
            )
          ),
          ...onward(64, ...factors, ...weigh),
        ]),
        ...total(out, add(add(sums[0].get, sums[1].get), add(sums[2].get, sums[3].get))),
      ];
      return [
        ...last.set(addIntegers(row.get, i32(1))),
        // A column's product leaves its address at the next one.
        ...countUp(columns, last.get, 0, [
          ...weight.set(curves.get),
          ...product([columns], [weight]),
        ]),
        ...product([], [pulls]),
      ];
    },
  },
  /** The sum of columns times factors. */
  combine: {
    parameters: ["i32", "i32", "i32", "i32", "i32"],
    write([columns, end, size, factors, out], local) {
      const sum = local("v128");
      const [column, factor, rowEnd, last] = Array.from({ length: 4 }, () => local("i32"));
      return [
        ...rowEnd.set(addIntegers(columns.get, size.get)),
        ...last.set(end.get),
        ...countUp(columns, rowEnd.get, 16, [
          ...sum.set(both(0)),
          ...factor.set(factors.get),
          ...column.set(columns.get),
          ...countUp(column, last.get, 0, [
            ...sum.set(add(sum.get, mul(load(column.get), loadSplat(factor.get)))),
            ...onward(8, factor),
            ...column.set(addIntegers(column.get, size.get)),
          ]),
          ...store(out.get, sum.get),
          ...onward(16, out),
        ]),
      ];
    },
  },
  /** The first and second derivative of the sum of losses along `change`, at a length. */
  probe: {
    parameters: ["i32", "i32", "i32", "i32", "i32", "f64", "f64"],
    write([rest, end, change, weights, out, length, delta], local) {
      const [top, way, r, c, pull, weighed, slope, curve] = Array.from({ length: 8 }, () => local("v128"));
      return [
        ...top.set(splat(delta.get)),
        ...way.set(splat(length.get)),
        ...countUp(rest, end.get, 16, [
          ...c.set(load(change.get)),
          ...r.set(add(load(rest.get), mul(way.get, c.get))),
          ...pull.set(held(r.get, top)),
          ...weighed.set(mul(load(weights.get), c.get)),
          ...slope.set(add(slope.get, mul(weighed.get, pull.get))),
          ...curve.set(add(curve.get, and(mul(weighed.get, c.get), equal(pull.get, r.get)))),
          ...onward(16, change, weights),
        ]),
        ...total(out, slope.get),
        ...total(out, curve.get),
      ];
    },
  },
  /** Go along `change`: residuals are moved, and by how much the sum of losses falls is told. */
  advance: {
    parameters: ["i32", "i32", "i32", "i32", "i32", "f64", "f64"],
    write([rest, end, change, weights, out, length, delta], local) {
      const [top, way, before, after, fall] = Array.from({ length: 5 }, () => local("v128"));
      const pull = local("v128");
      // Half of the square up to delta, straight on from there: the pull times what is left of r over half the pull.
      const loss = (r: Local) => mul(pull.get, sub(r.get, mul(both(0.5), pull.get)));
      const kept = local("v128");
      return [
        ...top.set(splat(delta.get)),
        ...way.set(splat(length.get)),
        ...countUp(rest, end.get, 16, [
          ...before.set(load(rest.get)),
          ...after.set(add(before.get, mul(way.get, load(change.get)))),
          ...store(rest.get, after.get),
          ...pull.set(held(before.get, top)),
          ...kept.set(loss(before)),
          ...pull.set(held(after.get, top)),
          ...fall.set(add(fall.get, mul(load(weights.get), sub(kept.get, loss(after))))),
          ...onward(16, change, weights),
        ]),
        ...total(out, fall.get),
      ];
    },
  },
} satisfies Record<string, Routine>;

/** A residual held to delta on either side. */
function held(r: Code, top: Local): Code {
  return pmin(pmax(r, negate(top.get)), top.get);
}

function onward(step: number, ...addresses: Local[]): Code {
  return addresses.flatMap((address) => address.set(addIntegers(address.get, i32(step))));
}

/** Store the sum of two lanes at an address and go on to the next. */
function total(out: Local, lanes: Code): Code {
  const [lane, other] = [first(lanes), second(lanes)];
  return [...storeDouble(out.get, addDoubles(lane, other)), ...onward(8, out)];
}
