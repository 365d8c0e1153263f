import { holdParameters } from "./_held.ts";
import type { Problem } from "./_problem.ts";

/** An optimum from which a profile is followed. */
export interface Summit {
  /** The free parameters on their search scale. */
  u: Float64Array;
  /** The objective there. */
  least: number;
  /** How far it may rise. */
  rise: number;
}

/** How far an objective may rise for a deviance, but for what rounding and grouped sums move it by. */
export function riseOf<Datum>(problem: Problem<Datum>, least: number, deviance: number): number {
  return Math.max(deviance / 2, problem.floor, 1e-4 * least);
}

/** How a profile is followed. */
export interface Walk {
  /** Most places of the parameter that are tried before the crossing is known to lie between two of them. */
  most: number;
  /** How near the crossing is found, as a share of its distance. */
  within: number;
  /** Told each place and its least objective. */
  tell?: (u: number, objective: number) => void;
}

/**
 * Where one parameter's profile, all others fitted again at each of its places, has risen by what chance would raise it; on one
 * side of the optimum. Where it has not, the data set no limit there: `closed` is false, and the place is the bound if the
 * profile was followed to it.
 *
 * @param side -1 for below on the search scale, 1 for above.
 * @param first How far to go at first.
 */
export function limitOf<Datum>(
  problem: Problem<Datum>,
  { u: optimum, least, rise }: Summit,
  place: number,
  side: number,
  first: number,
  { most, within, tell }: Walk,
): { u: number; closed: boolean } {
  const low = problem.lower[place];
  const high = problem.upper[place];
  const bound = side < 0 ? low : high;
  const start = optimum[place];
  if (Math.abs(start - bound) <= 1e-7 * Math.max(1, Math.abs(bound))) return { u: bound, closed: false };
  // The root of the rise is nearly straight.
  const height = (value: number) => Math.sqrt(Math.max(value - least, 0) / rise) - 1;
  let from = optimum;
  let slope: Float64Array | undefined;
  let last = { u: start, height: height(problem.value(optimum)) };
  let step = first;
  const visit = (u: number) => {
    // The others go on as they went so far.
    const guess = slope?.map((value, i) => {
      const moved = from[i] + value * (u - from[place]);
      return Math.min(Math.max(moved, problem.lower[i]), problem.upper[i]);
    });
    const { end, value } = holdParameters(problem, place, guess ?? from, u, {
      tolerance: Math.max(1e-11, Math.min(1e-6, within * rise / 10 / least)),
      near: least + 2 * rise,
    });
    tell?.(u, value);
    return { end, height: height(value) };
  };
  for (let i = 0; i < most; i++) {
    const u = side < 0 ? Math.max(last.u - step, bound) : Math.min(last.u + step, bound);
    const here = visit(u);
    if (here.height > 0) {
      return {
        u: crossing((at) => visit(at).height, last, { u, height: here.height }, within),
        closed: true,
      };
    }
    if (u === bound) return { u, closed: false };
    const way = u - last.u;
    slope = here.end.map((value, k) => (value - from[k]) / way);
    from = here.end;
    last = { u, height: here.height };
    // On to where a straight root crosses, and a little further; at most three times as far from the optimum.
    const gone = Math.abs(u - start);
    step = Math.min(gone * 1.1 / Math.max(1 + here.height, 1e-3) - gone, 2 * gone);
    step = Math.max(step, gone / 20);
  }
  return { u: last.u, closed: false };
}

/** Where the height is zero, between a place below and one above: false position with Illinois' halving. */
function crossing(
  heightAt: (u: number) => number,
  inside: { u: number; height: number },
  outside: { u: number; height: number },
  within: number,
): number {
  let low = inside.u;
  let high = outside.u;
  let below = inside.height;
  let above = outside.height;
  let side = 0;
  let u = high;
  if (above < within) return high;
  for (let round = 0; round < 12; round++) {
    u = low + (high - low) * below / (below - above);
    const here = heightAt(u);
    if (Math.abs(here) < within) break;
    if (here < 0) {
      low = u;
      below = here;
      if (side < 0) above /= 2;
      side = -1;
    } else {
      high = u;
      above = here;
      if (side > 0) below /= 2;
      side = 1;
    }
  }
  return u;
}
