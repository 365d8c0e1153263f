// deno-lint-ignore-file camelcase -- names of the set
import { bbh as set, type BbhPrompt, type BbhQuestion, bbhTasks, readBbhPrompt } from "../../sets/mod.ts";
import { exactMatch } from "../answer_scores.ts";
import type { Benchmark, Form, Rule } from "../benchmark.ts";
import { LM_EVAL } from "./_lm_eval.ts";

/** A question; an example has its working too. */
type Question = BbhQuestion & { working?: string; description?: string };

const prompts = new Map<string, Promise<BbhPrompt>>();

function promptOf(task: string): Promise<BbhPrompt> {
  const found = prompts.get(task) ?? readBbhPrompt(task);
  prompts.set(task, found);
  return found;
}

async function* items(): AsyncGenerator<Question> {
  for (const task of bbhTasks) {
    const { description } = await promptOf(task);
    for await (const question of set.read({ task })) yield { ...question, description };
  }
}

/** The task's description, worked examples and the question; or the answers alone. */
function form(
  source: string,
  { worked, stop, maxTokens }: { worked: boolean; stop: readonly string[]; maxTokens: number },
): Form<Question> {
  const cue = ({ question }: Question) => `Q: ${question}\nA:${worked ? " Let's think step by step.\n" : ""}`;
  return {
    ...{ source, shots: 3, draw: "first" },
    pool: async ({ task }) => (await promptOf(task)).examples,
    ask(item, shots) {
      const front = shots.map((shot) => cue(shot) + (worked ? shot.working : ` ${shot.answer}`));
      return {
        prompt: [item.description, ...front, cue(item)].join("\n\n"),
        stop,
        maxTokens,
        gold: worked ? `So the answer is ${item.answer}.` : ` ${item.answer}`,
      };
    },
  };
}

/** What stands behind the last "answer is", without a full stop at its end; the whole text where nothing does. */
const official: Rule<Question> = {
  ...{ source: 'BIG-Bench Hard: the text behind the last "answer is", compared as it is', version: 1 },
  grade({ answer }, text) {
    const at = text.lastIndexOf("answer is ");
    const found = text.slice(at < 0 ? 0 : at + "answer is ".length).trim().replace(/\.$/, "");
    return { score: Number(found === answer), extracted: found === "" ? null : found };
  },
};

/** The last character behind "the answer is" is not looked at: a full stop, or else one of the answer. */
const lmEval: Rule<Question> = {
  ...{ source: `${LM_EVAL}, tasks/bbh/cot_fewshot, version 4`, version: 1 },
  grade({ answer }, text) {
    const found = /(?<=the answer is )([^\n]*)(?=[^\n])/u.exec(text)?.[1].trim();
    return { score: Number(found === answer), extracted: found ?? null };
  },
};

/** Nothing is taken out, the space in front of an answer neither. */
const lmEvalPlain: Rule<Question> = {
  ...{ source: `${LM_EVAL}, tasks/bbh/fewshot, version 2`, version: 1 },
  grade: ({ answer }, text) => ({ score: Number(text === answer), extracted: text === "" ? null : text }),
};

/** What an answer of each task looks like to OLMES; all others are a capital in brackets. */
const ANSWERS: Readonly<Record<string, string>> = {
  boolean_expressions: "[tT]rue|[fF]alse",
  ...{ causal_judgement: "[yY]es|[nN]o", sports_understanding: "[yY]es|[nN]o", web_of_lies: "[yY]es|[nN]o" },
  ...{ navigate: "[nN]o|[yY]es", formal_fallacies: "[iI]nvalid|[vV]alid" },
  ...{ multistep_arithmetic_two: "-?\\d+", object_counting: "\\d+" },
  ...{ dyck_languages: "[\\]\\)\\}\\> ]+", word_sorting: "[a-z ]+" },
};
const LETTER = "\\([A-Z]\\)";

const AROUND = [["$", "$"], ["\\(", "\\)"], ["(", ")"], ["**", "**"], ["***", "***"], ["\\[", "\\]"], [
  "'",
  "'",
]];
AROUND.push(["`", "`"], ['"', '"']);

/** By task: the last of what looks like an answer, behind "answer is" if it stands there, else behind "answer", else anywhere. */
const olmes: Rule<Question> = {
  ...{
    source: "OLMES, bbh:cot-v1: patterns by task; case and punctuation do not count but for brackets",
    version: 1,
  },
  grade({ task, answer }, text) {
    const pattern = ANSWERS[task] ?? LETTER;
    let found: string | undefined = olmesAnswer(text, pattern);
    if (found === undefined) return { score: 0, extracted: null };
    for (const [left, right] of AROUND) {
      if (new RegExp(`^(?:${pattern})`).test(left)) continue;
      const inside: boolean = found.length >= left.length + right.length && found.startsWith(left) &&
        found.endsWith(right);
      found = (inside ? found.slice(left.length, found.length - right.length) : found).trim();
    }
    if (pattern === LETTER && found.length === 1) found = `(${found})`;
    const options = { ignoreCase: true, ignorePunctuation: task !== "dyck_languages" };
    return { score: exactMatch(found, [answer], options), extracted: found };
  },
};

function olmesAnswer(text: string, pattern: string): string | undefined {
  const tries: [string, string][] = [
    [`So the answer is (${pattern})\\.?`, "gi"],
    [`answer is (${pattern})`, "gi"],
    [`answer:[^\\n]*?(${pattern})`, "gi"],
    [`answer\\b[^\\n]*?(${pattern})`, "gi"],
    [`(${pattern})`, "g"],
    ...pattern === LETTER ? [["\\b([A-Z])\\b", "g"] as [string, string]] : [],
    [`(${pattern})`, "gi"],
  ];
  for (const [source, flags] of tries) {
    const last = [...text.matchAll(new RegExp(source, flags))].at(-1);
    if (last) return last[1];
  }
  return undefined;
}

/** BIG-Bench Hard: 27 tasks that ask for steps of thought. */
export const bbh: Benchmark<Question> = {
  name: "bbh",
  title: "BIG-Bench Hard: 6,511 questions of 27 tasks",
  source: "Suzgun et al. 2022, arXiv 2210.09261",
  version: 1,
  items,
  group: ({ task }) => task,
  forms: {
    "olmes-cot": form("OLMES, bbh:cot-v1: the set's worked examples, up to an empty line", {
      ...{ worked: true, stop: ["\n\n"], maxTokens: 512 },
    }),
    // A capital Q ends an answer there, wherever it stands.
    "lm-eval-cot": form(`${LM_EVAL}, tasks/bbh/cot_fewshot, version 4`, {
      ...{ worked: true, stop: ["</s>", "Q", "\n\n"], maxTokens: 1024 },
    }),
    "lm-eval": form(`${LM_EVAL}, tasks/bbh/fewshot, version 2`, {
      ...{ worked: false, stop: ["</s>", "Q", "\n\n"], maxTokens: 256 },
    }),
  },
  rules: { official, olmes, "lm-eval get-answer": lmEval, "lm-eval exact_match": lmEvalPlain },
  leak: ({ question, answer }) => ({ question, answer }),
};
