import { cruxeval as set, type CruxevalProblem } from "../../sets/mod.ts";
import type { Benchmark, Form, Rule } from "../benchmark.ts";
import { LM_EVAL } from "./_lm_eval.ts";
import { graded, passes } from "./_verdict.ts";

type Mode = "input" | "output";

const OFFICIAL = "facebookresearch/cruxeval at 190faf16, run as Python 3.14 of pyodide";

/** What stands between the brackets, and the last line where there is an assertion in more. */
function bracketed(answer: string): string {
  const inside = /\[ANSWER\]([\s\S]*?)(?:\[\/ANSWER\]|$)/.exec(answer)?.[1] ?? answer;
  return inside.trim().replace(/^assert\s+/, "");
}

/** The result, behind the call that was asked about. It is evaluated alone: no function is at hand to compute it. */
const output: Rule<CruxevalProblem> = {
  ...{ source: OFFICIAL, version: 1 },
  async grade({ input, output }, answer, group) {
    const whole = bracketed(answer);
    const call = `f(${input})`;
    const value = whole.startsWith(call)
      ? whole.slice(call.length).replace(/^\s*==/, "").trim()
      : /^[^=]*==([\s\S]*)$/.exec(whole)?.[1].trim() ?? whole;
    if (value === "" || value.includes(call)) return graded(false, value === "" ? null : value);
    const program = `def answer():\n    return eval(${JSON.stringify(value)}, {})\n`;
    const task = {
      ...{ tests: `assert answer() == (${output})`, names: ["answer"] },
      reference: `def answer():\n    return ${output}\n`,
      group,
    };
    return graded(await passes(program, task), value);
  },
};

/** The arguments of the call, evaluated first and given to the function as plain values; one of the set names what its program defines. */
const input: Rule<CruxevalProblem> = {
  ...{ source: OFFICIAL, version: 1 },
  async grade({ code, input, output }, answer, group) {
    const whole = bracketed(answer);
    const call = whole.endsWith(`== ${output}`) ? whole.slice(0, -`== ${output}`.length).trim() : whole;
    const given = argumentsOf(call);
    if (given === undefined) return graded(false, null);
    const collect = "(lambda *given, **named: (given, named))";
    const program = (given: string) =>
      `${code}\n\ndef given():\n    return eval(${JSON.stringify(`${collect}(${given})`)}, {**globals()})\n`;
    const tests = `args, named = given()\nassert f(*args, **named) == (${output})`;
    return graded(
      await passes(program(given), { tests, names: ["given"], reference: program(input), group }),
      given,
    );
  },
};

/** What stands in the parentheses of `f(…)`: up to the one that closes it, outside of strings. */
function argumentsOf(text: string): string | undefined {
  const from = text.indexOf("f(");
  if (from < 0) return undefined;
  let depth = 0;
  for (
    const { 0: token, index } of text.slice(from + 1).matchAll(
      /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[()[\]{}]/g,
    )
  ) {
    if ("([{".includes(token)) depth++;
    else if (")]}".includes(token) && --depth === 0) return text.slice(from + 2, from + 1 + index);
  }
  return undefined;
}

/** What lm-eval takes for the result: it strips quotes, cuts at `#` and reads up to the second `==`, so that right answers fail. */
const lmEvalOutput: Rule<CruxevalProblem> = {
  ...{ source: `${LM_EVAL}, tasks/cruxeval/utils.py`, version: 1 },
  async grade({ code, input, output }, answer, group) {
    const found = answer.includes("==") ? answer.split("==")[1].trim() : answer.trim();
    const value = found.replace(/^["']+|["']+$/g, "").split("\n")[0].split("#")[0].trim();
    const task = {
      ...{ tests: `assert f(${input})==${value}`, names: [] },
      reference: `${code}\nf(${input}) == ${output}`,
      group,
    };
    return graded(await passes(code, task), value);
  },
};

const lmEvalInput: Rule<CruxevalProblem> = {
  ...{ source: `${LM_EVAL}, tasks/cruxeval/utils.py`, version: 1 },
  async grade({ code, input, output }, answer, group) {
    const value = lmEvalArguments(answer).split("\n")[0].split("#")[0].trim();
    const task = {
      ...{ tests: `assert f(${value})==${output}`, names: [] },
      reference: `${code}\nf(${input})`,
      group,
    };
    return graded(await passes(code, task), value);
  },
};

/** Parentheses in strings count like others. */
function lmEvalArguments(text: string): string {
  const bare = (part: string) => part.replaceAll("assert f", "").replace(/^[()]+|[()]+$/g, "").trim();
  const at = text.indexOf("assert f(");
  if (at >= 0) {
    const rest = text.slice(at + "assert f(".length);
    let depth = 1;
    for (let i = 0; i < rest.length; i++) {
      if (rest[i] === "(") depth++;
      if (rest[i] === ")" && --depth === 0) return rest.slice(0, i).trim();
    }
    return rest.split(")")[0].trim();
  }
  if (text.includes("==")) return bare(text.split("==")[0]);
  if (text.includes("assert f")) return bare(text);
  const whole = text.trim();
  return whole.startsWith("f(") && whole.endsWith(")") ? whole.slice(2, -1) : whole;
}

const example = (code: string, input: string, output: string): CruxevalProblem => (
  { id: `cruxeval/example/${code}`, code, input, output, split: "test" }
);

/** Ours: the function, a line between, and the assertion to complete; results and arguments of the examples are Python. */
const examples = [
  example("def f(n):\n    return n * 2", "17", "34"),
  example("def f(s, t):\n    return [s + t, len(t)]", "'ab', 'cde'", "['abcde', 3]"),
];

function form(mode: Mode): Form<CruxevalProblem> {
  const asked = ({ code, input, output }: CruxevalProblem) =>
    `[PYTHON]\n${code}\nassert ${
      mode === "output" ? `f(${input}) == ??` : `f(??) == ${output}`
    }\n[/PYTHON]\n`;
  const answered = ({ input, output }: CruxevalProblem) =>
    `[ANSWER]\nassert f(${input}) == ${output}\n[/ANSWER]`;
  const task = mode === "output"
    ? "Complete each assertion with the literal that the call gives."
    : "Complete each assertion with arguments for which it holds.";
  return {
    source: "midtrain, with the brackets of facebookresearch/cruxeval at 190faf16",
    ...{ shots: 2, draw: "first", pool: () => Promise.resolve(examples) },
    ask: (item, shots) => ({
      prompt: [task, ...shots.map((shot) => asked(shot) + answered(shot)), asked(item)].join("\n\n"),
      ...{ stop: ["[/ANSWER]"], maxTokens: 512, gold: answered(item).replace("[/ANSWER]", "") },
    }),
  };
}

function predict(mode: Mode, rules: Benchmark<CruxevalProblem>["rules"]): Benchmark<CruxevalProblem> {
  return {
    name: `cruxeval-${mode}`,
    title: mode === "output" ? "CRUXEval: what a function gives" : "CRUXEval: what a function was given",
    ...{ source: "Gu et al. 2024, arXiv 2401.03065", version: 1 },
    items: () => set.read(),
    forms: { bracketed: form(mode) },
    rules: rules!,
    leak: ({ code, input, output }) => ({ question: code, answer: `f(${input}) == ${output}` }),
  };
}

/** The input is given, the output is asked for. */
export const cruxevalOutput = predict("output", { "pass@1": output, "lm-eval": lmEvalOutput });

/** The output is given, an input is asked for. */
export const cruxevalInput = predict("input", { "pass@1": input, "lm-eval": lmEvalInput });
