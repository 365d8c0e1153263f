import { must, Random, takes, wholeNumber } from "../base/mod.ts";
import { type Document, documentId } from "../data/mod.ts";

/** Options of {@linkcode arithmeticProblems}. */
export interface ArithmeticProblemsOptions {
  /** How many problems. */
  count: number;
  /** The fewest and the most steps of a solution. @default {[2, 4]} */
  steps?: readonly [number, number];
  /** Names the random stream. @default {1} */
  seed?: number | string;
}

/**
 * Arithmetic word problems from templates, with their solution: a source of synthetic text that no model wrote, and seeds
 * for `evolve` and `solve`. Their lineage says so: prompt `arithmetic/template@1`, model `none`.
 *
 * `meta` holds `problem`, `program` (a JavaScript expression) and `answer`, so that `verifyByExecution` can hold one against
 * the other. Problem `i` is the same however many there are.
 *
 * @throws {RangeError} If `count` or `steps` is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { arithmeticProblems } from "midtrain/synthesize";
 *
 * const [first] = arithmeticProblems({ count: 1, seed: 1 });
 * assert.equal(Function(`return ${first.meta.program}`)(), first.meta.answer);
 * ```
 */
export function arithmeticProblems(options: ArithmeticProblemsOptions): Document[] {
  takes("Cannot write problems", options, "count, steps?, seed?");
  const { count, steps = [2, 4], seed = 1 } = options;
  wholeNumber("Cannot write problems", { count }, ">= 0");
  const ascending = steps[0] >= 1 && steps[0] <= steps[1] && steps.every(Number.isSafeInteger);
  const rule = "steps must be two whole numbers >= 1, ascending";
  must("Cannot write problems", rule, steps.join(", "), ascending);
  const random = new Random(seed);
  const source = "arithmetic/template@1";
  return Array.from({ length: count }, (_, at) => {
    const { problem, program, answer, working } = problemOf(random.fork(at), steps);
    return {
      id: documentId(source, `${seed}/${steps}/${at}`),
      text: `Question: ${problem}\n${working.join("\n")}\nAnswer: ${answer}`,
      source,
      meta: { problem, program, answer },
      lineage: {
        parents: [],
        prompt: source,
        model: "none",
        sampling: {},
        ...(typeof seed === "number" ? { seed } : {}),
      },
    };
  });
}

const people = [
  "Amara",
  "Bruno",
  "Chidi",
  "Dalia",
  "Emil",
  "Farah",
  "Goran",
  "Hana",
  "Ines",
  "Jonas",
  "Kofi",
  "Lena",
];
const things = [
  "apples",
  "books",
  "candles",
  "coins",
  "eggs",
  "lemons",
  "marbles",
  "pencils",
  "seedlings",
  "shells",
  "stamps",
  "tickets",
];
const others = ["a neighbour", "a friend", "a cousin", "the school", "a colleague"];

const operations = {
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": (a: number, b: number) => a * b,
  "/": (a: number, b: number) => a / b,
};

interface Problem {
  problem: string;
  program: string;
  answer: number;
  working: string[];
}

/** A story of one count: a start, some changes, and a last step that may turn it into boxes or money. */
function problemOf(random: Random, [fewest, most]: readonly [number, number]): Problem {
  const who = random.pick(people);
  const what = random.pick(things);
  const between = (low: number, high: number) => low + random.int(high - low + 1);
  let value = between(6, 60);
  let program = String(value);
  const story = [`${who} has ${value} ${what}.`];
  const working: string[] = [];
  const step = (sign: keyof typeof operations, operand: number) => {
    const result = operations[sign](value, operand);
    working.push(`${value} ${sign} ${operand} = ${result}`);
    const weak = /[+-]/.test(program.replace(/\([^()]*\)/g, "")) && (sign === "*" || sign === "/");
    program = `${weak ? `(${program})` : program} ${sign} ${operand}`;
    value = result;
  };
  const steps = between(fewest, most);
  for (let i = 1; i < steps; i++) {
    const kind = random.pick(value > 3 ? ["gain", "lose", "double", "gain", "lose"] : ["gain"]);
    if (kind === "gain") {
      const more = between(2, 40);
      story.push(
        random.pick([
          `Then ${who} buys ${more} more.`,
          `${who} finds another ${more}.`,
          `After that, ${more} more arrive by post.`,
        ]),
      );
      step("+", more);
    } else if (kind === "lose") {
      const fewer = between(1, value - 1);
      const other = random.pick(others);
      story.push(
        random.pick([
          `${who} gives ${fewer} of them to ${other}.`,
          `${fewer} of them get lost.`,
          `${who} sells ${fewer} to ${other}.`,
        ]),
      );
      step("-", fewer);
    } else {
      const times = between(2, 4);
      const word = ["", "", "twice", "three times", "four times"][times];
      story.push(`A week later ${who} has ${word} as many.`);
      step("*", times);
    }
  }
  const divisors = [2, 3, 4, 5, 6, 8, 10].filter((divisor) => value > divisor && value % divisor === 0);
  const last = random.pick(divisors.length > 0 ? ["boxes", "money", "more"] : ["money", "more"]);
  if (last === "boxes") {
    const size = random.pick(divisors);
    story.push(`${who} packs them into boxes of ${size}. How many boxes are filled?`);
    step("/", size);
  } else if (last === "money") {
    const price = between(2, 9);
    story.push(`${who} sells all of them for ${price} euros each. How many euros does ${who} get?`);
    step("*", price);
  } else {
    const more = between(2, 40);
    story.push(`At last ${who} is given ${more} more. How many ${what} does ${who} have now?`);
    step("+", more);
  }
  return { problem: story.join(" "), program, answer: value, working };
}
