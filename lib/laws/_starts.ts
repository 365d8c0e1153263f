import { _bestEnd, type FitOptions } from "./fit.ts";
import { parameterArray } from "./law.ts";
import { _boundedLeastSquares } from "./_linear.ts";
import type { _Problem } from "./_problem.ts";

/** The starts of a fit on the search scale: those given, or the best of the grid; and the optima of the contained laws. */
export function _starts<Datum>(
  problem: _Problem<Datum>,
  data: readonly Datum[],
  options: FitOptions,
): Float64Array[] {
  const { law } = problem, { starts = 8, fixed = {} } = options, list: Float64Array[] = [];
  if (typeof starts !== "number") {
    if (starts.length === 0) throw new TypeError(`Cannot fit ${law.name} as starts must not be empty`);
    list.push(...starts.map((start) => problem.search(parameterArray(law, { ...start, ...fixed }))));
  } else {
    if (!(Number.isInteger(starts) && starts >= 1)) {
      throw new RangeError(
        `Cannot fit ${law.name} as starts must be a whole number >= 1: current value is ${starts}`,
      );
    }
    list.push(..._gridStarts(problem, starts, fixed));
  }
  for (const { law: inner, embed } of law.contains ?? []) {
    // A held parameter may cut the smaller law out of this one.
    if (Object.keys(fixed).length > 0) break;
    const { starts: _, ...rest } = options;
    list.push(
      problem.search(parameterArray(law, embed(_bestEnd(inner, data, { ...rest, starts: 3 }), data))),
    );
  }
  return list;
}

function _gridStarts<Datum>(
  problem: _Problem<Datum>,
  count: number,
  fixed: Readonly<Record<string, number>>,
): Float64Array[] {
  const { law } = problem;
  let points: Record<string, number>[] = [{ ...fixed }];
  for (const [name, values] of Object.entries(law.grid)) {
    if (name in fixed) continue;
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return points
    .map((point) => problem.search(_projectLinear(problem, point)))
    .map((u) => ({ u, value: problem.value(u) }))
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.value - b.value)
    .slice(0, count)
    .map(({ u }) => u);
}

/** All parameters, the linear ones from least squares weighted to relative errors: Golub and Pereyra's variable projection. */
export function _projectLinear<Datum>(problem: _Problem<Datum>, point: Record<string, number>): Float64Array {
  const { law, prepared, options: { scale } } = problem, n = prepared.observed.length;
  const free = law.linear.filter((name) => !(name in point));
  // Where the prediction is linear in a parameter, its derivative is the column it multiplies.
  const theta = parameterArray(law, { ...Object.fromEntries(free.map((name) => [name, 1])), ...point });
  law.predict(theta, prepared, problem.predictions, problem.jacobian);
  const at = free.map((name) => law.parameters.findIndex((parameter) => parameter.name === name));
  const columns = at.map((j) => problem.jacobian.slice(j * n, (j + 1) * n));
  const rest = problem.predictions.map((value, i) => {
    let part = value;
    for (const column of columns) part -= column[i];
    return prepared.observed[i] - part;
  });
  const weights = prepared.observed.map((value, i) =>
    (problem.options.weights?.[i] ?? 1) / (scale === "log" ? value * value : 1)
  );
  const solution = _boundedLeastSquares(columns, rest, weights, at.map((j) => law.parameters[j].lower));
  at.forEach((j, a) => theta[j] = Math.min(solution[a], law.parameters[j].upper));
  return theta;
}
