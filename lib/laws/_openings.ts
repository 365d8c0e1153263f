import type { Problem } from "./_problem.ts";
import { project } from "./_project.ts";

/** Where the starts of a search begin: with their linear parameters solved for, those that coincide as one. */
export interface Openings {
  /** The distinct ones, on the search scale. */
  places: Float64Array[];
  /** For each start which of them it is. */
  of: number[];
}

/**
 * Where starts begin once their linear parameters are solved for (variable projection): starts that differ in nothing else
 * are one. A start whose linear parameters least squares would put on a bound stays where it is.
 */
export function openingsOf<Datum>(problem: Problem<Datum>, starts: readonly Float64Array[]): Openings {
  const { law, free, lower, upper } = problem;
  const others = free.flatMap((j, i) => law.linear.includes(law.parameters[j].name) ? [] : [i]);
  const places: Float64Array[] = [];
  const known = new Map<string, number>();
  const of = starts.map((start) => {
    // What is solved for depends on nothing but the other parameters.
    const key = others.map((i) => start[i]).join();
    const same = others.length < free.length ? known.get(key) : undefined;
    if (same !== undefined) return same;
    const projected = problem.search(project(problem, problem.theta(start)));
    const inside = projected.every((u, i) => u === start[i] || (u > lower[i] && u < upper[i]));
    if (!inside || !Number.isFinite(problem.value(projected))) return places.push(start) - 1;
    const index = places.push(projected) - 1;
    known.set(key, index);
    return index;
  });
  return { places, of };
}
