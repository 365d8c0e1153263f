import { boundedLeastSquares } from "./_linear.ts";
import type { Problem } from "./_problem.ts";

/**
 * Parameters with the linear ones solved for by weighted least squares, the others as they are: Golub and Pereyra's variable
 * projection (SIAM J. Numer. Anal. 10, 1973).
 *
 * @param theta All parameters.
 * @param held A parameter that stays as it is too.
 */
export function project<Datum>(
  problem: Problem<Datum>,
  theta: Float64Array,
  held?: string,
): Float64Array {
  const { law, prepared, options: { scale, weights, fixed = {} } } = problem;
  const n = prepared.observed.length;
  const at = law.parameters.flatMap(({ name }, j) =>
    law.linear.includes(name) && !(name in fixed) && name !== held ? [j] : []
  );
  if (at.length === 0) return theta;
  problem.predict(theta, true);
  // Where the prediction is linear in a parameter, its derivative is the column it multiplies.
  const columns = at.map((j) => problem.jacobian.subarray(j * n, (j + 1) * n));
  const rest = problem.predictions.map((value, i) => {
    let part = value;
    columns.forEach((column, a) => part -= theta[at[a]] * column[i]);
    return prepared.observed[i] - part;
  });
  const total = prepared.observed.map((value, i) =>
    (weights?.[i] ?? 1) / (scale === "log" ? value * value : 1)
  );
  const lower = at.map((j) => law.parameters[j].lower);
  const projected = theta.slice();
  const solution = boundedLeastSquares(columns, rest, total, lower);
  at.forEach((j, a) => projected[j] = Math.min(solution[a], law.parameters[j].upper));
  return projected;
}
