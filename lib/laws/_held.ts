import { levenbergMarquardt } from "./_newton.ts";
import type { Problem } from "./_problem.ts";
import { project } from "./_project.ts";

/**
 * The least objective with one parameter held at a place on its search scale. The others begin where they last were or, where
 * that is better, with the linear ones solved for: along a curved valley nothing else comes near its floor.
 *
 * @param options.tolerance The decrease below which nothing is left to gain, as a share of the objective.
 * @param options.near An objective so near that no better start is looked for.
 */
export function holdParameters<Datum>(
  problem: Problem<Datum>,
  place: number,
  from: Float64Array,
  u: number,
  { tolerance, near = -Infinity }: { tolerance: number; near?: number },
): { end: Float64Array; value: number } {
  const { law, free } = problem;
  let start: Float64Array = from.slice();
  start[place] = u;
  const plain = problem.value(start, true);
  if (!(plain <= near)) {
    const projected = problem.search(
      project(problem, problem.theta(start), law.parameters[free[place]].name),
    );
    projected[place] = u;
    if (problem.value(projected) < plain) start = projected;
  }
  const { x, value } = levenbergMarquardt(problem, start, 40, tolerance, place);
  return { end: x, value };
}
