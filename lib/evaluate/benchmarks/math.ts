import { takes } from "../../base/mod.ts";
import { math500 as set, type MathProblem, readMath } from "../../sets/mod.ts";
import type { Benchmark, Form, Rule } from "../benchmark.ts";
import { boxedAnswer, hendrycksEquivalent } from "../math_answer.ts";
import { mathEquivalent } from "../math_equivalent.ts";
import { minervaAnswer, minervaEquivalent } from "../minerva.ts";
import { LM_EVAL } from "./_lm_eval.ts";

/** lm-eval's two forms, with the problems that stand in front. */
function formsOf(pool: () => Promise<readonly MathProblem[]>): Benchmark<MathProblem>["forms"] {
  const minerva: Form<MathProblem> = {
    ...{ source: `Lewkowycz et al. 2022, as ${LM_EVAL}, tasks/minerva_math, version 3.1, asks`, shots: 4 },
    ...{ draw: "first", pool },
    ask(item, shots) {
      const cue = ({ problem }: MathProblem) => `Problem:\n${problem}\n\nSolution:`;
      return {
        prompt: [...shots.map((shot) => `${cue(shot)} ${closed(shot)}`), cue(item)].join("\n\n"),
        stop: ["Problem:"],
        maxTokens: 1024,
        gold: ` ${closed(item)}`,
      };
    },
  };
  const hendrycks: Form<MathProblem> = {
    ...{ source: `${LM_EVAL}, tasks/hendrycks_math, version 1`, shots: 0, draw: "first", pool },
    ask(item, shots) {
      const cue = ({ problem }: MathProblem) => `Problem: ${problem}\nAnswer:`;
      return {
        prompt: [...shots.map((shot) => `${cue(shot)} ${shot.answer}`), cue(item)].join("\n\n"),
        stop: ["Problem:"],
        maxTokens: 256,
        gold: ` ${item.answer}`,
      };
    },
  };
  return { minerva, hendrycks };
}

/** A solution with Minerva's closing sentence, which its own examples have already. */
function closed({ solution, answer }: MathProblem): string {
  if (minervaAnswer(solution) !== null) return solution;
  return `${solution}\nFinal Answer: The final answer is $${answer}$. I hope it is correct.`;
}

/** The last box, else what is called the answer, else the last formula, else the whole; equal by any of three rules. */
const ours: Rule<MathProblem> = {
  ...{
    source: "midtrain: the boxed or final answer, equal by Hendrycks', Minerva's or the kit's own rule",
    version: 1,
  },
  grade({ answer }, text) {
    const found = boxedAnswer(text) ?? minervaAnswer(text) ?? saidAnswer(text);
    return { score: Number(found !== null && mathEquivalent(found, answer)), extracted: found };
  },
};

function saidAnswer(text: string): string | null {
  // Formulas in one pair of marks, and nothing in bold.
  const plain = text.replace(/(?<!\\)\\[()[\]]/g, () => "$").replaceAll("**", "");
  const said = /.*\banswer\s*(?:is|:|=)\s*(.+)/is.exec(plain)?.[1].split("\n")[0] ?? plain;
  const formula = said.match(/\$([^$]+)\$/g)?.at(-1) ?? said;
  const bare = formula.trim().replace(/^\$|\$$/g, "").replace(/\.$/, "").trim();
  return bare === "" ? null : bare;
}

const byMinerva: Rule<MathProblem> = {
  ...{
    source: `${LM_EVAL}, tasks/minerva_math, version 3.1, but values by numbers and not by sympy`,
    version: 1,
  },
  grade({ answer }, text) {
    const found = minervaAnswer(text);
    return { score: Number(found !== null && minervaEquivalent(found, answer)), extracted: found };
  },
};

/** Between the first and the last dollar, a box or not. */
const byHendrycks: Rule<MathProblem> = {
  ...{ source: `${LM_EVAL}, tasks/hendrycks_math, version 1`, version: 1 },
  grade({ solution }, text) {
    const [first, last] = [text.indexOf("$"), text.lastIndexOf("$")];
    const found = first === last ? text : text.slice(first + 1, last);
    const same = hendrycksEquivalent(found, boxedAnswer(solution)!, { reading: "lm-eval" });
    return { score: Number(same), extracted: found.trim() === "" ? null : found };
  },
};

/** Files for {@linkcode mathBenchmark}. */
export interface MathBenchmarkOptions {
  /** The problems, as `readMath` reads them: for example all 5,000 of the test split. @default {MATH-500} */
  file?: string;
  /**
   * The problems in front, in their order, for example Minerva's four: they come from the training split, which is not
   * here. @default {the first problems of the set, the one that is asked left out}
   */
  examples?: string;
}

/**
 * MATH with problems and examples from files of yours; `benchmarks.math` is MATH-500 without any.
 *
 * @throws {RangeError} When it is asked: if a solution boxes no answer.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkBenchmark, mathBenchmark } from "midtrain/evaluate";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, JSON.stringify({ problem: "What is $1+1$?", solution: "It is $\\boxed{2}$." }));
 * const [{ rule, gold }] = await checkBenchmark(mathBenchmark({ file }), { shots: 0 });
 * assert.deepEqual([rule, gold], ["ours", 1]);
 * ```
 */
export function mathBenchmark(options: MathBenchmarkOptions = {}): Benchmark<MathProblem> {
  takes("Cannot form MATH", options, "file?, examples?");
  const { file, examples } = options;
  const items = file === undefined ? () => set.read() : () => problemsOf(file);
  return {
    name: "math",
    title: file === undefined ? "MATH-500: problems of mathematics competitions" : "MATH, by file",
    source: "Hendrycks et al. 2021, arXiv 2103.03874; Lightman et al. 2023, arXiv 2305.20050",
    version: 1,
    items,
    group: ({ subject }) => subject,
    forms: formsOf(() => Array.fromAsync(examples === undefined ? items() : examplesOf(examples))),
    rules: { ours, "lm-eval minerva_math": byMinerva, "lm-eval hendrycks_math": byHendrycks },
    leak: ({ problem, answer }) => ({ question: problem, answer }),
  };
}

async function* problemsOf(path: string): AsyncGenerator<MathProblem> {
  for await (const record of readMath(path)) {
    const answer = boxedAnswer(record.solution);
    if (answer === null || answer.trim() === "") {
      throw new RangeError(`Cannot form MATH as every solution must box its answer: ${record.id} has none`);
    }
    yield { ...record, answer, split: "test" };
  }
}

/** Examples under names of their own: a problem without a name has its place, which one of the others has too. */
async function* examplesOf(path: string): AsyncGenerator<MathProblem> {
  for await (const problem of problemsOf(path)) yield { ...problem, id: `example/${problem.id}` };
}

/** MATH-500: problems of mathematics competitions. */
export const math: Benchmark<MathProblem> = mathBenchmark();
