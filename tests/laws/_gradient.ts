import assert from "node:assert/strict";
import type { Law } from "../../lib/laws/mod.ts";
import { parameterArray } from "../../lib/laws/law.ts";

/** Assert that a law's analytic gradient agrees with central differences at the given parameters. */
export function assertGradient<Datum>(
  law: Law<Datum>,
  data: readonly Datum[],
  parameters: Record<string, number>,
): void {
  const prepared = law.prepare(data);
  const n = prepared.observed.length;
  const theta = parameterArray(law, parameters);
  const jacobian = new Float64Array(n * theta.length).fill(NaN);
  const plain = new Float64Array(n);
  const above = new Float64Array(n);
  const below = new Float64Array(n);
  law.predict(theta, prepared, plain);
  law.predict(theta, prepared, above, jacobian);
  assert.deepEqual(above, plain, `${law.name} predicts the same with and without its gradient`);
  theta.forEach((value, j) => {
    const h = Math.max(Math.abs(value), 1e-3) * 1e-5;
    const moved = (by: number) => theta.map((other, k) => k === j ? other + by : other);
    law.predict(moved(h), prepared, above);
    law.predict(moved(-h), prepared, below);
    let scale = 0;
    for (let i = 0; i < n; i++) scale = Math.max(scale, Math.abs(jacobian[j * n + i]));
    for (let i = 0; i < n; i++) {
      const numeric = (above[i] - below[i]) / (2 * h);
      const analytic = jacobian[j * n + i];
      const rounding = 1e-10 * Math.abs(plain[i]) / h;
      assert(
        Math.abs(numeric - analytic) <= 1e-5 * scale + rounding,
        `${law.name}, ${law.parameters[j].name}, observation ${i}: ${analytic} is not ${numeric}`,
      );
    }
  });
}
