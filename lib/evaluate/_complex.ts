/** A complex number: its real and its imaginary part. */
export type Complex = readonly [number, number];

export const add = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];

export const multiply = ([a, b]: Complex, [c, d]: Complex): Complex =>
  b === 0 && d === 0 ? [a * c, 0] : [a * c - b * d, a * d + b * c];

export function divide([a, b]: Complex, [c, d]: Complex): Complex {
  if (b === 0 && d === 0) return [a / c, 0];
  const size = c * c + d * d;
  return [(a * c + b * d) / size, (b * c - a * d) / size];
}

export const exp = ([a, b]: Complex): Complex =>
  b === 0 ? [Math.exp(a), 0] : [Math.exp(a) * Math.cos(b), Math.exp(a) * Math.sin(b)];

/** The principal branch. */
export const log = ([a, b]: Complex): Complex =>
  b === 0 && a > 0 ? [Math.log(a), 0] : [Math.log(Math.hypot(a, b)), Math.atan2(b, a)];

export function power(base: Complex, by: Complex): Complex {
  if (base[1] === 0 && by[1] === 0 && (base[0] >= 0 || Number.isInteger(by[0]))) {
    return [base[0] ** by[0], 0];
  }
  if (base[0] === 0 && base[1] === 0) return [by[0] > 0 ? 0 : NaN, 0];
  // Whole powers by products: the imaginary part of a square of i is 0.
  if (by[1] === 0 && Number.isInteger(by[0]) && Math.abs(by[0]) <= 64) {
    let product: Complex = [1, 0];
    for (let i = 0; i < Math.abs(by[0]); i++) product = multiply(product, base);
    return by[0] < 0 ? divide([1, 0], product) : product;
  }
  return exp(multiply(by, log(base)));
}

/** A function of the real part, for numbers that are real. */
export function realPart(apply: (value: number) => number): (value: Complex) => Complex {
  return ([a, b]) => b === 0 ? [apply(a), 0] : [NaN, 0];
}

export const factorial: (value: Complex) => Complex = realPart((n) => {
  if (!Number.isInteger(n) || n < 0 || n > 170) return NaN;
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
});

export function binomial([n, b]: Complex, [k, d]: Complex): Complex {
  if (b !== 0 || d !== 0 || !Number.isInteger(k) || k < 0 || k > 1000) return [NaN, 0];
  let product = 1;
  for (let i = 1; i <= k; i++) product *= (n - k + i) / i;
  return [product, 0];
}

const I: Complex = [0, 1];
const MINUS_I: Complex = [0, -1];

const sin = ([a, b]: Complex): Complex =>
  b === 0 ? [Math.sin(a), 0] : [Math.sin(a) * Math.cosh(b), Math.cos(a) * Math.sinh(b)];
const cos = ([a, b]: Complex): Complex =>
  b === 0 ? [Math.cos(a), 0] : [Math.cos(a) * Math.cosh(b), -Math.sin(a) * Math.sinh(b)];
const tan = (z: Complex) => divide(sin(z), cos(z));
const over = (apply: (z: Complex) => Complex) => (z: Complex) => divide([1, 0], apply(z));

/** -i log(iz + √(1 - z²)) */
const arcsin = (z: Complex): Complex => {
  if (z[1] === 0 && Math.abs(z[0]) <= 1) return [Math.asin(z[0]), 0];
  const root = power(add([1, 0], multiply([-1, 0], multiply(z, z))), [0.5, 0]);
  return multiply(MINUS_I, log(add(multiply(I, z), root)));
};
const arctan = (z: Complex): Complex => {
  if (z[1] === 0) return [Math.atan(z[0]), 0];
  const iz = multiply(I, z);
  const difference = add(log(add([1, 0], iz)), multiply([-1, 0], log(add([1, 0], multiply([-1, 0], iz)))));
  return multiply([0, -0.5], difference);
};

/** Functions by their commands. */
export const FUNCTIONS: Readonly<Record<string, (z: Complex) => Complex>> = {
  ...{ "\\sin": sin, "\\cos": cos, "\\tan": tan },
  ...{ "\\csc": over(sin), "\\sec": over(cos), "\\cot": over(tan) },
  ...{ "\\arcsin": arcsin, "\\arctan": arctan },
  "\\arccos": (z) => add([Math.PI / 2, 0], multiply([-1, 0], arcsin(z))),
  "\\sinh": ([a, b]) => multiply(MINUS_I, sin([-b, a])),
  "\\cosh": ([a, b]) => cos([-b, a]),
  "\\tanh": ([a, b]) => multiply(MINUS_I, tan([-b, a])),
  ...{ "\\ln": log, "\\log": log, "\\exp": exp },
};

/** What the power -1 of a function stands for. */
export const INVERSES: Readonly<Record<string, string>> = {
  ...{ "\\sin": "\\arcsin", "\\cos": "\\arccos", "\\tan": "\\arctan" },
};
