import type { Random } from "../../base/mod.ts";
import { figuresIn } from "../_numbers.ts";
import { everybodys } from "../_problem.ts";
import { verifySolution } from "../verify_solution.ts";
import { solutionText, type Worked } from "./_worked.ts";

/** What is made wrong in a step. */
export type PlantedError =
  /** The result of its calculation. */
  | "calculation"
  /** The operation: added instead of taken away, multiplied instead of divided, and the other way round. */
  | "operation"
  /** A number of the problem, misread. */
  | "number";

/** A solution with one wrong step, from which all that follows is computed. */
export interface Planted {
  steps: string[];
  /** The answer to which the error leads: never the right one. */
  answer: number;
  error: PlantedError;
  /** Which step it is, counted from 0. */
  at: number;
  /** The step as it was, and what it rightly gives. */
  right: string;
  value: number;
}

/** Plant an error where its consequences can be followed to the answer; `undefined` where no step allows it. */
export function plantError(
  worked: Worked,
  errors: readonly PlantedError[],
  random: Random,
): Planted | undefined {
  const places = worked.steps.flatMap((_, at) => errors.map((error) => ({ at, error })));
  for (const place of random.shuffle(places)) {
    // A draw may lead below zero, or to parts of a thing.
    for (let tries = 0; tries < (place.error === "operation" ? 1 : 4); tries++) {
      const planted = plantAt(worked, place, random);
      if (planted && holds(worked, planted)) return planted;
    }
  }
  return undefined;
}

/** What was planted is what is wrong, and nothing else. */
function holds({ answer }: Worked, planted: Planted): boolean {
  const { verdict, wrong } = verifySolution(solutionText(planted), { answer });
  return planted.error === "calculation"
    ? wrong.length === 1 && equationIn(planted.steps[planted.at])?.stated === wrong[0].stated
    : verdict === "another answer";
}

interface Place {
  at: number;
  error: PlantedError;
}

function plantAt(worked: Worked, { at, error }: Place, random: Random): Planted | undefined {
  const equation = equationIn(worked.steps[at]);
  if (!equation) return undefined;
  const changed = changes[error](worked, equation, random);
  if (!changed) return undefined;
  // Later steps take the wrong number for the right one.
  const carried = new Map([[equation.stated, changed.stated]]);
  const steps = [...worked.steps.slice(0, at), changed.step];
  for (const step of worked.steps.slice(at + 1)) {
    const next = carryOn(step, carried);
    if (next === undefined) return undefined;
    steps.push(next);
  }
  const answer = carried.get(worked.answer);
  const same = answer === undefined || answer === worked.answer;
  if (same || !traceable(worked, at, [...carried.keys()])) return undefined;
  return { steps, answer, error, at, right: worked.steps[at], value: equation.stated };
}

/** Whether numbers that change mean one thing only: a result may be as great as a number that the problem gives. */
function traceable({ problem, steps }: Worked, at: number, changed: number[]): boolean {
  const given = new Set([...everybodys, ...figuresIn(problem).flatMap(({ values }) => values)]);
  const results = steps.flatMap((step) => verifySolution(step).equations.map(({ stated }) => stated));
  const before = steps.slice(0, at).flatMap(numbersIn);
  return changed.every((value) =>
    !given.has(value) && !before.includes(value) && results.filter((one) => one === value).length === 1
  );
}

/** A step with its numbers replaced by those that they have become, and its result computed from them. */
function carryOn(step: string, carried: Map<number, number>): string | undefined {
  const equation = equationIn(step);
  if (!equation) return step.includes("=") ? undefined : replaced(step, carried);
  const { left, right, stated } = equation;
  const operands = replaced(left, carried);
  if (operands === left) return replaced(step, carried);
  const value = computed(operands, stated);
  if (value === undefined) return undefined;
  if (value !== stated) carried.set(stated, value);
  return `${operands}=${replaced(right, carried)}`;
}

interface StepEquation {
  /** What stands before and behind the sign of equality. */
  left: string;
  right: string;
  stated: number;
}

