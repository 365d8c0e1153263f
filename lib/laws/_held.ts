import { levenbergMarquardt } from "./_newton.ts";
import { fromSearch, Problem } from "./_problem.ts";
import { openingsOf } from "./_openings.ts";

/** The least objective with one parameter held at a place on its search scale, from where the others last were. */
export function holdParameters<Datum>(
  whole: Problem<Datum>,
  place: number,
  from: Float64Array,
  u: number,
  maxIterations = 40,
): { end: Float64Array; value: number } {
  const { law, prepared, options } = whole;
  const parameter = law.parameters[whole.free[place]];
  const fixed = { ...options.fixed, [parameter.name]: fromSearch(parameter, u) };
  const held = new Problem(law, prepared, { ...options, fixed });
  const rest = from.filter((_, i) => i !== place);
  const [projected] = openingsOf(held, [rest]).places;
  const start = held.value(projected) < held.value(rest) ? projected : rest;
  const { x, value } = levenbergMarquardt(held, start, maxIterations, 1e-8);
  const end = new Float64Array(from.length);
  let k = 0;
  for (let i = 0; i < end.length; i++) end[i] = i === place ? u : x[k++];
  return { end, value };
}
