import assert from "node:assert/strict";
import { lbfgs, type Objective } from "../../lib/laws/_lbfgs.ts";
import { boundedLeastSquares, eigenSymmetric, solveSpd } from "../../lib/laws/_linear.ts";
import { type Law, withoutWarmup } from "../../lib/laws/mod.ts";
import { levenbergMarquardt } from "../../lib/laws/_newton.ts";
import { Problem } from "../../lib/laws/_problem.ts";

const rosenbrock: Objective = ([x, y], g) => {
  g[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  g[1] = 200 * (y - x * x);
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
};
const box = (low: number, high: number) => ({
  lower: Float64Array.of(low, low),
  upper: Float64Array.of(high, high),
  maxIterations: 200,
  tolerance: 1e-6,
});

Deno.test("lbfgs() finds Rosenbrock's minimum from its standard start", () => {
  const { x, value } = lbfgs(rosenbrock, Float64Array.of(-1.2, 1), box(-10, 10));
  assert(value < 1e-16 && Math.abs(x[0] - 1) < 1e-7 && Math.abs(x[1] - 1) < 1e-7);
});

Deno.test("lbfgs() stops on the bound that hides the minimum", () => {
  const { x, converged } = lbfgs(rosenbrock, Float64Array.of(-1.2, 0.2), box(-2, 0.5));
  assert(converged);
  assert.equal(x[0], 0.5);
  assert(Math.abs(x[1] - 0.25) < 1e-6);
});

Deno.test("lbfgs() says when there is nothing to descend", () => {
  assert.equal(lbfgs(() => NaN, Float64Array.of(0, 0), box(-1, 1)).why, "not finite");
  const flat = lbfgs((_, g) => (g.fill(0), 1), Float64Array.of(0, 0), box(-1, 1));
  assert(flat.converged && flat.iterations === 0);
  // A gradient that lies: the search gives up instead of looping.
  const liar = lbfgs(([x], g) => (g.fill(1), x * x), Float64Array.of(-0.5, 0), box(-1, 1));
  assert(!liar.converged || liar.iterations < 200);
});

Deno.test("levenbergMarquardt() is not done when a bound cut its step short", () => {
  // Two parameters that pull against each other, one of which may not go where both would: the free step, cut at the bound,
  // promises a loss, which looks like nothing left to gain.
  const parameter = (name: string, upper: number) =>
    ({ name, unit: "1", lower: -1e3, upper, transform: "identity" }) as const;
  const slanted: Law<number> = {
    name: "slanted",
    formula: "y = a + b (1 + x / 100)",
    source: "this test",
    parameters: [parameter("a", 1e3), parameter("b", 1)],
    linear: [],
    grid: {},
    prepare: (xs) => ({ observed: Float64Array.from(xs), owner: Int32Array.from(xs, (_, i) => i) }),
    predict([a, b], _, predictions, jacobian) {
      const n = predictions.length;
      for (let x = 0; x < n; x++) {
        predictions[x] = a + b * (1 + x / 100);
        jacobian?.set([1], x);
        jacobian?.set([1 + x / 100], n + x);
      }
    },
  };
  const problem = new Problem(slanted, slanted.prepare([0, 1, 2, 3]), { scale: "linear", delta: Infinity });
  const { x: [a, b] } = levenbergMarquardt(problem, Float64Array.of(0.6, 0.9), 50);
  assert.equal(b, 1);
  assert(Math.abs(a - 0.485) < 1e-6, `a is ${a}`);
});

Deno.test("solveSpd() solves, and refuses a matrix that is not positive definite", () => {
  const x = new Float64Array(2);
  assert(solveSpd(Float64Array.of(4, 1, 1, 3), Float64Array.of(1, 2), x));
  assert(Math.abs(x[0] - 1 / 11) < 1e-15 && Math.abs(x[1] - 7 / 11) < 1e-15);
  assert(!solveSpd(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1), x));
});

Deno.test("eigenSymmetric() gives eigenvalues in ascending order with their vectors", () => {
  const { values, vectors } = eigenSymmetric(Float64Array.of(2, 1, 1, 2), 2);
  assert(Math.abs(values[0] - 1) < 1e-14 && Math.abs(values[1] - 3) < 1e-14);
  assert(Math.abs(vectors[0] + vectors[2]) < 1e-14 && Math.abs(vectors[1] - vectors[3]) < 1e-14);
});

Deno.test("boundedLeastSquares() holds what would fall below its bound", () => {
  const columns = [Float64Array.of(1, 1, 1), Float64Array.of(0, 1, 2)];
  const weights = Float64Array.of(1, 1, 1);
  const free = boundedLeastSquares(columns, Float64Array.of(3, 2, 1), weights, [-Infinity, -Infinity]);
  assert(Math.abs(free[0] - 3) < 1e-9 && Math.abs(free[1] + 1) < 1e-9);
  const held = boundedLeastSquares(columns, Float64Array.of(3, 2, 1), weights, [-Infinity, 0]);
  assert(Math.abs(held[0] - 2) < 1e-9 && held[1] === 0);
});

Deno.test("withoutWarmup() fills up to the first peak and leaves the rest", () => {
  const { learningRates } = withoutWarmup({ learningRates: Float64Array.of(0, 1, 3, 3, 1, 2) });
  assert.deepEqual([...learningRates], [3, 3, 3, 3, 1, 2]);
});