/** The equation of a step that has one and no more, and states its result exactly. */
function equationIn(step: string): StepEquation | undefined {
  const [left, right, more] = step.split("=");
  const { equations, wrong } = verifySolution(step);
  const [, written] =
    /^\s*[$€£]?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)(?!\s*[%/])/.exec(right ?? "") ?? [];
  if (more !== undefined || equations.length !== 1 || written === undefined) return undefined;
  const [{ stated, value }] = equations;
  const exact = wrong.length > 0 || Math.abs(stated - value) <= 1e-9 * Math.max(1, Math.abs(value));
  return exact && Number(written.replaceAll(",", "")) === stated ? { left, right, stated } : undefined;
}

/** What the left side gives: as whole as the result was, and not below zero. */
function computed(left: string, like: number): number | undefined {
  const { equations } = verifySolution(`${left}= 0`);
  if (equations.length !== 1) return undefined;
  const value = Number(equations[0].value.toPrecision(12));
  return value >= 0 && (Number.isInteger(value) || !Number.isInteger(like)) ? value : undefined;
}

type Change = (
  worked: Worked,
  equation: StepEquation,
  random: Random,
) => { step: string; stated: number } | undefined;

const changes: Record<PlantedError, Change> = {
  calculation(_, { left, right, stated }, random) {
    const near = [stated + 1, stated - 1, stated + 2, stated + 10, stated - 10, swapped(stated, random)];
    const wrong = random.pick(near.filter((value) => value > 0 && value !== stated));
    const value = Number(wrong.toPrecision(12));
    return { step: `${left}=${replaced(right, new Map([[stated, value]]))}`, stated: value };
  },
  operation(_, { left, right, stated }) {
    const signs = [...left.matchAll(/(?<=[\d)]\s*)(?:[-+*/÷×−]|x(?=\s*[$€£]?[\d(]))(?=\s*[$€£]?[\d(])/g)];
    if (signs.length !== 1) return undefined;
    const [{ 0: sign, index }] = signs;
    const other = { "+": "-", "-": "+", "−": "+", "*": "/", "×": "÷", x: "÷", "/": "*", "÷": "×" }[sign]!;
    return withLeft(`${left.slice(0, index)}${other}${left.slice(index + sign.length)}`, right, stated);
  },
  number({ problem }, { left, right, stated }, random) {
    const given = figuresIn(problem).filter(({ digits }) => digits).flatMap(({ values }) => values);
    const used = [...new Set(numbersIn(left))].filter((value) => given.includes(value));
    if (used.length === 0) return undefined;
    const read = random.pick(used);
    const others = [...given, swapped(read, random), read + 1].filter((value) =>
      value > 0 && !numbersIn(left).includes(value)
    );
    if (others.length === 0) return undefined;
    return withLeft(replaced(left, new Map([[read, random.pick(others)]])), right, stated);
  },
};

function withLeft(left: string, right: string, stated: number): ReturnType<Change> {
  const value = computed(left, stated);
  if (value === undefined || value === stated) return undefined;
  return { step: `${left}=${replaced(right, new Map([[stated, value]]))}`, stated: value };
}

/** A number with two neighbouring digits changed about, as one misreads it. */
function swapped(value: number, random: Random): number {
  const digits = [...String(value)];
  const at = random.int(Math.max(1, digits.length - 1));
  [digits[at], digits[at + 1]] = [digits[at + 1] ?? "", digits[at]];
  const read = Number(digits.join(""));
  return Number.isFinite(read) && String(read).length === String(value).length ? read : value;
}

const number = /\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?/g;

function numbersIn(text: string): number[] {
  return (text.match(number) ?? []).map((one) => Number(one.replaceAll(",", "")));
}

function replaced(text: string, numbers: ReadonlyMap<number, number>): string {
  return text.replace(number, (one) => {
    const value = numbers.get(Number(one.replaceAll(",", "")));
    return value === undefined ? one : String(value);
  });
}
