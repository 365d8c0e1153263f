import {
  add,
  addBits,
  and,
  atLeast,
  both,
  type Code,
  div,
  less,
  type Local,
  mul,
  not,
  or,
  pmax,
  pmin,
  shiftLeft,
  shiftRight,
  sub,
  type Type,
} from "./_assembler.ts";

/** A new local. */
export type Fresh = (type: Type) => Local;

/** Adding it leaves the nearest integer in the low bits of a double. */
const ROUND = 1.5 * 2 ** 52;
/** The logarithm of 2 in two parts, the first so short that its multiples are exact. */
const LN2_HIGH = Math.floor(Math.LN2 * 2 ** 32) / 2 ** 32;
const LN2_LOW = Math.LN2 - LN2_HIGH + 2.3190468138462996e-17;
const ONE = 0x3ff0000000000000n;
const ROOT_HALF = 0x3fe6a09e667f3bcdn;
const MANTISSA = 0x000fffffffffffffn;

/** Collects the instructions that keep values in new locals, in order. */
function keeping(fresh: Fresh) {
  const kept: number[] = [];
  return {
    kept,
    keep(value: Code): Code {
      const local = fresh("v128");
      kept.push(...local.set(value));
      return local.get;
    },
  };
}

/**
 * Exponentials of two doubles, to within an ulp; arguments beyond -708 and 709 are held there. `e^x = 2^k e^r` with |r| at most
 * half the logarithm of 2.
 */
export function exp(fresh: Fresh, x: Code): { before: Code; value: Code } {
  const { kept, keep } = keeping(fresh);
  const inside = keep(pmin(pmax(x, both(-708)), both(709)));
  const shifted = keep(add(mul(inside, both(Math.LOG2E)), both(ROUND)));
  const k = keep(sub(shifted, both(ROUND)));
  const r = keep(sub(sub(inside, mul(k, both(LN2_HIGH))), mul(k, both(LN2_LOW))));
  // e^r = 1 + r + r^2 (...): the large terms come last.
  const tail = polynomial(keep, r, EXP);
  const scale = addBits(shiftLeft(shifted, 52), both(ONE));
  const value = mul(add(add(mul(mul(r, r), tail), r), both(1)), scale);
  return { before: kept, value };
}

/**
 * Natural logarithms of two doubles, to within an ulp; NaN of what is not a normal positive number. `ln y = k ln 2 + ln m` with m between
 * the root of a half and the root of 2, and `ln m` an odd series in `s = (m - 1) / (m + 1)`.
 */
export function log(fresh: Fresh, y: Code): { before: Code; value: Code } {
  const { kept, keep } = keeping(fresh);
  const { k, f } = parts(keep, y);
  const s = keep(div(f, add(f, both(2))));
  const z = keep(mul(s, s));
  const tail = mul(z, polynomial(keep, z, LOG));
  // 2s = f - s f = f - (f^2/2 - s f^2/2): what rounding loses of s does not count.
  const half = keep(mul(mul(f, f), both(0.5)));
  const small = add(mul(s, add(half, tail)), mul(k, both(LN2_LOW)));
  const value = sub(mul(k, both(LN2_HIGH)), sub(sub(half, small), f));
  const good = and(atLeast(y, both(2 ** -1022)), less(y, both(Infinity)));
  return { before: kept, value: or(value, not(good)) };
}

/**
 * `(1 + x)^power` and the logarithm to base 2 of `1 + x`, for x >= 0 and powers <= 0: with no logarithm but that to base 2 in
 * between. What rounding moves the logarithm by, its size times 1e-16, is moved in the power.
 */
export function powerOf(fresh: Fresh, whole: Code, power: Code): { before: Code; value: Code; log2: Code } {
  const { kept, keep } = keeping(fresh);
  const { k, f } = parts(keep, whole);
  const s = keep(div(f, add(f, both(2))));
  const z = keep(mul(s, s));
  const log2 = keep(add(k, mul(s, polynomial(keep, z, LOG2))));
  const t = keep(pmax(mul(log2, power), both(-1020)));
  const shifted = keep(add(t, both(ROUND)));
  const r = keep(sub(t, sub(shifted, both(ROUND))));
  const value = mul(polynomial(keep, r, EXP2), addBits(shiftLeft(shifted, 52), both(ONE)));
  return { before: kept, value, log2 };
}

/** `y = 2^k (1 + f)` with `1 + f` between the root of a half and the root of 2. */
function parts(keep: (value: Code) => Code, y: Code): { k: Code; f: Code } {
  const bits = keep(addBits(y, both(ONE - ROOT_HALF)));
  // The exponent's bits as the low bits of 2^52 are a double.
  const k = keep(sub(or(shiftRight(bits, 52), both(0x4330000000000000n)), both(2 ** 52 + 1023)));
  const f = keep(sub(addBits(and(bits, both(MANTISSA)), both(ROOT_HALF)), both(1)));
  return { k, f };
}

/** A polynomial by pairs, pairs of pairs and so on (Estrin), which run beside each other. */
function polynomial(keep: (value: Code) => Code, x: Code, coefficients: readonly number[]): Code {
  let terms: Code[] = coefficients.map(both);
  for (let power = x; terms.length > 1; power = keep(mul(power, power))) {
    const at = power;
    terms = terms.flatMap((term, i) =>
      i % 2 === 1 ? [] : i + 1 < terms.length ? [keep(add(term, mul(at, terms[i + 1])))] : [term]
    );
    if (terms.length === 1) break;
  }
  return terms[0];
}

/** `(e^r - 1 - r) / r^2` on half the logarithm of 2 to either side, by powers of r. */
const EXP = nearlyBest((r) => series(r, (i) => 1 / factorial(i + 2)), -Math.LN2 / 2, Math.LN2 / 2, 9);
/** `(2 artanh(s) - 2 s) / s^3` by powers of `z = s^2`. */
const LOG = nearlyBest((z) => series(z, (i) => 2 / (2 * i + 3)), 0, (Math.SQRT2 - 1) ** 4, 6);

/** `2^r` on a half to either side; it is 1 at 0 to the last bit. */
const EXP2 = [
  1,
  ...nearlyBest((r) => Math.LN2 * series(r * Math.LN2, (i) => 1 / factorial(i + 1)), -0.5, 0.5, 10),
];
/** `log2(m) / s` by powers of `z = s^2`. */
const LOG2 = nearlyBest((z) => Math.LOG2E * series(z, (i) => 2 / (2 * i + 1)), 0, (Math.SQRT2 - 1) ** 4, 7);

function series(x: number, coefficient: (i: number) => number): number {
  let sum = 0;
  for (let i = 24; i >= 0; i--) sum = sum * x + coefficient(i);
  return sum;
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** Coefficients of the polynomial through a function's values at Chebyshev's points: all but the best one of its degree. */
function nearlyBest(of: (x: number) => number, low: number, high: number, degree: number): number[] {
  const points = Array.from(
    { length: degree + 1 },
    (_, i) => (low + high) / 2 + (high - low) / 2 * Math.cos(Math.PI * (i + 0.5) / (degree + 1)),
  );
  // Newton's divided differences, then expanded.
  const table = points.map(of);
  for (let order = 1; order <= degree; order++) {
    for (let i = degree; i >= order; i--) {
      table[i] = (table[i] - table[i - 1]) / (points[i] - points[i - order]);
    }
  }
  return table.reduceRight<number[]>((sum, value, i) => {
    const shifted = [0, ...sum];
    sum.forEach((c, power) => shifted[power] -= c * points[i]);
    shifted[0] += value;
    return shifted.slice(0, degree + 1);
  }, []);
}
