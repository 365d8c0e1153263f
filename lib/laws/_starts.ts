import { bestEnd, type FitOptions } from "./fit.ts";
import { parameterArray } from "./law.ts";
import { project } from "./_project.ts";
import type { Problem } from "./_problem.ts";

/** The starts of a fit on the search scale: those given, or the best of the grid; and the optima of the contained laws. */
export function startsOf<Datum>(
  problem: Problem<Datum>,
  data: readonly Datum[],
  options: FitOptions,
): Float64Array[] {
  const { law } = problem;
  const { starts = 8, fixed = {} } = options;
  const list: Float64Array[] = [];
  if (typeof starts !== "number") {
    if (starts.length === 0) throw new TypeError(`Cannot fit ${law.name} as starts must not be empty`);
    list.push(...starts.map((start) => problem.search(parameterArray(law, { ...start, ...fixed }))));
  } else {
    if (!(Number.isInteger(starts) && starts >= 1)) {
      throw new RangeError(
        `Cannot fit ${law.name} as starts must be a whole number >= 1: current value is ${starts}`,
      );
    }
    list.push(...gridStarts(problem, starts, fixed));
  }
  for (const { law: inner, embed } of law.contains ?? []) {
    // A held parameter may cut the smaller law out of this one.
    if (Object.keys(fixed).length > 0) break;
    const { starts: _, bounds: __, ...rest } = options;
    list.push(
      problem.search(parameterArray(law, embed(bestEnd(inner, data, { ...rest, starts: 3 }), data))),
    );
  }
  return list;
}

function gridStarts<Datum>(
  problem: Problem<Datum>,
  count: number,
  fixed: Readonly<Record<string, number>>,
): Float64Array[] {
  const { law } = problem;
  const linear = Object.fromEntries(law.linear.map((name) => [name, 1]));
  let points: Record<string, number>[] = [{ ...fixed }];
  for (const [name, values] of Object.entries(law.grid)) {
    if (name in fixed) continue;
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return points
    .map((point) => problem.search(project(problem, parameterArray(law, { ...linear, ...point }))))
    .map((u) => ({ u, value: problem.value(u) }))
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.value - b.value)
    .slice(0, count)
    .map(({ u }) => u);
}
