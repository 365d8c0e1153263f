import { levenbergMarquardt } from "./_newton.ts";
import type { Problem } from "./_problem.ts";
import { project } from "./_project.ts";

/**
 * The least objective with one parameter held at a place on its search scale. The others begin where they last were or, where
 * that is better, with the linear ones solved for: along a curved valley nothing else comes near its floor.
 */
export function holdParameters<Datum>(
  problem: Problem<Datum>,
  place: number,
  from: Float64Array,
  u: number,
  maxIterations = 40,
): { end: Float64Array; value: number } {
  const { law, free } = problem;
  const start = from.slice();
  start[place] = u;
  const projected = problem.search(project(problem, problem.theta(start), law.parameters[free[place]].name));
  projected[place] = u;
  const better = problem.value(projected) < problem.value(start) ? projected : start;
  const { x, value } = levenbergMarquardt(problem, better, maxIterations, 1e-8, place);
  return { end: x, value };
}
