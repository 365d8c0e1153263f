import { gsm8k as set, type Gsm8kProblem, olmes } from "../../sets/mod.ts";
import type { Benchmark, Form, Rule } from "../benchmark.ts";
import { LM_EVAL } from "./_lm_eval.ts";

let trained: Promise<Gsm8kProblem[]> | undefined;

/** lm-eval's form: worked answers as the set has them, with the calculator's marks, out of the training split. */
const worked: Form<Gsm8kProblem> = {
  ...{ source: `${LM_EVAL}, tasks/gsm8k/gsm8k.yaml, version 3`, shots: 5, draw: "sample" },
  pool: () => trained ??= Array.fromAsync(set.read({ split: "train" })),
  ask(item, shots) {
    const asked = ({ question }: Gsm8kProblem) => `Question: ${question}\nAnswer:`;
    const whole = ({ working, answer }: Gsm8kProblem) => `${working}\n#### ${answer}`;
    return {
      prompt: [...shots.map((shot) => `${asked(shot)} ${whole(shot)}`), asked(item)].join("\n\n"),
      stop: ["Question:", "</s>", "<|im_end|>"],
      maxTokens: 256,
      gold: ` ${whole(item)}`,
    };
  },
};

let curated: Promise<string[]> | undefined;

/** OLMES's form: the eight examples of Wei et al. (arXiv 2201.11903), which lie in its requests, and a gold answer in their manner. */
const chainOfThought: Form<Gsm8kProblem> = {
  ...{ source: "OLMES, requests in allenai/OLMo at 59a53e3f", shots: 8, draw: "first" },
  async pool() {
    curated ??= olmes.read({ task: "gsm8k", variant: "gold_bpb_5shot" }).next()
      .then(({ value }) => value!.pairs[0].context.split("\n\n").slice(0, 8));
    return (await curated).map((text, i) => {
      const [, question, working, answer] = /^Question: (.*)\nAnswer: (.*) So the answer is (.*)\.$/s.exec(
        text,
      )!;
      return { id: `olmes/gsm8k/example/${i}`, question, working, answer, split: "train" };
    });
  },
  ask(item, shots) {
    const front = shots.map(({ question, working, answer }) =>
      `Question: ${question}\nAnswer: ${working} So the answer is ${answer}.`
    );
    return {
      prompt: [...front, `Question: ${item.question}\nAnswer:`].join("\n\n"),
      stop: ["Question:", "</s>", "<|im_end|>", "\n\n"],
      maxTokens: 512,
      gold: ` ${inItsManner(item)}`,
    };
  },
};

/** A worked answer in one line: no marks, spaces around operators, a sentence with the answer behind it. */
function inItsManner({ working, answer }: Gsm8kProblem): string {
  const line = working.replace(/<<.*?>>/g, "").replace(/\s+/g, " ").trim();
  const whole = `${line.endsWith(".") ? line : `${line}.`} So the answer is ${answer}.`;
  const spaced = whole.replace(/\s*([-=+*/])\s*/g, " $1 ").replace(/\s+/g, " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const INVALID = "[invalid]";

/** lm-eval's comparison of what a filter found with the whole worked answer. */
function lmEval(find: (answer: string) => string | undefined): Rule<Gsm8kProblem> {
  const bare = (text: string) =>
    text.replaceAll(",", "").replaceAll("$", "").replace(/^[\s\S]*#### /, "").replace(/\.$/, "")
      .toLowerCase();
  return {
    ...{ source: `${LM_EVAL}, tasks/gsm8k/gsm8k.yaml, version 3`, version: 1 },
    grade({ answer }, text) {
      const found = find(text)?.trim();
      return {
        score: Number(bare(found ?? INVALID) === bare(`#### ${answer}`)),
        extracted: found ?? null,
      };
    },
  };
}

const NUMBER = /[-\u2212]?\$?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)/g;

/** The number behind the last `####`, `\boxed` or "answer is"; else the last number. Compared as a number: `18.00` is 18. */
const numeric: Rule<Gsm8kProblem> = {
  ...{ source: "midtrain: the marked number, else the last one, compared as a number", version: 1 },
  grade({ answer }, text) {
    const marked = [...text.matchAll(/####|\\boxed\s*\{|\banswers?\s*(?:is|are|:|=)/gi)].at(-1);
    const behind = marked ? text.slice(marked.index + marked[0].length).match(NUMBER)?.[0] : undefined;
    const found = behind ?? text.match(NUMBER)?.at(-1);
    const value = (number: string) => Number(number.replace("\u2212", "-").replace(/[$,]/g, ""));
    return {
      score: Number(found !== undefined && value(found) === value(answer)),
      extracted: found ?? null,
    };
  },
};

/** GSM8K's 1,319 test problems: grade-school mathematics in some steps. */
export const gsm8k: Benchmark<Gsm8kProblem> = {
  name: "gsm8k",
  title: "GSM8K, test: grade-school mathematics",
  source: "Cobbe et al. 2021, arXiv 2110.14168",
  version: 1,
  items: () => set.read({ split: "test" }),
  forms: { "olmes-cot": chainOfThought, "lm-eval": worked },
  rules: {
    numeric,
    "lm-eval strict-match": lmEval((text) => /#### (-?[0-9.,]+)/.exec(text)?.[1]),
    "lm-eval flexible-extract": lmEval((text) => text.match(/-?[$0-9.,]{2,}|-?[0-9]+/g)?.at(-1)),
  },
  leak: ({ question, answer }) => ({ question, answer }),
};
