import {
  humanEvalPack as set,
  type HumanEvalPackOptions,
  type HumanEvalPackProblem,
} from "../../sets/mod.ts";
import type { Benchmark, Rule } from "../benchmark.ts";
import { runSandboxed } from "../sandbox.ts";
import { graded, passes } from "./_verdict.ts";

/** What the official scorer puts in front of Python programs, but numpy, which no program of the set needs. */
export const PYTHON_IMPORTS = [
  ...["math", "re", "sys", "copy", "datetime", "itertools", "collections", "heapq"],
  ...["statistics", "functools", "hashlib", "string"],
].map((name) => `import ${name}\n`).join("") + "from typing import *\nfrom collections import *\n";

const source =
  "bigcode-evaluation-harness, humanevalpack.py: what comes behind the function is cut off; run as Python 3.14 of pyodide";

/** The body of a Python function: up to the first line that is not indented. */
export function pythonBody(text: string): string {
  const end = text.search(/\n(?=[^\s])/);
  return end < 0 ? text : text.slice(0, end + 1);
}

/** The body of a JavaScript function: up to the first brace at the beginning of a line. */
export function javascriptBody(text: string): string {
  const end = /^\}.*$/m.exec(text);
  return end ? text.slice(0, end.index + end[0].length) : text;
}

const python: Rule<HumanEvalPackProblem> = {
  ...{ source, version: 1 },
  async grade({ declaration, solution, tests, entryPoint }, answer, group) {
    const body = pythonBody(answer);
    const front = PYTHON_IMPORTS + declaration;
    const task = { tests, names: [entryPoint], reference: front + solution, group };
    return graded(await passes(front + body, task), body);
  },
};

/**
 * The tests of the set call `console.assert`, which says and does not throw: as they stand, most wrong programs pass. Here it
 * throws, cannot be replaced, and has to be called. Programs are run as scripts: some count on `this` and on undeclared names.
 */
function script(program: string): string {
  return `
const run = eval;
let calls = 0;
const assert = (holds) => {
  calls++;
  if (!holds) throw new Error("assertion failed");
};
Object.defineProperty(console, "assert", { value: assert, writable: false, configurable: false });
Object.defineProperty(globalThis, "console", { value: console, writable: false, configurable: false });
run(${JSON.stringify(program)});
if (calls === 0) throw new Error("nothing was tested");
`;
}

const javascript: Rule<HumanEvalPackProblem> = {
  source:
    "bigcode-evaluation-harness, humanevalpack.py, with a console.assert that throws; run by V8, without js-md5",
  version: 1,
  async grade({ declaration, tests }, answer) {
    const body = javascriptBody(answer);
    const { status } = await runSandboxed(script(`${declaration}${body}\n${tests}`));
    return graded(status === "ok", body);
  },
};

function fixes(
  language: HumanEvalPackOptions["language"],
  { title, rule, stop }: { title: string; rule: Rule<HumanEvalPackProblem>; stop: string[] },
): Benchmark<HumanEvalPackProblem> {
  return {
    name: `humaneval-fix-${language}`,
    ...{ title, source: "Muennighoff et al. 2023, arXiv 2308.07124", version: 1 },
    items: () => set.read({ language }),
    group: ({ bug }) => bug,
    forms: {
      "fix-tests": {
        source:
          "after bigcode-evaluation-harness, humanevalpack.py: the bug, the tests, the instruction, the head",
        ...{ shots: 0, draw: "first" },
        ask: ({ declaration, buggy, tests, entryPoint, solution }) => ({
          prompt:
            `${declaration}${buggy}\n${tests}\nFix bugs in ${entryPoint}.\n\n${declaration.trimStart()}`,
          ...{ stop, maxTokens: 512, gold: solution },
        }),
      },
      "fix-docs": {
        source: "after bigcode-evaluation-harness, humanevalpack.py: the docstring in the tests' place",
        ...{ shots: 0, draw: "first" },
        ask: ({ declaration, buggy, docstring, entryPoint, solution }) => ({
          prompt:
            `${docstring}\n${declaration}${buggy}\nFix bugs in ${entryPoint}.\n\n${declaration.trimStart()}`,
          ...{ stop, maxTokens: 512, gold: solution },
        }),
      },
    },
    rules: { "pass@1": rule },
    leak: ({ docstring, solution }) => ({ question: docstring, answer: solution }),
  };
}

/** HumanEvalPack's 164 bugs in Python. */
export const humanEvalFixPython = fixes("python", {
  title: "HumanEval-Fix, Python: bugs to mend, run against their tests",
  rule: python,
  stop: ["\nclass", "\ndef", "\n#", "\nif", "\nprint", "\nassert"],
});

/** HumanEvalPack's 164 bugs in JavaScript. */
export const humanEvalFixJavascript = fixes("javascript", {
  title: "HumanEval-Fix, JavaScript: bugs to mend, run against their tests",
  rule: javascript,
  stop: ["\nconst ", "\nfunction ", "\nconsole."],
});
