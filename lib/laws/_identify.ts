import type { Interval } from "../base/mod.ts";
import { atBound, fromSearch, type Problem, toSearch } from "./_problem.ts";
import type { Uncertainty } from "./_uncertainty.ts";

/** Sentences on the parameters that the data do not tell, those that are open together first. */
export function identify<Datum>(
  problem: Problem<Datum>,
  u: Float64Array,
  { flat }: Uncertainty,
  intervals: Readonly<Record<string, Interval>>,
  known: readonly string[],
): string[] {
  const told = [...known, ...together(problem, flat)];
  told.push(...onBounds(problem, u, told));
  told.push(...eachParameter(problem, u, intervals, told));
  return [...told, ...tooFew(problem)];
}

/** What the parameters are not told together. */
function together<Datum>({ law, free }: Problem<Datum>, flat: Uncertainty["flat"]): string[] {
  const names = free.map((j) => law.parameters[j].name);
  return groupsOf(flat).map(({ moved, directions }) => {
    const those = moved.map((i) => names[i]).join(", ");
    return moved.length === 1
      ? `${those} of ${law.name} is not identified: no prediction of these data changes with it`
      : `${those} of ${law.name} are not identified: these data tell only ${
        Math.max(moved.length - directions, 0)
      } of ${moved.length} combinations of them, and whatever the others are fits alike`;
  });
}

/** That there are no more values than parameters. */
function tooFew<Datum>({ law, free, prepared, options: { weights } }: Problem<Datum>): string[] {
  const counted = weights ? weights.filter((weight) => weight > 0).length : prepared.observed.length;
  return counted > free.length ? [] : [
    `The ${free.length} free parameters of ${law.name} are as many as the values: it goes through them whatever the truth is, and its intervals say nothing`,
  ];
}

/** Directions that share a parameter, as one group. */
function groupsOf(flat: readonly number[][]): { moved: number[]; directions: number }[] {
  const groups: { moved: number[]; directions: number }[] = [];
  for (const direction of flat) {
    const touching = groups.filter(({ moved }) => moved.some((i) => direction.includes(i)));
    const moved = [...new Set([...direction, ...touching.flatMap((group) => group.moved)])].sort((a, b) =>
      a - b
    );
    const directions = touching.reduce((sum, group) => sum + group.directions, 1);
    groups.splice(0, groups.length, ...groups.filter((group) => !touching.includes(group)), {
      moved,
      directions,
    });
  }
  return groups;
}

/** The words of a sentence, among them the parameters that it speaks of. */
function wordsOf(sentence: string): string[] {
  return sentence.split(/[ ,]+/);
}

/** Sentences on the parameters that end on a bound. */
function onBounds<Datum>(problem: Problem<Datum>, u: Float64Array, told: readonly string[]): string[] {
  const { law, lower, upper } = problem;
  const spoken = new Set(told.flatMap(wordsOf));
  return problem.free.flatMap((j, i) => {
    const parameter = law.parameters[j];
    return spoken.has(parameter.name) || !atBound(u[i], lower[i], upper[i], 1e-3) ? [] : [
      `${parameter.name} of ${law.name} is not identified: the fit ends on its bound ${
        show(fromSearch(parameter, u[i]))
      }, and the data would take it further`,
    ];
  });
}

/** Sentences on the parameters one by one, but for those that are spoken of already. */
function eachParameter<Datum>(
  { law, free, lower, upper }: Problem<Datum>,
  u: Float64Array,
  intervals: Readonly<Record<string, Interval>>,
  told: readonly string[],
): string[] {
  const spoken = new Set(told.flatMap(wordsOf));
  return free.flatMap((j, i) => {
    const parameter = law.parameters[j];
    const { name, transform } = parameter;
    const { estimate, low, high } = intervals[name];
    if (spoken.has(name)) return [];
    const ends = [lower[i], upper[i]].map((end) => fromSearch(parameter, end)).sort((a, b) => a - b);
    const wide = `${show(low)} to ${show(high)}`;
    if (near(low, ends[0]) && near(high, ends[1])) {
      return `${name} of ${law.name} is not identified: anything within its bounds, ${wide}, fits these data`;
    }
    if (transform === "identity") {
      return low > 0 || high < 0
        ? []
        : `${name} of ${law.name} is weakly identified: ${
          show(estimate)
        }, but zero fits these data as well within chance`;
    }
    const reach = [low, high].map((end) => Math.abs(toSearch(parameter, end) - u[i]));
    return Math.max(...reach) < Math.log(3)
      ? []
      : `${name} of ${law.name} is weakly identified: its objective is flat around ${
        show(estimate)
      }, and a value three times off fits these data as well within chance (${wide})`;
  });
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
}

function show(value: number): string {
  const size = Math.abs(value);
  return size > 0 && (size < 1e-4 || size >= 1e6)
    ? value.toExponential(2).replace(/\.?0*e\+?/, "e")
    : Number(value.toPrecision(3)).toString();
}
